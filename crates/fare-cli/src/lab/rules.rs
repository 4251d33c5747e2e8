//! What steps ask of the definition itself: what no experiment of seconds can show.

use serde_json::Value;

use super::check::Finding;
use super::machine::Machine;
use super::names::{Does, does};

/// The actions that move a fare on, and that may have happened although nobody says so.
const DOES: [&str; 3] = ["register", "charge", "credit"];

/// What the steps up to this one ask of the definition.
pub(super) fn findings(machine: &Machine, step: u8) -> Vec<Finding> {
    let asked = RULES.iter().filter(|rule| rule.since <= step);
    let finding =
        |rule: &Rule| Finding { about: rule.about.to_owned(), step: rule.since, missing: (rule.missing)(machine) };
    asked.map(finding).collect()
}

struct Rule {
    since: u8,
    about: &'static str,
    /// What is missing, as a sentence.
    missing: fn(&Machine) -> Option<String>,
}

const RULES: [Rule; 7] = [
    Rule {
        since: 5,
        about: "every task has a Retry",
        missing: |machine| {
            let tasks = machine.states_that(|state| is_task(state) && state.get("Retry").is_none());
            some(&tasks, "no Retry in", "any call can fail in passing")
        },
    },
    Rule {
        since: 8,
        about: "every do expects the unknown",
        missing: |machine| {
            let tasks = machine
                .states_that(|state| DOES.iter().any(|action| sends(state, action)) && !catches(state, "States.ALL"));
            some(&tasks, "no Catch for States.ALL in", "what has no name may have happened as well")
        },
    },
    Rule {
        since: 8,
        about: "whoever completes the fare may come too late",
        missing: |machine| {
            let tasks = machine.states_that(|state| sends(state, "complete") && !catches(state, "FareCancelled"));
            some(&tasks, "no Catch for FareCancelled in", "somebody else may have decided `failed` meanwhile")
        },
    },
    Rule {
        since: 8,
        about: "the decision may be refused",
        missing: |machine| {
            let tasks = machine.states_that(|state| sends(state, "cancel") && !catches(state, "FareConflict"));
            some(
                &tasks,
                "no Catch for FareConflict in",
                "a fare that stands with another payload is not this execution's to undo",
            )
        },
    },
    Rule {
        since: 9,
        about: "every task has a time limit",
        missing: |machine| {
            let limited =
                |state: &Value| state.get("TimeoutSeconds").is_some() || state.get("TimeoutSecondsPath").is_some();
            let tasks = machine.states_that(|state| is_task(state) && !limited(state));
            some(&tasks, "no TimeoutSeconds in", "a task that never answers would wait for a year")
        },
    },
    Rule {
        since: 9,
        about: "the machine has a time limit, beyond those of its tasks",
        missing: |machine| {
            let seconds = |limit: Option<&Value>| limit.and_then(Value::as_u64);
            let Some(limit) = seconds(machine.field("TimeoutSeconds")) else {
                return Some(
                    "the machine has no TimeoutSeconds: an execution that hangs would be found by nobody".to_owned(),
                );
            };
            let tasks =
                machine.states_that(|state| seconds(state.get("TimeoutSeconds")).is_some_and(|task| task >= limit));
            some(
                &tasks,
                "the machine's TimeoutSeconds end before those of",
                "it would stop what is still allowed to run",
            )
        },
    },
    Rule {
        since: 9,
        about: "every state says what it is for",
        missing: |machine| {
            let says = |state: &Value| {
                state.get("Comment").and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
            };
            let states = machine.states_that(|state| !says(state));
            some(&states, "no Comment in", "whoever is called at night reads the console")
        },
    },
];

fn some(states: &[&str], what: &str, why: &str) -> Option<String> {
    (!states.is_empty()).then(|| format!("{what} {}: {why}", states.join(", ")))
}

fn is_task(state: &Value) -> bool {
    state.get("Type").and_then(Value::as_str) == Some("Task")
}

fn sends(state: &Value, action: &str) -> bool {
    does(state) == Some(Does::Asks(action.to_owned()))
}

fn catches(state: &Value, error: &str) -> bool {
    let catchers = state.get("Catch").and_then(Value::as_array).into_iter().flatten();
    let names = catchers.filter_map(|catcher| catcher.get("ErrorEquals")?.as_array()).flatten();
    names.filter_map(Value::as_str).any(|name| name == error || name == "States.ALL")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINISHED: &str = include_str!("../../../../statemachine/fare-collection.asl.json");

    /// What is missing in the finished machine, once this is taken out of one of its states, or of the machine itself.
    fn without(state: Option<&str>, field: &str) -> Vec<String> {
        let mut definition: Value = serde_json::from_str(FINISHED).unwrap();
        let place = match state {
            Some(state) => &mut definition["States"][state],
            None => &mut definition,
        };
        place.as_object_mut().unwrap().remove(field).unwrap();
        let machine = Machine::of("mine.json", definition.to_string().as_bytes()).unwrap();
        findings(&machine, 9).into_iter().filter_map(|finding| finding.missing).collect()
    }

    #[test]
    fn the_finished_machine_keeps_all_rules_and_each_is_missed_where_it_is_broken() {
        let machine = Machine::of("finished", FINISHED.as_bytes()).unwrap();
        assert!(findings(&machine, 9).iter().all(|finding| finding.missing.is_none()));
        for (state, field, expected) in [
            (Some("DebitCustomerAccount"), "Retry", "no Retry in DebitCustomerAccount:"),
            (Some("RegisterFare"), "Catch", "no Catch for States.ALL in RegisterFare:"),
            (Some("CreditCustomerAccount"), "Catch", "no Catch for States.ALL in CreditCustomerAccount:"),
            (Some("SetFareStatusCompleted"), "Catch", "no Catch for FareCancelled in SetFareStatusCompleted:"),
            (Some("NotifySuccess"), "TimeoutSeconds", "no TimeoutSeconds in NotifySuccess:"),
            (None, "TimeoutSeconds", "the machine has no TimeoutSeconds"),
            (Some("WhatMayHaveRun"), "Comment", "no Comment in WhatMayHaveRun:"),
        ] {
            let missing = without(state, field);
            assert!(missing.len() == 1 && missing[0].starts_with(expected), "{state:?} {field}: {missing:?}");
        }
    }

    #[test]
    fn a_decision_that_is_not_caught_is_missed() {
        let mut definition: Value = serde_json::from_str(FINISHED).unwrap();
        definition["States"]["SetFareStatusFailed"]["Catch"][0]["ErrorEquals"] = serde_json::json!(["InvalidFare"]);
        let machine = Machine::of("mine.json", definition.to_string().as_bytes()).unwrap();
        let missing: Vec<_> = findings(&machine, 8).into_iter().filter_map(|finding| finding.missing).collect();
        assert!(missing[0].starts_with("no Catch for FareConflict in SetFareStatusFailed:"), "{missing:?}");
        assert!(findings(&machine, 7).iter().all(|finding| finding.missing.is_none()));
    }
}
