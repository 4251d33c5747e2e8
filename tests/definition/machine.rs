//! The deployed definitions, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

pub(crate) struct Machine {
    /// The name of its resource in the template.
    pub(crate) resource: &'static str,
    pub(crate) start: String,
    /// In seconds.
    pub(crate) timeout: u64,
    pub(crate) states: BTreeMap<String, Value>,
    /// Their names, as they follow one another in the file.
    order: Vec<String>,
}

pub(crate) fn fare_collection() -> Machine {
    read("FareCollection", "fare-collection")
}

pub(crate) fn recovery() -> Machine {
    read("FareRecovery", "recover-fare")
}

pub(crate) fn both() -> [Machine; 2] {
    [fare_collection(), recovery()]
}

fn read(resource: &'static str, file: &str) -> Machine {
    let path = repository().join(format!("statemachine/{file}.asl.json"));
    let text = fs::read_to_string(path).unwrap();
    let definition: Value = serde_json::from_str(&text).unwrap();
    let states = definition["States"].as_object().unwrap();
    let mut order: Vec<_> = states.keys().cloned().collect();
    order.sort_by_key(|name| text.find(&format!("\n    \"{name}\": {{")).unwrap());
    Machine {
        resource,
        start: definition["StartAt"].as_str().unwrap().to_owned(),
        timeout: definition["TimeoutSeconds"].as_u64().unwrap(),
        states: states.iter().map(|(name, state)| (name.clone(), state.clone())).collect(),
        order,
    }
}

impl Machine {
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.states.iter().filter(move |(_, state)| state["Type"] == kind)
    }

    /// The states as they follow one another in the file.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.order.iter().map(|name| (name, &self.states[name]))
    }

    /// The tasks that call a function of ours, with the substitution that names it and the action they ask for.
    pub(crate) fn function_tasks(&self) -> impl Iterator<Item = (&String, &str, &str)> {
        self.of_type("Task").filter_map(|(name, state)| {
            let function = state["Parameters"]["FunctionName"].as_str()?;
            Some((name, function, state["Parameters"]["Payload"]["action"].as_str()?))
        })
    }

    /// Every state reachable from `start` without entering `avoided`.
    pub(crate) fn reachable(&self, start: &str, avoided: Option<&str>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![start.to_owned()];
        while let Some(name) = waiting.pop() {
            if Some(name.as_str()) != avoided && seen.insert(name.clone()) {
                waiting.extend(successors(&self.states[&name]).into_iter().map(str::to_owned));
            }
        }
        seen
    }
}

/// Every state that a state names as a successor.
pub(crate) fn successors(state: &Value) -> Vec<&str> {
    let branches = list(state, "Catch").chain(list(state, "Choices")).map(|branch| &branch["Next"]);
    branches.chain([&state["Next"], &state["Default"]]).filter_map(Value::as_str).collect()
}

pub(crate) fn list<'a>(state: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    state[field].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// The error names of a retrier or catcher.
pub(crate) fn names(rule: &Value) -> Vec<&str> {
    list(rule, "ErrorEquals").filter_map(Value::as_str).collect()
}

/// Every string anywhere in a value, with the key that it stands under.
pub(crate) fn texts<'a>(key: &'a str, value: &'a Value) -> Vec<(&'a str, &'a str)> {
    match value {
        Value::String(text) => vec![(key, text)],
        Value::Array(items) => items.iter().flat_map(|item| texts(key, item)).collect(),
        Value::Object(fields) => fields.iter().flat_map(|(key, value)| texts(key, value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => vec![],
    }
}
