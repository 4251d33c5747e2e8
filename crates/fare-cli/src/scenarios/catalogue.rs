//! The stories themselves.

use fare_values::{FareStatus, PaymentStatus, WireErrorName};

use super::{Expected, ExpectedExecution, ExpectedNotice, Scenario, Start, When};

const AMOUNT: &str = "$20.00";
const MINOR_UNITS: i64 = 2000;
/// The number of a well-known test card. It must come out nowhere.
const CARD_NUMBER: &str = "4242424242424242";

const COLLECTED: &[&str] = &[
    "BeginSaga",
    "RegisterFare",
    "ChargeFare",
    "CreditCustomerAccount",
    "SetFareStatusCompleted",
    "NotifySuccess",
    "FareProcessingSucceeded",
];
const REJECTED: &[&str] = &["BeginSaga", "RegisterFare", "RejectFare", "NotifyFailure", "FareProcessingFailed"];
const CANCELLED: &[&str] = &[
    "BeginSaga",
    "RegisterFare",
    "SetFareStatusFailed",
    "WhatMayHaveRun",
    "DebitCustomerAccount",
    "RefundFare",
    "NotifyFailure",
    "FareProcessingFailed",
];
const DECLINED: &[&str] = &[
    "BeginSaga",
    "RegisterFare",
    "ChargeFare",
    "SetFareStatusFailed",
    "WhatMayHaveRun",
    "NotifyFailure",
    "FareProcessingFailed",
];
const VOIDED: &[&str] = &[
    "BeginSaga",
    "RegisterFare",
    "ChargeFare",
    "SetFareStatusFailed",
    "WhatMayHaveRun",
    "DebitCustomerAccount",
    "RefundFare",
    "NotifyFailure",
    "FareProcessingFailed",
];
const REFUNDED: &[&str] = &[
    "BeginSaga",
    "RegisterFare",
    "ChargeFare",
    "CreditCustomerAccount",
    "SetFareStatusFailed",
    "WhatMayHaveRun",
    "DebitCustomerAccount",
    "RefundFare",
    "NotifyFailure",
    "FareProcessingFailed",
];

/// Every scenario, in the order in which they are told.
#[must_use]
pub fn catalogue() -> Vec<Scenario> {
    vec![
        one("collected", "The card is charged and the account is credited.", "", completes(), COMPLETED),
        one(
            "card declined",
            "The gateway declines the authorisation; nothing is held.",
            "_fail_auth",
            fails(DECLINED, WireErrorName::PaymentAuthException),
            Expected { payment: Some(PaymentStatus::Declined), ..FAILED },
        ),
        one(
            "capture refused",
            "The gateway authorises and refuses to capture; the hold is voided.",
            "_fail_charge",
            fails(VOIDED, WireErrorName::PaymentChargeException),
            Expected { payment: Some(PaymentStatus::Voided), ..FAILED },
        ),
        one(
            "account closed",
            "The card is charged, the account takes no credit; the charge is refunded.",
            "_fail_credit",
            fails(REFUNDED, WireErrorName::AccountCreditException),
            TAKEN_BACK,
        ),
        one(
            "refund fails at first",
            "As before, and the gateway turns the first refunds away; they are tried again.",
            "_fail_refund",
            retrying("RefundFare", fails(REFUNDED, WireErrorName::AccountCreditException)),
            TAKEN_BACK,
        ),
        turned_away("bad amount", "The amount has a fraction of a cent.", "$20.001", None, WireErrorName::InvalidFare),
        turned_away(
            "unknown field",
            "The input has a field that nobody knows.",
            AMOUNT,
            Some(("tip", "$1.00")),
            WireErrorName::InvalidFare,
        ),
        turned_away(
            "card data",
            "The input has a card number; it is refused and repeated nowhere.",
            AMOUNT,
            Some(("cc", CARD_NUMBER)),
            WireErrorName::CardDataNotAccepted,
        ),
        Scenario {
            name: "same fare twice",
            sentence: "Started twice under its own name and once more under another: charged once.",
            trigger: "",
            starts: vec![
                start(completes()),
                Start { expected: None, ..start(completes()) },
                Start { suffix: "_again", ..start(completes()) },
            ],
            expected: COMPLETED,
        },
        Scenario {
            name: "same fare, other amount",
            sentence: "A collected fare is sent again with another amount; that is refused, and the fare stands.",
            trigger: "",
            starts: vec![
                start(completes()),
                Start {
                    suffix: "_other_amount",
                    when: When::AfterTheOthers,
                    amount: "$30.00",
                    ..start(rejects(WireErrorName::FareConflict))
                },
            ],
            expected: COMPLETED,
        },
        one(
            "late capture answer",
            "The gateway captures and its answer is lost; the charge is tried again and charges once.",
            "_timeout_charge",
            retrying("ChargeFare", completes()),
            COMPLETED,
        ),
        one(
            "already cancelled",
            "Somebody cancels the fare before it is registered; nothing is charged.",
            "_fail_register",
            fails(CANCELLED, WireErrorName::FareCancelled),
            Expected { payment: Some(PaymentStatus::Cancelled), ..FAILED },
        ),
    ]
}

