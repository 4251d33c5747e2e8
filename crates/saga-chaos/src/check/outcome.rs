//! Every start has led to a decided fare (I5, I9), and only a fare that nobody could settle calls for a person (I5).

use super::{Divergence, Kind, Outcome, divergence, other};
use crate::snapshot::FareSnapshot;

pub(super) fn check(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences = Vec::new();
    match &fare.fare {
        None => divergences.push(divergence("I9", Kind::Lost, "there is no record of the fare".to_owned())),
        Some(_) if fare.standing().is_none() => {
            divergences.push(other("I6", "the record is of no payload that was sent".to_owned()));
        }
        Some(record) if outcome == Outcome::Unsettled => {
            let what = format!("the fare was left {}, undecided", record.status);
            divergences.push(divergence("I5", Kind::Lost, what));
        }
        Some(_) => {}
    }
    let calls = fare.attention();
    if calls > 0 && !fare.story.is_permanent() {
        divergences.push(other("I5", "a person was called though nothing was wrong for good".to_owned()));
    }
    if calls > 1 {
        divergences.push(other("I5", format!("a person was called {calls} times")));
    }
    divergences
}
