//! The error names of the definition and those of the functions are one set.

use std::collections::BTreeSet;

use fare_values::WireErrorName;
use serde_json::Value;
use strum::IntoEnumIterator;

use crate::machine::{Machine, fare_collection, list, names};

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

/// Transient errors of Lambda's own (Lambda developer guide, "Step Functions error handling"; the last is a function
/// that ran into its timeout).
const TRANSIENT: [&str; 6] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Sandbox.Timedout",
];

/// Every error name in any Retry, Catch or comparison with a caught error.
fn named(machine: &Machine) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for state in machine.states.values() {
        for rule in list(state, "Retry").chain(list(state, "Catch")) {
            found.extend(names(rule).into_iter().map(str::to_owned));
        }
        for choice in list(state, "Choices") {
            let compared = list(choice, "And").chain([choice]).filter(|rule| rule["Variable"] == "$.failure.Error");
            found.extend(compared.filter_map(|rule| rule["StringEquals"].as_str()).map(str::to_owned));
        }
    }
    found
}

fn is_of_the_platform(name: &str) -> bool {
    name == "States.ALL" || TRANSIENT.contains(&name)
}

#[test]
fn every_error_the_definition_names_is_one_that_a_function_answers() {
    let known: BTreeSet<_> = WireErrorName::iter().map(WireErrorName::as_str).collect();
    for name in named(&fare_collection()) {
        assert!(is_of_the_platform(&name) || known.contains(name.as_str()), "{name} is nobody's error");
    }
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
    let machine = fare_collection();
    for state in ["SetFareStatusCompleted", "SetFareStatusFailed", "DebitCustomerAccount", "RefundFare"] {
        let rule = list(&machine.states[state], "Retry").last().unwrap();
        assert_eq!(names(rule), ["States.ALL"], "{state}");
        // Full jitter takes half of every wait away on average.
        assert!(longest_wait(rule) / 2 >= 3600, "{state} gives up after {} s", longest_wait(rule) / 2);
    }
}

/// The seconds a rule waits in all, if jitter never shortens a wait.
fn longest_wait(rule: &Value) -> u64 {
    if rule["MaxAttempts"] == 0 {
        return 0;
    }
    let number = |field: &str| rule[field].as_u64().unwrap();
    let mut wait = number("IntervalSeconds");
    let mut total = 0;
    for _ in 0..number("MaxAttempts") {
        total += wait.min(number("MaxDelaySeconds"));
        wait *= number("BackoffRate");
    }
    total
}

#[test]
fn the_machine_waits_for_every_retry_of_every_task() {
    let machine = fare_collection();
    let waits: u64 = machine.of_type("Task").flat_map(|(_, task)| list(task, "Retry")).map(longest_wait).sum();
    assert!(machine.timeout > waits, "the machine stops after {} s; its tasks may wait {waits} s", machine.timeout);
}

#[test]
fn business_errors_are_never_retried() {
    for (name, task) in fare_collection().of_type("Task") {
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
