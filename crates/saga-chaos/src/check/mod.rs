//! The invariants of the design (section 6), as far as they can be seen from outside once everything has come to rest. Each
//! check is a pure function of the snapshot.
//!
//! Not to be seen afterwards, and so not here: that a status never moved back in between (I7).

mod accounts;
mod executions;
mod gateway;
mod ledger;
mod outcome;
#[cfg(test)]
mod tests;

use fare_values::FareStatus;
use serde::Serialize;

use crate::snapshot::{FareSnapshot, Snapshot};

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Divergence {
    /// The invariant's number in the design.
    pub(crate) invariant: &'static str,
    pub(crate) kind: Kind,
    pub(crate) what: String,
}

/// What a divergence means for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The money is not what the fare's status says.
    Lost,
    /// Captured or credited more than once.
    Double,
    /// A hold is open.
    Hold,
    /// Something else disagrees.
    Other,
}

/// How a fare ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Completed,
    Failed,
    /// Left to a person.
    Attention,
    /// In no final state.
    Unsettled,
}

/// What the checks say of one fare.
#[derive(Clone, Debug)]
pub(crate) struct FareVerdict<'a> {
    pub(crate) fare: &'a FareSnapshot,
    pub(crate) outcome: Outcome,
    pub(crate) divergences: Vec<Divergence>,
}

/// What the checks say of everything.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'a> {
    pub(crate) fares: Vec<FareVerdict<'a>>,
    /// What concerns no single fare.
    pub(crate) elsewhere: Vec<Divergence>,
}

/// Checks everything.
pub(crate) fn check(snapshot: &Snapshot) -> Verdict<'_> {
    let fares = snapshot.fares.iter().map(check_fare).collect();
    let mut elsewhere = accounts::check(snapshot);
    elsewhere
        .extend(snapshot.strangers.iter().map(|stranger| other("I9", format!("nobody asked for this: {stranger}"))));
    elsewhere.extend(snapshot.card_numbers.iter().map(|place| other("I11", format!("a card number is in {place}"))));
    if snapshot.dead_letters > 0 {
        elsewhere.push(other("I13", format!("{} messages in dead-letter queues", snapshot.dead_letters)));
    }
    Verdict { fares, elsewhere }
}

fn check_fare(fare: &FareSnapshot) -> FareVerdict<'_> {
    let outcome = outcome(fare);
    let mut divergences = outcome::check(fare, outcome);
    divergences.extend(gateway::check(fare, outcome));
    divergences.extend(ledger::check(fare, outcome));
    divergences.extend(executions::check(fare, outcome));
    FareVerdict { fare, outcome, divergences }
}

fn outcome(fare: &FareSnapshot) -> Outcome {
    if fare.attention() > 0 {
        return Outcome::Attention;
    }
    match fare.fare.as_ref().map(|fare| fare.status) {
        Some(FareStatus::Completed) => Outcome::Completed,
        Some(FareStatus::Failed) => Outcome::Failed,
        Some(FareStatus::Registered) | None => Outcome::Unsettled,
    }
}

fn divergence(invariant: &'static str, kind: Kind, what: String) -> Divergence {
    Divergence { invariant, kind, what }
}

fn other(invariant: &'static str, what: String) -> Divergence {
    divergence(invariant, Kind::Other, what)
}
