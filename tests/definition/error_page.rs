//! The tables of `docs/errors.md` are what the definitions and the code say.

use std::collections::BTreeSet;
use std::fs;

use fare_values::WireErrorName;
use serde_json::Value;
use strum::IntoEnumIterator;

use crate::answers::{SERVICES, answered_at_the_door, answered_by, meaning};
use crate::errors::TRANSIENT;
use crate::handling::{Handling, handled};
use crate::machine::{Machine, fare_collection, list, recovery, repository};

fn page() -> String {
    fs::read_to_string(repository().join("docs/errors.md")).unwrap()
}

/// The first table under a heading.
fn table_under<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let below = page.lines().skip_while(|line| *line != format!("## {heading}")).skip(1);
    let section = below.take_while(|line| !line.starts_with("## "));
    section.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).collect()
}

#[track_caller]
fn assert_table(heading: &str, head: &str, rows: Vec<Vec<String>>) {
    let rule = "|---".repeat(head.split(" | ").count());
    let rows = rows.into_iter().map(|cells| format!("| {} |", cells.join(" | ")));
    let expected: Vec<_> = [format!("| {head} |"), format!("{rule}|")].into_iter().chain(rows).collect();
    let page = page();
    assert!(
        table_under(&page, heading) == expected,
        "docs/errors.md: the table under `## {heading}` must be this one, to be pasted there:\n\n{}\n",
        expected.join("\n")
    );
}

fn code(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names = names.into_iter().map(|name| format!("`{}`", name.as_ref()));
    names.collect::<Vec<_>>().join(", ")
}

#[test]
fn who_answers_what_and_what_is_certain_then() {
    let row = |name: WireErrorName| {
        let by =
            answered_by(name).map(|service| format!("`{}`: {}", service.name, code(service.actions_that_answer(name))));
        let by = if answered_at_the_door(name) {
            "every function, before it does anything".to_owned()
        } else {
            by.collect::<Vec<_>>().join("; ")
        };
        let kind = if name.is_refusal() { "refusal" } else { "trouble" };
        vec![code([name.as_str()]), kind.to_owned(), by, meaning(name)]
    };
    assert_table(
        "What functions answer",
        "error | kind | answered by | what it means",
        WireErrorName::iter().map(row).collect(),
    );
}

/// An error, or several that nothing tells apart, and the tasks that may meet it.
struct Met {
    label: &'static str,
    /// One of them.
    name: &'static str,
    meets: fn(&Value, &str) -> bool,
}

fn action(task: &Value) -> Option<&str> {
    task["Parameters"]["Payload"]["action"].as_str()
}

fn met(label: &'static str, name: &'static str, meets: fn(&Value, &str) -> bool) -> Met {
    Met { label, name, meets }
}

/// Everything that a task may meet, besides what a function of ours answers.
fn of_the_platform() -> [Met; 5] {
    [
        met("a function that is killed, throttled or not reached", TRANSIENT[0], |task, _| action(task).is_some()),
        met("`Sfn.ExecutionDoesNotExistException`", "Sfn.ExecutionDoesNotExistException", |_, name| {
            name == "ReadExecution"
        }),
        met("`States.IntrinsicFailure`", "States.IntrinsicFailure", |task, _| {
            task["Parameters"].to_string().contains("\"States.")
        }),
        met("anything else, such as `States.Timeout`", "States.Timeout", |_, _| true),
        met("`States.Runtime`, `States.DataLimitExceeded`", "States.Runtime", |_, _| true),
    ]
}

