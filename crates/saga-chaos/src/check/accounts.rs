//! Every balance is the sum of the entries (I3).

use std::collections::BTreeMap;

use fare_cli::observe::Entry;
use fare_values::EntryState;

use super::{Divergence, Kind, divergence};
use crate::snapshot::Snapshot;

/// A customer and a currency.
type Purse<'a> = (&'a str, &'a str);

pub(super) fn check(snapshot: &Snapshot) -> Vec<Divergence> {
    let mut due: BTreeMap<Purse<'_>, i64> = BTreeMap::new();
    for fare in &snapshot.fares {
        let credit = fare.entries.credit.iter().filter(|credit| credit.state != EntryState::Tombstone);
        let posted = credit.map(|entry| (entry, amount(entry)));
        let reversed = fare.entries.reversal.iter().map(|entry| (entry, amount(entry).saturating_neg()));
        for (entry, amount) in posted.chain(reversed) {
            let purse = (text(entry.customer_id.as_ref()), text(entry.currency.as_ref()));
            let sum = due.entry(purse).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
    let balances = snapshot.accounts.iter().flat_map(|(customer, account)| {
        account.balances.iter().map(move |(currency, balance)| ((customer.as_str(), currency.as_str()), *balance))
    });
    let mut differences: BTreeMap<Purse<'_>, (i64, i64)> =
        due.into_iter().map(|(purse, due)| (purse, (0, due))).collect();
    for (purse, balance) in balances {
        differences.entry(purse).or_default().0 = balance;
    }
    differences
        .into_iter()
        .filter(|(_, (balance, due))| balance != due)
        .map(|((customer, currency), (balance, due))| {
            let kind = if balance > due { Kind::Double } else { Kind::Lost };
            divergence("I3", kind, format!("account {customer}: balance {balance} {currency}, entries {due}"))
        })
        .collect()
}

fn amount(entry: &Entry) -> i64 {
    entry.amount.unwrap_or_default()
}

fn text(value: Option<&String>) -> &str {
    value.map(String::as_str).unwrap_or_default()
}
