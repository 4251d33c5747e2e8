//! A completed fare is credited once and stays so; a failed one is not credited, or the credit is reversed (I3).

use fare_cli::observe::Entry;
use fare_values::EntryState;

use super::{Divergence, Kind, Outcome, divergence, other};
use crate::snapshot::FareSnapshot;

pub(super) fn check(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences = Vec::new();
    let (credit, reversal) = (fare.entries.credit.as_ref(), fare.entries.reversal.as_ref());
    let state = credit.map(|credit| credit.state);
    let fits = match state {
        Some(EntryState::Standing) => outcome == Outcome::Completed,
        Some(EntryState::Reversed | EntryState::Tombstone) | None => outcome != Outcome::Completed,
    };
    if !fits {
        let found = state.map_or("missing", EntryState::as_str);
        let what = format!("the credit of a fare that is {outcome:?} is {found}");
        divergences.push(divergence("I3", Kind::Lost, what));
    }
    if (state == Some(EntryState::Reversed)) != reversal.is_some() {
        divergences.push(divergence("I3", Kind::Lost, "credit and reversal do not belong together".to_owned()));
    }
    for entry in [credit, reversal].into_iter().flatten().filter(|entry| !is_of(entry, fare)) {
        let what = format!("{:?} {:?} was posted to {:?}", entry.amount, entry.currency, entry.customer_id);
        divergences.push(other("I3", format!("{what}, which is not the fare's")));
    }
    divergences
}

fn is_of(entry: &Entry, fare: &FareSnapshot) -> bool {
    fare.fare.as_ref().is_some_and(|fare| {
        (&entry.amount, &entry.currency, &entry.customer_id) == (&fare.amount, &fare.currency, &fare.customer_id)
    })
}
