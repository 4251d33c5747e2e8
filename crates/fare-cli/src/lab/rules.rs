//! What the last step asks of the definition itself.

use serde_json::Value;

use super::machine::Machine;

/// From which step on the definition must be tidy.
pub(super) const SINCE: u8 = 9;

/// What is untidy, a sentence each.
pub(super) fn untidy(machine: &Machine) -> Vec<String> {
    let is_task = |state: &Value| state.get("Type").and_then(Value::as_str) == Some("Task");
    let without = |field: &'static str| move |state: &Value| state.get(field).is_none();
    let mut found = Vec::new();
    let unlimited = machine.states_that(|state| is_task(state) && without("TimeoutSeconds")(state));
    if !unlimited.is_empty() {
        found.push(format!(
            "no TimeoutSeconds in {}: a task that never answers would wait for a year",
            unlimited.join(", ")
        ));
    }
    if machine.field("TimeoutSeconds").is_none() {
        found.push("the machine has no TimeoutSeconds: an execution that hangs would be found by nobody".to_owned());
    }
    let unexplained = machine.states_that(without("Comment"));
    if !unexplained.is_empty() {
        found.push(format!("no Comment in {}: whoever is called at night reads the console", unexplained.join(", ")));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tasks_without_a_limit_and_states_without_a_comment_are_named() {
        let definition = json!({ "StartAt": "Begin", "States": {
            "Begin": { "Type": "Pass", "Comment": "It begins.", "Next": "RegisterFare" },
            "RegisterFare": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
                "Parameters": { "FunctionName": "RegisterFareFunction", "Payload": { "action": "register" } } },
        }});
        let machine = Machine::of("mine.json", definition.to_string().as_bytes()).unwrap();
        let found = untidy(&machine);
        assert!(found[0].starts_with("no TimeoutSeconds in RegisterFare:"), "{found:?}");
        assert!(found[1].starts_with("the machine has no TimeoutSeconds"), "{found:?}");
        assert!(found[2].starts_with("no Comment in RegisterFare:"), "{found:?}");
    }
}
