//! The balances of one customer's account against the sum of its entries.

use std::collections::BTreeMap;

use crate::disagreement::Kind;
use crate::facts::{Account, Amount, EntryKind};
use crate::rules::Finding;

/// What an account should have, by currency. Minor units; wide enough for the sum of any number of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<String, i128>);

impl Sums {
    /// Counts an entry of this kind in.
    pub fn add(&mut self, kind: EntryKind, posted: &Amount) {
        let amount = i128::from(posted.amount);
        let amount = match kind {
            EntryKind::Standing | EntryKind::Reversed => amount,
            EntryKind::Reversal => -amount,
            EntryKind::Tombstone => return,
        };
        if let Some(sum) = self.0.get_mut(&posted.currency) {
            *sum = sum.saturating_add(amount);
        } else {
            self.0.insert(posted.currency.clone(), amount);
        }
    }

    /// What is wrong with the account that has these entries.
    #[must_use]
    pub fn judge(&self, account: Option<&Account>) -> Vec<Finding> {
        let Some(account) = account else {
            let entries = !self.0.is_empty();
            return entries
                .then(|| (Kind::AccountMissing, "entries without an account".to_owned()))
                .into_iter()
                .collect();
        };
        if let Some(what) = &account.unreadable {
            return vec![(Kind::Unreadable, what.clone())];
        }
        let mut balances: BTreeMap<&str, i128> = BTreeMap::new();
        for balance in &account.balances {
            let sum = balances.entry(balance.currency.as_str()).or_default();
            *sum = sum.saturating_add(i128::from(balance.amount));
        }
        let currencies = self.0.keys().map(String::as_str).chain(balances.keys().copied());
        let mut currencies: Vec<_> = currencies.collect();
        currencies.sort_unstable();
        currencies.dedup();
        let differing = currencies.into_iter().filter_map(|currency| {
            let balance = balances.get(currency).copied().unwrap_or_default();
            let sum = self.0.get(currency).copied().unwrap_or_default();
            (balance != sum)
                .then(|| (Kind::BalanceDiffers, format!("balance {balance} {currency}, entries {sum} {currency}")))
        });
        differing.collect()
    }
}