const COMPLETED: Expected = Expected {
    fare: Some(FareStatus::Completed),
    payment: Some(PaymentStatus::Captured),
    captured: MINOR_UNITS,
    refunded: 0,
    balance: MINOR_UNITS,
    unseen: None,
};
const FAILED: Expected = Expected { fare: Some(FareStatus::Failed), payment: None, ..NOTHING };
const TAKEN_BACK: Expected =
    Expected { payment: Some(PaymentStatus::Refunded), captured: MINOR_UNITS, refunded: MINOR_UNITS, ..FAILED };
const NOTHING: Expected = Expected { fare: None, payment: None, captured: 0, refunded: 0, balance: 0, unseen: None };

fn one(
    name: &'static str,
    sentence: &'static str,
    trigger: &'static str,
    execution: ExpectedExecution,
    expected: Expected,
) -> Scenario {
    Scenario { name, sentence, trigger, starts: vec![start(execution)], expected }
}

fn turned_away(
    name: &'static str,
    sentence: &'static str,
    amount: &'static str,
    extra: Option<(&'static str, &'static str)>,
    error: WireErrorName,
) -> Scenario {
    let expected = Expected { unseen: extra.map(|(_, value)| value), ..NOTHING };
    Scenario { name, sentence, trigger: "", starts: vec![Start { amount, extra, ..start(rejects(error)) }], expected }
}

fn start(expected: ExpectedExecution) -> Start {
    Start { suffix: "", when: When::AtOnce, amount: AMOUNT, extra: None, expected: Some(expected) }
}

fn completes() -> ExpectedExecution {
    ExpectedExecution { succeeds: true, path: COLLECTED, retried: None, notice: ExpectedNotice::Completed }
}

fn fails(path: &'static [&'static str], error: WireErrorName) -> ExpectedExecution {
    ExpectedExecution { succeeds: false, path, retried: None, notice: ExpectedNotice::Failed(error) }
}

fn rejects(error: WireErrorName) -> ExpectedExecution {
    ExpectedExecution { succeeds: false, path: REJECTED, retried: None, notice: ExpectedNotice::Rejected(error) }
}

fn retrying(state: &'static str, execution: ExpectedExecution) -> ExpectedExecution {
    ExpectedExecution { retried: Some(state), ..execution }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use fare_values::{CustomerId, FareId};

    use super::super::Ids;
    use super::*;

    #[test]
    fn no_two_scenarios_share_a_name_a_fare_or_a_customer() {
        let catalogue = catalogue();
        let names: HashSet<_> = catalogue.iter().map(|scenario| scenario.name).collect();
        let ids: Vec<_> =
            catalogue.iter().enumerate().map(|(number, scenario)| Ids::of(scenario, "r", number)).collect();
        let customers: HashSet<_> = ids.iter().map(|ids| &ids.customer).collect();
        assert_eq!((names.len(), customers.len()), (catalogue.len(), catalogue.len()));
    }

    #[test]
    fn every_id_of_a_scenario_is_a_valid_one() {
        for (number, scenario) in catalogue().iter().enumerate() {
            let ids = Ids::of(scenario, "6921a8b0x1f4c2", number);
            assert!(FareId::new(&ids.fare).is_ok() && CustomerId::new(&ids.customer).is_ok(), "{ids:?}");
        }
    }

    #[test]
    fn every_expected_path_is_a_walk_through_the_state_machine() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../statemachine/fare-collection.asl.json");
        let machine: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for scenario in catalogue() {
            for expected in scenario.starts.iter().filter_map(|start| start.expected.as_ref()) {
                assert_eq!(machine["StartAt"], expected.path[0]);
                for pair in expected.path.windows(2) {
                    let targets = targets(&machine["States"][pair[0]]);
                    assert!(targets.contains(&pair[1].to_owned()), "{}: {pair:?} {targets:?}", scenario.name);
                }
            }
        }
    }

    /// Every state that a state leads to.
    fn targets(state: &serde_json::Value) -> Vec<String> {
        let lists = ["Catch", "Choices"].into_iter().filter_map(|list| state[list].as_array()).flatten();
        let nexts = lists.map(|branch| &branch["Next"]).chain([&state["Next"], &state["Default"]]);
        nexts.filter_map(|next| next.as_str().map(str::to_owned)).collect()
    }

    #[test]
    fn a_further_field_is_sent_beside_the_others() {
        let catalogue = catalogue();
        let scenario = catalogue.iter().find(|scenario| scenario.name == "unknown field").unwrap();
        let ids = Ids::of(scenario, "r", 7);
        let input = scenario.starts[0].input(&ids);
        assert_eq!(input["tip"], "$1.00");
        assert_eq!(input["fareId"], "demo_r_7");
        assert_eq!(scenario.starts[0].name(&ids), "demo_r_7");
    }
}
