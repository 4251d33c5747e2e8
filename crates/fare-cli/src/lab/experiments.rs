//! What is done to a learner's machine, and from which step on what must come of it.

use fare_values::{FareStatus, WireErrorName};
use serde_json::{Value, json};

use super::expect::{Ending, Expect};
use crate::scenarios::ExpectedNotice;

/// One experiment with one fare.
#[derive(Clone, Debug)]
pub(super) struct Experiment {
    /// What it is about, as the beginning of a sentence.
    pub(super) about: &'static str,
    /// How the customer's id ends.
    pub(super) trigger: &'static str,
    pub(super) payment_method: &'static str,
    pub(super) amount: &'static str,
    /// A further field, with its value.
    pub(super) extra: Option<(&'static str, &'static str)>,
    /// What has happened to the fare before.
    pub(super) before: Before,
    pub(super) course: Course,
    /// What must be true in the end, and from which step on.
    pub(super) expected: Vec<(u8, Expect)>,
}

/// What has happened to the fare before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// Somebody else has registered and completed it.
    Completed,
}

/// Which executions are started. What must be true of an execution must be true of the last one, or of both twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Once,
    /// Two of the same input at once.
    Twice,
    /// One, and then another with this amount.
    ThenWith(&'static str),
}

/// The number of a well-known test card. It must come out nowhere.
pub(super) const CARD_NUMBER: &str = "4242424242424242";
const AMOUNT: i64 = 2_000;

impl Experiment {
    /// What must be true when a step is done.
    pub(super) fn asked_by(&self, step: u8) -> impl Iterator<Item = (u8, &Expect)> {
        self.expected.iter().filter(move |(since, _)| *since <= step).map(|(since, expect)| (*since, expect))
    }

    /// The execution's input for this fare.
    pub(super) fn input(&self, fare: &str, customer: &str, amount: &str) -> Value {
        let mut input = json!({
            "fareId": fare, "customerId": customer, "fareAmount": amount, "paymentMethod": self.payment_method,
        });
        if let (Some((field, value)), Some(fields)) = (self.extra, input.as_object_mut()) {
            fields.insert(field.to_owned(), Value::from(value));
        }
        input
    }
}

/// Every experiment that a step or one before it asks for.
pub(super) fn experiments(step: u8) -> Vec<Experiment> {
    all().into_iter().filter(|experiment| experiment.asked_by(step).next().is_some()).collect()
}

fn all() -> Vec<Experiment> {
    vec![
        Experiment {
            expected: [(1, Expect::Ends(Ending::Well)), (2, Expect::Recorded)]
                .into_iter()
                .chain(collected(3))
                .collect(),
            ..once("a good fare", "")
        },
        Experiment {
            expected: failed(4, WireErrorName::PaymentAuthException)
                .chain([(5, Expect::AskedOnce("charge"))])
                .collect(),
            ..once("a declined card", "_fail_auth")
        },
        Experiment {
            expected: failed(4, WireErrorName::PaymentChargeException).collect(),
            ..once("a refused capture", "_fail_charge")
        },
        Experiment {
            expected: failed(4, WireErrorName::AccountCreditException)
                .chain([(5, Expect::AskedOnce("credit"))])
                .collect(),
            ..once("a closed account", "_fail_credit")
        },
        Experiment {
            expected: [(5, Expect::Retried("charge"))].into_iter().chain(collected(5)).collect(),
            ..once("a capture whose answer came too late", "_timeout_charge")
        },
        Experiment {
            expected: [(5, Expect::Retried("refund"))]
                .into_iter()
                .chain(failed(5, WireErrorName::AccountCreditException))
                .collect(),
            ..once("a refund that failed at first", "_fail_refund")
        },
        Experiment {
            amount: "$20.001",
            expected: rejected(WireErrorName::InvalidFare),
            ..once("an amount with a fraction of a cent", "")
        },
        Experiment {
            extra: Some(("cc", CARD_NUMBER)),
            expected: rejected(WireErrorName::CardDataNotAccepted)
                .into_iter()
                .chain([(7, Expect::NotAnnounced(CARD_NUMBER)), (9, Expect::NotCarried(CARD_NUMBER))])
                .collect(),
            ..once("a start with a card number in it", "")
        },
        Experiment {
            course: Course::ThenWith("$30.00"),
            expected: vec![
                (7, Expect::Fare(Some(FareStatus::Completed))),
                (7, Expect::Paid(AMOUNT)),
                (7, Expect::Balance(AMOUNT)),
                (7, Expect::Ends(Ending::Badly)),
                (7, Expect::Notice(ExpectedNotice::Rejected(WireErrorName::FareConflict))),
            ],
            ..once("a collected fare that was sent again with another amount", "")
        },
        Experiment {
            expected: failed(7, WireErrorName::FareCancelled).collect(),
            ..once("a fare that was cancelled before it came", "_fail_register")
        },
        Experiment {
            payment_method: "pm_sim_capture_server_error_after_999",
            expected: failed(8, WireErrorName::PaymentOutcomeUnknown).collect(),
            ..once("a charge of which nobody learns whether it happened", "")
        },
        Experiment {
            course: Course::Twice,
            expected: collected(8).collect(),
            ..once("a fare that was delivered twice", "")
        },
        Experiment {
            before: Before::Completed,
            expected: vec![
                (8, Expect::Paid(AMOUNT)),
                (8, Expect::Fare(Some(FareStatus::Completed))),
                (8, Expect::Ends(Ending::Well)),
                (8, Expect::Notice(ExpectedNotice::Completed)),
            ],
            ..once("a fare that somebody else completed meanwhile", "_fail_credit")
        },
    ]
}

fn once(about: &'static str, trigger: &'static str) -> Experiment {
    Experiment {
        about,
        trigger,
        payment_method: "pm_card_visa",
        amount: "$20.00",
        extra: None,
        before: Before::Nothing,
        course: Course::Once,
        expected: Vec::new(),
    }
}

/// Charged once, credited once, completed, and announced from step 6 on.
fn collected(since: u8) -> impl Iterator<Item = (u8, Expect)> {
    [
        (since, Expect::Paid(AMOUNT)),
        (since, Expect::Balance(AMOUNT)),
        (since, Expect::Fare(Some(FareStatus::Completed))),
        (since, Expect::Ends(Ending::Well)),
        (since.max(6), Expect::Notice(ExpectedNotice::Completed)),
    ]
    .into_iter()
}

/// Decided `failed`, what was taken given back, and announced from step 6 on.
fn failed(since: u8, error: WireErrorName) -> impl Iterator<Item = (u8, Expect)> {
    [
        (since, Expect::Fare(Some(FareStatus::Failed))),
        (since, Expect::Paid(0)),
        (since, Expect::Balance(0)),
        (since, Expect::Ends(Ending::Badly)),
        (since.max(6), Expect::Notice(ExpectedNotice::Failed(error))),
    ]
    .into_iter()
}

/// Turned away before anything happened, and announced so.
fn rejected(error: WireErrorName) -> Vec<(u8, Expect)> {
    vec![
        (7, Expect::Fare(None)),
        (7, Expect::Ends(Ending::Badly)),
        (7, Expect::Notice(ExpectedNotice::Rejected(error))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_asks_for_something_new_of_an_experiment() {
        for step in 1..=9 {
            let asked = all().into_iter().flat_map(|experiment| experiment.expected);
            let new = asked.filter(|(since, _)| *since == step).count();
            assert!(new > 0, "step {step}");
        }
    }
}
