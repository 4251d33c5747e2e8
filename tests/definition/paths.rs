//! No state reads what may not be there. A path that leads nowhere raises `States.Runtime`, which no Retry and no Catch
//! matches (Step Functions developer guide, "Error names").

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::machine::{Machine, both, list, texts};

/// The execution's input, as the context object has it.
const INPUT: &str = "$$.Execution.Input";

/// The paths that are certain to lead somewhere.
type Certain = BTreeSet<String>;

/// What is certain when each state is entered, whatever way led to it.
fn certain_at_entry(machine: &Machine) -> BTreeMap<&str, Certain> {
    let always = ["$", INPUT, "$$.Execution.Id"].map(str::to_owned);
    let mut known = BTreeMap::from([(machine.start.as_str(), Certain::from(always))]);
    let mut waiting = vec![machine.start.as_str()];
    while let Some(name) = waiting.pop() {
        let state = &machine.states[name];
        for (next, certain) in ways_out(name == machine.start, state, &known[name]) {
            let before = known.get(next);
            let now = before.map_or(certain.clone(), |before| before & &certain);
            if before != Some(&now) {
                known.insert(next, now);
                waiting.push(next);
            }
        }
    }
    known
}

/// Where a state leads, and what is certain there.
fn ways_out<'a>(starts: bool, state: &'a Value, entry: &Certain) -> Vec<(&'a str, Certain)> {
    let mut ways = vec![];
    for rule in list(state, "Catch") {
        let path = rule["ResultPath"].as_str().unwrap();
        let error = [path.to_owned(), format!("{path}.Error"), format!("{path}.Cause")];
        ways.push((rule["Next"].as_str().unwrap(), entry | &Certain::from(error)));
    }
    let mut passed = entry.clone();
    for choice in list(state, "Choices") {
        let chosen = &passed | &presence(choice, "And", true, starts);
        ways.push((choice["Next"].as_str().unwrap(), chosen));
        // Whoever comes past "one of these is missing" has them all.
        passed.extend(presence(choice, "Or", false, starts));
    }
    ways.extend(state["Default"].as_str().map(|next| (next, passed)));
    ways.extend(state["Next"].as_str().map(|next| (next, after(state, entry))));
    ways
}

/// The paths whose presence a choice asks for, by tests that are combined so. Of the first state's document it is the
/// input's too, and the input stays.
fn presence(choice: &Value, combined: &str, present: bool, starts: bool) -> Certain {
    let asked = list(choice, combined).filter(|test| test["IsPresent"] == present);
    let paths = asked.map(|test| test["Variable"].as_str().unwrap());
    let of_input = |path: &str| starts.then(|| path.replacen('$', INPUT, 1));
    paths.flat_map(|path| [Some(path.to_owned()), of_input(path)]).flatten().collect()
}

/// What is certain after a Task or Pass has done its work.
fn after(state: &Value, entry: &Certain) -> Certain {
    let result = ["ResultSelector", "Parameters", "Result"].map(|field| &state[field]);
    let result = result
        .into_iter()
        .find(|value| !value.is_null() && (state["Type"] == "Pass" || *value == &state["ResultSelector"]));
    let place = state["ResultPath"].as_str().unwrap_or("$");
    let mut certain: Certain =
        entry.iter().filter(|path| place != "$" || path.starts_with("$$") || *path == "$").cloned().collect();
    certain.insert(place.to_owned());
    if let Some(fields) = result {
        add_fields(&mut certain, place, fields);
    }
    certain
}

fn add_fields(certain: &mut Certain, place: &str, value: &Value) {
    for (name, field) in value.as_object().into_iter().flatten() {
        let path = format!("{place}.{}", name.trim_end_matches(".$"));
        add_fields(certain, &path, field);
        certain.insert(path);
    }
}

/// The paths in a text: itself, or the argument of an intrinsic function.
fn path_in(text: &str) -> &str {
    text.split_once('(').map_or(text, |(_, arguments)| arguments.trim_end_matches(')'))
}

/// What a state reads, and what is certain where it does.
fn readings(state: &Value, entry: &Certain) -> Vec<(String, Certain)> {
    let parameters = texts("", &state["Parameters"]).into_iter().filter(|(key, _)| key.ends_with(".$"));
    let mut read: Vec<_> = parameters.map(|(_, text)| (path_in(text).to_owned(), entry.clone())).collect();
    let mut passed = entry.clone();
    for choice in list(state, "Choices") {
        let mut certain = passed.clone();
        for test in list(choice, "And").chain(list(choice, "Or")).chain([choice]) {
            let Some(path) = test["Variable"].as_str() else { continue };
            match test["IsPresent"].as_bool() {
                Some(true) => drop(certain.insert(path.to_owned())),
                Some(false) => {}
                None => read.push((path.to_owned(), certain.clone())),
            }
        }
        passed.extend(presence(choice, "Or", false, false));
    }
    read
}

#[test]
fn no_state_reads_what_may_not_be_there() {
    let mut checked = 0;
    for machine in both() {
        for (name, entry) in certain_at_entry(&machine) {
            for (path, certain) in readings(&machine.states[name], &entry) {
                assert!(certain.contains(&path), "{}: {name} reads {path}, which may be missing", machine.resource);
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "{checked}");
}
