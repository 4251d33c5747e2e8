//! The error names of the definitions and those of the functions are one set.

use std::collections::BTreeSet;

use fare_values::{FailureReason, WireErrorName};
use serde_json::Value;
use strum::IntoEnumIterator;

use crate::handling::longest_wait;
use crate::machine::{Machine, both, fare_collection, list, names, recovery};

/// Answers of a service that sending the same again cannot change.
const BUSINESS: [WireErrorName; 8] = [
    WireErrorName::InvalidFare,
    WireErrorName::CardDataNotAccepted,
    WireErrorName::FareConflict,
    WireErrorName::FareCancelled,
    WireErrorName::FareNotRegistered,
    WireErrorName::PaymentAuthException,
    WireErrorName::PaymentChargeException,
    WireErrorName::AccountCreditException,
];

/// Lambda's own errors that sending the same again may overcome: the service's (Step Functions developer guide, "Handle
/// transient Lambda service exceptions"), and a function that was killed, by its timeout, its memory's limit or a crash
/// (there `Lambda.Unknown`; Lambda itself names the other three), so that nobody knows what it did.
pub(crate) const TRANSIENT: [&str; 9] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
];

/// Every error name in any Retry, Catch or comparison with a caught error.
fn named(machine: &Machine) -> BTreeSet<String> {
    let mut found = compared(machine, "$.failure.Error");
    for state in machine.states.values() {
        for rule in list(state, "Retry").chain(list(state, "Catch")) {
            found.extend(names(rule).into_iter().map(str::to_owned));
        }
    }
    found
}

/// Every text that a choice compares this path with.
fn compared(machine: &Machine, path: &str) -> BTreeSet<String> {
    let choices = machine.states.values().flat_map(|state| list(state, "Choices"));
    let tests = choices.flat_map(|choice| list(choice, "And").chain([choice]));
    let texts = tests.filter(|test| test["Variable"] == path).filter_map(|test| test["StringEquals"].as_str());
    texts.map(str::to_owned).collect()
}

fn is_of_the_platform(name: &str) -> bool {
    let others = ["States.ALL", "States.IntrinsicFailure", "Sfn.ExecutionDoesNotExistException"];
    others.contains(&name) || TRANSIENT.contains(&name)
}

#[test]
fn what_is_logged_as_a_refusal_is_what_no_repetition_changes() {
    for name in WireErrorName::iter() {
        assert_eq!(name.is_refusal(), BUSINESS.contains(&name), "{name}");
    }
}

#[test]
fn every_error_that_is_repeated_is_counted_under_its_own_name() {
    for name in TRANSIENT {
        assert_eq!(FailureReason::of(name).as_str(), name);
    }
}

#[test]
fn every_error_a_definition_names_is_one_that_a_function_answers() {
    let known: BTreeSet<_> = WireErrorName::iter().map(WireErrorName::as_str).collect();
    for name in both().iter().flat_map(named) {
        assert!(is_of_the_platform(&name) || known.contains(name.as_str()), "{name} is nobody's error");
    }
}

#[test]
fn every_end_that_recovery_tells_apart_is_one_that_fare_collection_has() {
    let machine = fare_collection();
    let ends: BTreeSet<_> = machine.of_type("Fail").map(|(_, end)| end["Error"].as_str().unwrap().to_owned()).collect();
    assert_eq!(compared(&recovery(), "$.detail.error"), ends);
    assert_eq!(compared(&recovery(), "$.described.Error"), ends);
}

#[test]
fn every_error_a_function_answers_is_named_in_the_definition() {
    let named = named(&fare_collection());
    for name in WireErrorName::iter().map(WireErrorName::as_str) {
        assert!(named.contains(name), "{name} is matched nowhere");
    }
}

#[test]
fn every_do_retries_what_is_transient() {
    let machine = fare_collection();
    for state in ["RegisterFare", "ChargeFare", "CreditCustomerAccount"] {
        let retried: Vec<_> = list(&machine.states[state], "Retry").flat_map(names).collect();
        for name in TRANSIENT {
            assert!(retried.contains(&name), "{state}: {name}");
        }
    }
}

#[test]
fn every_undo_and_every_decision_retries_everything_for_an_hour_at_least() {
    for machine in both() {
        for state in ["SetFareStatusCompleted", "SetFareStatusFailed", "DebitCustomerAccount", "RefundFare"] {
            let Some(task) = machine.states.get(state) else { continue };
            let rule = list(task, "Retry").last().unwrap();
            assert_eq!(names(rule), ["States.ALL"], "{state}");
            // Full jitter takes half of every wait away on average.
            assert!(longest_wait(rule) / 2 >= 3600, "{state} gives up after {} s", longest_wait(rule) / 2);
        }
    }
}

#[test]
fn recovery_tries_everything_for_more_than_a_day_and_a_refund_on_average() {
    for (name, task) in recovery().of_type("Task") {
        for rule in list(task, "Retry").filter(|rule| rule["MaxAttempts"] != 0) {
            let waits = longest_wait(rule);
            let enough = if name == "RefundFare" { waits / 2 } else { waits };
            assert!(enough > 24 * 3600, "{name} gives up after {enough} s");
            assert_eq!(rule["MaxDelaySeconds"], 3600, "{name}");
        }
    }
}

#[test]
fn a_machine_waits_for_every_retry_of_every_task() {
    for machine in both() {
        let attempts = |rule: &Value| rule["MaxAttempts"].as_u64().unwrap() + 1;
        let takes = |task: &Value| -> u64 {
            let limit = task["TimeoutSeconds"].as_u64().unwrap();
            list(task, "Retry").map(|rule| longest_wait(rule) + attempts(rule) * limit).sum()
        };
        let longest: u64 = machine.of_type("Task").map(|(_, task)| takes(task)).sum();
        assert!(
            machine.timeout > longest,
            "the machine stops after {} s; its tasks may take {longest} s",
            machine.timeout
        );
    }
}

#[test]
fn business_errors_are_never_retried() {
    for (name, task) in both().iter().flat_map(|machine| machine.of_type("Task")) {
        let mut exempt = BTreeSet::new();
        for rule in list(task, "Retry") {
            if rule["MaxAttempts"] == 0 {
                exempt.extend(names(rule));
                continue;
            }
            for error in BUSINESS.map(WireErrorName::as_str) {
                assert!(!names(rule).contains(&error), "{name} retries {error}");
            }
            let calls_us = task["Parameters"]["Payload"].is_object();
            if calls_us && names(rule) == ["States.ALL"] {
                for error in ["InvalidFare", "CardDataNotAccepted", "FareConflict"] {
                    assert!(exempt.contains(error), "{name} retries {error} by States.ALL");
                }
            }
        }
    }
}
