//! What the recovery machine does with the event of an execution that ended badly.

use serde_json::json;

use crate::machine::{fare_collection, list, names, recovery, successors, texts};

#[test]
fn only_a_clean_failure_is_passed_over_and_that_in_one_step() {
    let machine = recovery();
    assert_eq!(machine.start, "WasItSettled");
    let passing: Vec<_> =
        list(&machine.states["WasItSettled"], "Choices").filter(|choice| choice["Next"] == "FareWasSettled").collect();
    let expected = json!([
        {"Variable": "$.detail.status", "StringEquals": "FAILED"},
        {"Variable": "$.detail.error", "IsPresent": true},
        {"Variable": "$.detail.error", "StringEquals": "FareProcessingFailed"},
    ]);
    assert_eq!(passing.iter().map(|choice| &choice["And"]).collect::<Vec<_>>(), [&expected]);
    assert_eq!(machine.states["FareWasSettled"]["Type"], "Succeed");
    let others = machine.states.iter().filter(|(_, state)| successors(state).contains(&"FareWasSettled"));
    let others: Vec<_> = others.map(|(name, _)| name.as_str()).collect();
    assert_eq!(others, ["WasItSettled", "WasItSettledByItsOwnAccount"]);
}

#[test]
fn what_an_event_withholds_is_read_from_the_execution() {
    let machine = recovery();
    let read = &machine.states["ReadExecution"];
    assert_eq!(machine.states["WasItSettled"]["Default"], "ReadExecution");
    assert_eq!(read["Next"], "WasItSettledByItsOwnAccount");
    // Whole, with the status: an execution that was stopped may have been given any error. That an event has one is asked first.
    let status_is_there = json!({"Variable": "$.described.Status", "IsPresent": true});
    let asked = |name: &str| -> Vec<_> {
        let conditions = list(&machine.states[name], "Choices").filter_map(|choice| choice["And"].as_array());
        let asked =
            conditions.map(|and| and.iter().filter(|condition| **condition != status_is_there).collect::<Vec<_>>());
        asked.map(|and| json!(and).to_string()).collect()
    };
    let of_event = asked("WasItSettled").into_iter().map(|asked| {
        [("status", "Status"), ("error", "Error"), ("input", "Input")].iter().fold(
            asked,
            |asked, (of_event, described)| {
                asked.replace(&format!("$.detail.{of_event}"), &format!("$.described.{described}"))
            },
        )
    });
    assert_eq!(asked("WasItSettledByItsOwnAccount"), of_event.collect::<Vec<_>>());
    let (begun, as_read) = (&machine.states["BeginRecovery"], &machine.states["BeginRecoveryAsRead"]);
    assert_eq!(begun["Parameters"]["input.$"], "$.detail.input");
    assert_eq!(as_read["Parameters"]["input.$"], "$.described.Input");
    for field in ["execution.$", "status.$", "failure"] {
        assert_eq!(begun["Parameters"][field], as_read["Parameters"][field], "{field}");
    }
    assert_eq!(begun["Next"], as_read["Next"]);
}

#[test]
fn an_execution_without_a_readable_input_calls_for_attention() {
    let machine = recovery();
    assert_eq!(machine.states["WasItSettledByItsOwnAccount"]["Default"], "InputNotKnown");
    assert_eq!(machine.states["InputNotKnown"]["Next"], "CallForAttention");
    let unreadable = list(&machine.states["SetFareStatusFailed"], "Catch").find(|rule| rule["Next"] == "InputNotKnown");
    assert_eq!(names(unreadable.unwrap()), ["States.IntrinsicFailure"]);
}

#[test]
fn every_task_leads_to_a_person_when_all_else_fails() {
    let machine = recovery();
    for (name, task) in machine.of_type("Task").filter(|(name, _)| *name != "CallForAttention") {
        let last = list(task, "Catch").last().unwrap_or_else(|| panic!("{name} has no Catch"));
        // Without an input it is first said that there is none.
        let next = if name == "ReadExecution" { "InputNotKnown" } else { "CallForAttention" };
        assert_eq!((names(last), last["Next"].as_str()), (vec!["States.ALL"], Some(next)), "{name}");
    }
    assert_eq!(machine.states["CallForAttention"]["Next"], "FareNeedsAttention");
    assert_eq!(machine.states["FareNeedsAttention"]["Type"], "Fail");
}