/// One row for each way in which a machine deals with an error, with the states that do.
fn rows(machine: &Machine, end: &str) -> Vec<Vec<String>> {
    let tasks: Vec<_> = machine.in_order().filter(|(_, state)| state["Type"] == "Task").collect();
    let mut rows = Vec::new();
    let mut add = |label: String, name: &str, meeting: Vec<(&String, &Value)>| {
        let mut ways: Vec<(Handling, Vec<&str>)> = Vec::new();
        for (state, task) in meeting {
            let handling = handled(task, name);
            match ways.iter_mut().find(|(way, _)| *way == handling) {
                Some((_, states)) => states.push(state),
                None => ways.push((handling, vec![state])),
            }
        }
        for (position, (handling, states)) in ways.into_iter().enumerate() {
            let first = if position == 0 { label.clone() } else { String::new() };
            let next = handling.next.map_or(end.to_owned(), |next| code([next]));
            rows.push(vec![first, code(states), handling.tries(), next]);
        }
    };
    for name in WireErrorName::iter() {
        let meets = |task: &Value| {
            action(task).is_some_and(|action| SERVICES.iter().any(|service| service.answers(action, name)))
        };
        add(code([name.as_str()]), name.as_str(), tasks.iter().filter(|(_, task)| meets(task)).copied().collect());
    }
    for met in of_the_platform() {
        add(
            met.label.to_owned(),
            met.name,
            tasks.iter().filter(|(name, task)| (met.meets)(task, name)).copied().collect(),
        );
    }
    rows
}

const HEAD: &str = "error | met by | tried again | then";

#[test]
fn what_fare_collection_does_with_each_error() {
    assert_table("In fare collection", HEAD, rows(&fare_collection(), "the execution fails"));
}

#[test]
fn what_recovery_does_with_each_error() {
    assert_table("In recovery", HEAD, rows(&recovery(), "recovery fails"));
}

#[test]
fn what_is_told_apart_nowhere_is_dealt_with_alike() {
    let alike: [(&[&str], &str); 2] = [
        (&TRANSIENT, "a function that is killed"),
        (&["States.Runtime", "States.DataLimitExceeded"], "what nothing catches"),
    ];
    for machine in [fare_collection(), recovery()] {
        for (names, what) in alike {
            for (state, task) in machine.of_type("Task").filter(|(_, task)| action(task).is_some()) {
                let ways: BTreeSet<_> = names.iter().map(|name| handled(task, name)).collect();
                assert_eq!(ways.len(), 1, "{state}: {what}");
            }
        }
    }
    for name in TRANSIENT {
        assert!(page().contains(&code([name])), "docs/errors.md does not say `{name}`");
    }
}

/// The errors that the machine's own states give, each with the states, what they say, and what follows.
fn own(machine: &Machine, after: impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let mut rows: Vec<(String, Vec<&str>, String, String)> = Vec::new();
    for (name, state) in machine.in_order() {
        let failure = if state["Type"] == "Fail" { state } else { &state["Parameters"]["failure"] };
        let (Some(error), Some(cause)) = (failure["Error"].as_str(), failure["Cause"].as_str()) else { continue };
        let next = state["Next"].as_str().map_or_else(|| after(error), |next| code([next]));
        match rows.iter_mut().find(|(known, ..)| known == error) {
            Some((_, states, known, then)) => {
                assert_eq!((known.as_str(), then.as_str()), (cause, next.as_str()), "{error} says different things");
                states.push(name);
            }
            None => rows.push((error.to_owned(), vec![name], cause.to_owned(), next)),
        }
    }
    rows.into_iter().map(|(error, states, cause, next)| vec![code([error]), code(states), cause, next]).collect()
}

#[test]
fn what_the_machines_themselves_say() {
    let looks = recovery();
    let choices = || list(&looks.states["WasItSettled"], "Choices");
    let compares = |choice: &Value, error: &str| list(choice, "And").any(|test| test["StringEquals"] == error);
    let passes_on = |error: &str| {
        let choice = choices().find(|choice| compares(choice, error)).unwrap_or_else(|| panic!("{error} is recovered"));
        format!("recovery: {}", code(choice["Next"].as_str()))
    };
    let rows = [own(&fare_collection(), passes_on), own(&recovery(), |_| "recovery fails".to_owned())];
    assert_table("What the machines themselves say", "error | said by | its cause | then", rows.concat());
}

#[test]
fn a_table_is_found_under_its_heading_and_ends_with_it() {
    let page = "# A\n| no |\n## B\nText.\n| a |\n|---|\n\n| other |\n## C\n| c |\n## D\n";
    assert_eq!(table_under(page, "B"), ["| a |", "|---|"]);
    assert_eq!(table_under(page, "C"), ["| c |"]);
    assert!(table_under(page, "D").is_empty() && table_under(page, "A").is_empty());
}
