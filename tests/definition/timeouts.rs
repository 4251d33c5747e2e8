//! Whoever waits must wait longer than what it waits for.

use std::fs;

use serde_yaml_ng::Value;

use crate::machine::{fare_collection, repository};

/// The timeout of the function that a definition's substitution stands for, in seconds, as the template sets it.
fn function_timeout(template: &Value, substitution: &str) -> u64 {
    let substitution = substitution.trim_start_matches("${").trim_end_matches('}');
    let function = substitution.trim_end_matches("Arn");
    let properties = &template["Resources"][function]["Properties"];
    properties["Timeout"].as_u64().unwrap_or_else(|| panic!("{function} has no Timeout"))
}

#[test]
fn every_task_waits_longer_than_its_function_may_run() {
    let template: Value =
        serde_yaml_ng::from_str(&fs::read_to_string(repository().join("template.yaml")).unwrap()).unwrap();
    let machine = fare_collection();
    for (name, function, _) in machine.function_tasks() {
        let task = machine.states[name]["TimeoutSeconds"].as_u64().unwrap();
        let function = function_timeout(&template, function);
        assert!(task > function, "{name} waits {task} s for a function that may run {function} s");
    }
}