#[test]
fn a_completed_fare_is_not_undone() {
    let machine = recovery();
    let choice = &machine.states["WasItCompleted"];
    assert_eq!(machine.states["SetFareStatusFailed"]["Next"], "WasItCompleted");
    assert_eq!(choice["Choices"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&choice["Choices"][0]["Variable"], &choice["Choices"][0]["StringEquals"], &choice["Choices"][0]["Next"]),
        (&json!("$.decision.status"), &json!("completed"), &json!("NotifySuccess"))
    );
    assert_eq!(choice["Default"], "DebitCustomerAccount");
    assert_eq!(machine.states["DebitCustomerAccount"]["Next"], "RefundFare");
    let after = machine.reachable("NotifySuccess", None);
    for undo in ["DebitCustomerAccount", "RefundFare"] {
        assert!(!after.contains(undo), "{undo}");
    }
}

#[test]
fn recovery_does_nothing_but_decide_and_undo() {
    let tasks: Vec<_> =
        recovery().function_tasks().map(|(name, _, action)| (name.clone(), action.to_owned())).collect();
    let expected = [("DebitCustomerAccount", "debit"), ("RefundFare", "refund"), ("SetFareStatusFailed", "cancel")];
    assert_eq!(tasks, expected.map(|(name, action)| (name.to_owned(), action.to_owned())));
}

#[test]
fn a_step_of_recovery_asks_what_the_same_step_of_fare_collection_asks() {
    let (main, machine) = (fare_collection(), recovery());
    for (name, _, _) in machine.function_tasks() {
        let (mut theirs, ours) = (main.states[name].clone(), &machine.states[name]);
        theirs["Parameters"]["Payload"]["fare.$"] = json!("States.StringToJson($.input)");
        for field in ["Resource", "TimeoutSeconds", "Parameters", "ResultSelector", "ResultPath"] {
            assert_eq!(ours[field], theirs[field], "{name}: {field}");
        }
    }
}

#[test]
fn a_notice_of_recovery_has_the_shape_of_fare_collections_and_names_the_execution_recovered() {
    let (main, machine) = (fare_collection(), recovery());
    for name in ["NotifySuccess", "NotifyFailure"] {
        let (mut theirs, ours) = (main.states[name].clone(), &machine.states[name]);
        theirs["Parameters"]["Message"]["execution.$"] = json!("$.execution");
        assert_eq!(ours["Parameters"], theirs["Parameters"], "{name}");
    }
    assert_eq!(machine.states["RejectFare"]["Parameters"], main.states["RejectFare"]["Parameters"]);
}

#[test]
fn what_was_sent_goes_into_the_functions_and_nowhere_else() {
    for (name, state) in &recovery().states {
        let reads: Vec<_> = texts("", state)
            .into_iter()
            .filter(|(key, text)| {
                key.ends_with(".$") && text.to_lowercase().contains("input)") | text.ends_with("nput")
            })
            .map(|(_, text)| text)
            .collect();
        let expected = match name.as_str() {
            "BeginRecovery" => vec!["$.detail.input"],
            "BeginRecoveryAsRead" => vec!["$.described.Input"],
            _ if state["Parameters"]["Payload"].is_object() => vec!["States.StringToJson($.input)"],
            _ => vec![],
        };
        assert_eq!(reads, expected, "{name}");
    }
}

#[test]
fn nothing_changes_the_input_that_recovery_goes_by() {
    for (name, state) in &recovery().states {
        let catches = list(state, "Catch").map(|rule| &rule["ResultPath"]);
        for path in catches.chain([&state["ResultPath"]]).filter_map(|path| path.as_str()) {
            assert!(path != "$" && path != "$.input", "{name} writes to {path}");
        }
        if state["Type"] == "Task" {
            assert!(state["ResultPath"].is_string(), "{name} replaces everything with its result");
        }
    }
}

#[test]
fn one_event_is_one_message_for_attention() {
    let parameters = &recovery().states["CallForAttention"]["Parameters"];
    for key in ["MessageGroupId.$", "MessageDeduplicationId.$"] {
        assert_eq!(parameters[key], "$$.Execution.Input.id");
    }
}
