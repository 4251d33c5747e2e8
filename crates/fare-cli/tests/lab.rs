//! `fare lab` as it is run by hand, where a definition is refused before anything is started, and the pictures of the lab.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fare_cli::lab::STEPS;
use serde_json::Value;

fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn fare(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fare")).args(arguments).current_dir(repository()).output().unwrap()
}

/// What is said about a definition that is refused: one line.
fn refused(definition: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mine.asl.json");
    std::fs::write(&file, definition).unwrap();
    let refused = fare(&["lab", "--step", "3", "--asl", file.to_str().unwrap()]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(6), 0), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn what_is_no_json_is_refused_in_a_sentence_with_its_place() {
    let said = refused("{\n  \"StartAt\": \"RegisterFare\",\n}");
    assert!(said.starts_with("fare: ") && said.contains("is no JSON: line 3, column 1"), "{said}");
}

#[test]
fn what_is_no_state_machine_is_refused_in_a_sentence() {
    assert!(refused("{}").contains("it is no state machine"));
}

#[test]
fn a_state_that_is_missing_is_named() {
    let said = refused(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "ChargeFare"}}}"#);
    assert!(said.contains("ChargeFare is named and not defined"), "{said}");
}

#[test]
fn a_function_that_is_not_there_is_named_with_those_that_are() {
    let said = refused(
        r#"{"StartAt": "ChargeFare", "States": {"ChargeFare": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "Charge", "Payload": {"action": "charge"}}}}}"#,
    );
    assert!(said.contains("ChargeFare names the function `Charge`, which this stack does not have"), "{said}");
    assert!(said.contains("ChargeFareFunction"), "{said}");
}

#[test]
fn a_circle_that_nothing_ends_is_told_before_it_is_run() {
    let said = refused(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#,
    );
    assert!(said.contains("A → B → A goes round in a circle that nothing ends"), "{said}");
}

#[test]
fn a_definition_that_is_not_there_and_a_step_that_is_none_are_wrong_usage() {
    let absent = fare(&["lab", "--step", "3", "--asl", "nowhere.asl.json"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&absent.stderr).contains("nowhere.asl.json"), "{absent:?}");
    for arguments in [["lab", "--step", "10"].as_slice(), &["lab"], &["lab", "--step", "1", "--all"]] {
        assert_eq!(fare(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_pictures_of_the_lab_are_of_its_solutions_as_they_are() {
    // The last one is the finished machine's own.
    for step in STEPS.iter().filter(|step| step.number < 9) {
        let name = Path::new(step.solution).file_name().unwrap().to_str().unwrap().replace(".asl.json", ".svg");
        let path = format!("docs/lab/pictures/{name}");
        let drawn = fare(&["graph", "--definition", step.solution, "--format", "svg"]);
        assert!(drawn.status.success(), "{drawn:?}");
        let kept = std::fs::read(repository().join(&path)).unwrap_or_default();
        assert!(
            kept == drawn.stdout,
            "{path} is not what the solution looks like now: run `cargo run --package fare-cli -- graph --definition {} \
             --out {path}`, and look at it",
            step.solution
        );
    }
}

#[test]
fn what_a_chapter_shows_as_text_is_what_its_solution_has() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).unwrap();
    let mut shown = 0;
    for step in STEPS {
        let solution: Value = serde_json::from_str(&read(step.solution)).unwrap();
        let states = solution["States"].as_object().unwrap();
        let chapter = read(step.chapter);
        let blocks = chapter.split("```json").skip(1).map(|rest| rest.split("```").next().unwrap());
        let objects = blocks.filter_map(|block| serde_json::from_str::<Value>(block).ok());
        for (name, value) in objects.filter_map(|object| object.as_object().cloned()).flatten() {
            let is_there = if value.get("Type").is_some() {
                states.get(&name) == Some(&value)
            } else if ["Catch", "Retry"].contains(&name.as_str()) {
                states.values().any(|state| state.get(&name) == Some(&value))
            } else {
                continue;
            };
            assert!(is_there, "{}: {name} is not what {} has", step.chapter, step.solution);
            shown += 1;
        }
    }
    assert!(shown >= STEPS.len(), "the chapters show something");
}
