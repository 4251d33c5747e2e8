//! What holds for every state machine.

use serde_json::Value;

use crate::machine::{both, fare_collection, list, names, successors};

/// Tasks without a Catch, each with the reason, of which its Comment must tell.
const NO_CATCH: [(&str, &str, &str); 5] = [
    (
        "FareCollection",
        "DebitCustomerAccount",
        "an undo is retried for hours, and what is left over fails the execution loudly",
    ),
    ("FareCollection", "RefundFare", "an undo is retried for hours, and what is left over fails the execution loudly"),
    ("FareCollection", "NotifySuccess", "a paid and credited fare is not taken back because a notice failed"),
    ("FareCollection", "NotifyFailure", "the execution fails, and recovery says it"),
    ("FareRecovery", "CallForAttention", "nobody is left to tell"),
];

#[test]
fn every_state_that_is_named_exists_and_every_state_can_be_reached() {
    for machine in both() {
        for (name, state) in &machine.states {
            for next in successors(state) {
                assert!(machine.states.contains_key(next), "{name} leads to {next}, which does not exist");
            }
        }
        let reachable = machine.reachable(&machine.start, None);
        let unreachable: Vec<_> = machine.states.keys().filter(|name| !reachable.contains(*name)).collect();
        assert!(unreachable.is_empty(), "{unreachable:?}");
    }
}

#[test]
fn every_state_leads_on_or_ends() {
    for (name, state) in both().iter().flat_map(|machine| &machine.states) {
        match state["Type"].as_str().unwrap() {
            "Task" | "Pass" => assert!(state["Next"].is_string(), "{name}"),
            "Choice" => assert!(state["Default"].is_string(), "{name}"),
            "Succeed" => {}
            "Fail" => assert!(state["Error"].is_string() && state["Cause"].is_string(), "{name}"),
            other => panic!("{name} is of type {other}, of which these tests know nothing"),
        }
    }
}

#[test]
fn an_end_can_be_reached_from_every_state() {
    for machine in both() {
        let is_end = |name: &String| matches!(machine.states[name]["Type"].as_str(), Some("Succeed" | "Fail"));
        for name in machine.states.keys() {
            assert!(machine.reachable(name, None).iter().any(is_end), "{name} has no way out");
        }
    }
}

#[test]
fn every_state_says_what_it_is_for() {
    for (name, state) in both().iter().flat_map(|machine| &machine.states) {
        assert!(state["Comment"].as_str().is_some_and(|comment| comment.len() > 20), "{name}");
    }
}

#[test]
fn every_task_has_a_timeout_and_retries_with_full_jitter() {
    for (name, task) in both().iter().flat_map(|machine| machine.of_type("Task")) {
        assert!(task["TimeoutSeconds"].as_u64().is_some_and(|seconds| seconds > 0), "{name}");
        let retried: Vec<&Value> = list(task, "Retry").filter(|rule| rule["MaxAttempts"] != 0).collect();
        assert!(!retried.is_empty(), "{name}");
        for rule in retried {
            for field in ["IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"] {
                assert!(rule[field].as_u64().is_some_and(|value| value > 0), "{name}: {field}");
            }
            assert_eq!(rule["JitterStrategy"], "FULL", "{name}");
        }
    }
}

#[test]
fn every_task_catches_or_says_why_not() {
    for machine in both() {
        let reasons: Vec<_> = NO_CATCH.iter().filter(|(resource, _, _)| *resource == machine.resource).collect();
        let uncaught: Vec<_> =
            machine.of_type("Task").filter(|(_, task)| list(task, "Catch").next().is_none()).collect();
        for (name, task) in &uncaught {
            let reason = reasons.iter().find(|(_, excepted, _)| excepted == name).map(|(_, _, reason)| *reason);
            let reason = reason.unwrap_or_else(|| panic!("{name} has no Catch, and no reason is stated"));
            assert!(task["Comment"].as_str().unwrap().contains(reason), "{name} does not say: {reason}");
        }
        assert_eq!(uncaught.len(), reasons.len(), "a reason is stated for a task that does catch");
    }
}

#[test]
fn states_all_stands_alone_and_last() {
    for (name, task) in both().iter().flat_map(|machine| machine.of_type("Task")) {
        for field in ["Retry", "Catch"] {
            let rules: Vec<_> = list(task, field).map(names).collect();
            for (position, rule) in rules.iter().enumerate() {
                if rule.contains(&"States.ALL") {
                    assert_eq!((rule.len(), position), (1, rules.len() - 1), "{name}: {field}");
                }
            }
        }
    }
}

#[test]
fn a_caught_error_is_kept_for_the_notice() {
    for (name, task) in both().iter().flat_map(|machine| machine.of_type("Task")) {
        for rule in list(task, "Catch") {
            assert_eq!(rule["ResultPath"], "$.failure", "{name}");
        }
    }
}

/// Step Functions bills a transition for each state that is entered (aws.amazon.com/step-functions/pricing).
#[test]
fn the_happy_path_is_short() {
    let machine = fare_collection();
    let mut path = vec![machine.start.clone()];
    while let Some(next) = path.last().and_then(|name| machine.states[name]["Next"].as_str()) {
        path.push(next.to_owned());
    }
    assert_eq!(path.last().map(String::as_str), Some("FareProcessingSucceeded"));
    assert!(path.len() <= 7, "{path:?}");
}
