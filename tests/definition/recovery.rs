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
    assert_eq!(others.count(), 1);
}

#[test]
fn an_event_without_a_readable_input_calls_for_attention() {
    let machine = recovery();
    assert_eq!(machine.states["WasItSettled"]["Default"], "InputNotKnown");
    assert_eq!(machine.states["InputNotKnown"]["Next"], "CallForAttention");
    let unreadable = list(&machine.states["SetFareStatusFailed"], "Catch").find(|rule| rule["Next"] == "InputNotKnown");
    assert_eq!(names(unreadable.unwrap()), ["States.IntrinsicFailure"]);
}

#[test]
fn every_task_leads_to_a_person_when_all_else_fails() {
    let machine = recovery();
    for (name, task) in machine.of_type("Task").filter(|(name, _)| *name != "CallForAttention") {
        let last = list(task, "Catch").last().unwrap_or_else(|| panic!("{name} has no Catch"));
        assert_eq!((names(last), last["Next"].as_str()), (vec!["States.ALL"], Some("CallForAttention")), "{name}");
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
        theirs["Parameters"]["Payload"]["fare.$"] = json!("States.StringToJson($$.Execution.Input.detail.input)");
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
        let reads = texts("", state).iter().filter(|(key, text)| key.ends_with(".$") && text.contains("input")).count();
        let calls_us = state["Parameters"]["Payload"].is_object();
        assert_eq!(reads, usize::from(calls_us), "{name}");
    }
}

#[test]
fn one_event_is_one_message_for_attention() {
    let parameters = &recovery().states["CallForAttention"]["Parameters"];
    for key in ["MessageGroupId.$", "MessageDeduplicationId.$"] {
        assert_eq!(parameters[key], "$$.Execution.Input.id");
    }
}
