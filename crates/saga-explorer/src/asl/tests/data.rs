//! Paths, templates, results and choices.

use super::*;

fn pass(fields: Value, input: Value) -> Execution {
    let mut state = json!({ "Type": "Pass", "End": true });
    state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    start(json!({ "A": state }), input)
}

#[test]
fn without_paths_a_state_hands_its_input_on() {
    assert_eq!(output(&pass(json!({}), json!({ "a": 1 }))), &json!({ "a": 1 }));
}

#[test]
fn a_result_takes_the_place_of_the_input_and_is_not_a_template() {
    let execution = pass(json!({ "Result": { "b.$": "$.a" } }), json!({ "a": 1 }));
    assert_eq!(output(&execution), &json!({ "b.$": "$.a" }));
}

#[test]
fn the_result_path_is_relative_to_the_raw_input_and_makes_objects_on_its_way() {
    let fields = json!({ "InputPath": "$.a", "ResultPath": "$.b.c" });
    assert_eq!(
        output(&pass(fields, json!({ "a": { "x": 1 } }))),
        &json!({ "a": { "x": 1 }, "b": { "c": { "x": 1 } } })
    );
}

#[test]
fn the_result_path_overwrites_what_is_there() {
    let fields = json!({ "Result": 2, "ResultPath": "$.a" });
    assert_eq!(output(&pass(fields, json!({ "a": { "x": 1 } }))), &json!({ "a": 2 }));
}

#[test]
fn a_result_path_of_null_discards_the_result() {
    assert_eq!(output(&pass(json!({ "Result": 2, "ResultPath": null }), json!({ "a": 1 }))), &json!({ "a": 1 }));
}

#[test]
fn a_result_cannot_be_placed_in_an_input_that_is_no_object() {
    for input in [json!("foo"), json!([1]), Value::Null] {
        let execution = pass(json!({ "Result": 2, "ResultPath": "$.x" }), input);
        assert_eq!(error(&execution), "States.ResultPathMatchFailure");
    }
    let execution = pass(json!({ "Result": 2, "ResultPath": "$.a.x" }), json!({ "a": "foo" }));
    assert_eq!(error(&execution), "States.ResultPathMatchFailure");
}

#[test]
fn input_and_output_paths_of_null_give_an_empty_object() {
    assert_eq!(output(&pass(json!({ "InputPath": null }), json!({ "a": 1 }))), &json!({}));
    assert_eq!(output(&pass(json!({ "OutputPath": null }), json!({ "a": 1 }))), &json!({}));
}

#[test]
fn the_output_path_comes_last() {
    let fields = json!({ "Result": { "x": 5 }, "ResultPath": "$.r", "OutputPath": "$.r.x" });
    assert_eq!(output(&pass(fields, json!({ "a": 1 }))), &json!(5));
}

#[test]
fn an_input_path_that_leads_nowhere_is_a_runtime_error() {
    assert_eq!(error(&pass(json!({ "InputPath": "$.b" }), json!({ "a": 1 }))), "States.Runtime");
    assert_eq!(error(&pass(json!({ "OutputPath": "$.b" }), json!({ "a": 1 }))), "States.Runtime");
}

#[test]
fn parameters_see_the_effective_input_and_the_context_object() {
    let fields = json!({
        "InputPath": "$.a",
        "Parameters": {
            "constant": { "n": null },
            "item.$": "$.list[1]",
            "quoted.$": "$['odd name']",
            "nested": { "whole.$": "$" },
            "id.$": "$$.Execution.Id",
            "name.$": "$$.Execution.Name",
            "original.$": "$$.Execution.Input.b",
            "started.$": "$$.Execution.StartTime",
            "redrives.$": "$$.Execution.RedriveCount",
            "state.$": "$$.State.Name",
            "machine.$": "$$.StateMachine.Name"
        }
    });
    let inner = json!({ "list": [1, 2], "odd name": true });
    let execution = pass(fields, json!({ "a": inner, "b": "kept" }));
    let expected = json!({
        "constant": { "n": null },
        "item": 2,
        "quoted": true,
        "nested": { "whole": inner },
        "id": "arn:aws:states:eu-west-1:123456789012:execution:machine:wr_563",
        "name": "wr_563",
        "original": "kept",
        "started": "2019-02-26T23:54:31.984Z",
        "redrives": 0,
        "state": "A",
        "machine": "machine"
    });
    assert_eq!(output(&execution), &expected);
}

#[test]
fn a_path_to_null_finds_it_and_a_path_to_nothing_is_a_runtime_error() {
    let fields = json!({ "Parameters": { "b.$": "$.a" } });
    assert_eq!(output(&pass(fields.clone(), json!({ "a": null }))), &json!({ "b": null }));
    for input in [json!({}), json!("a"), json!([])] {
        assert_eq!(error(&pass(fields.clone(), input)), "States.Runtime");
    }
}

#[test]
fn the_cause_of_a_missing_path_does_not_quote_the_document() {
    let execution = pass(json!({ "Parameters": { "b.$": "$.a" } }), json!({ "pan": "4242" }));
    let Need::Ended(Ending::Failed { cause: Some(cause), .. }) = execution.need() else { panic!("not failed") };
    assert_eq!(cause, "The JSONPath '$.a' specified for the field 'b.$' could not be found in the input");
}

#[test]
fn a_string_of_json_is_read_and_anything_else_is_an_intrinsic_failure() {
    let fields = json!({ "Parameters": { "b.$": "States.StringToJson($.a)" } });
    assert_eq!(output(&pass(fields.clone(), json!({ "a": "{\"x\":[1]}" }))), &json!({ "b": { "x": [1] } }));
    assert_eq!(error(&pass(fields.clone(), json!({ "a": "{" }))), "States.IntrinsicFailure");
    assert_eq!(error(&pass(fields.clone(), json!({ "a": {} }))), "States.IntrinsicFailure");
    assert_eq!(error(&pass(fields, json!({}))), "States.Runtime");
}

#[test]
fn a_functions_answer_is_wrapped_as_lambda_does_before_it_is_selected_from() {
    let selector =
        json!({ "status.$": "$.Payload.status", "code.$": "$.StatusCode", "version.$": "$.ExecutedVersion" });
    let states =
        json!({ "A": task(json!({ "ResultSelector": selector, "ResultPath": "$.r" })), "Z": { "Type": "Succeed" } });
    let mut execution = start(states, json!({ "a": 1 }));
    execution.answer(Ok(json!({ "status": "done", "more": 1 })));
    let expected = json!({ "a": 1, "r": { "status": "done", "code": 200, "version": "$LATEST" } });
    assert_eq!(output(&execution), &expected);
}

#[test]
fn a_selected_path_that_the_answer_lacks_is_a_runtime_error_which_nothing_retries_or_catches() {
    let fields = json!({
        "ResultSelector": { "status.$": "$.Payload.status" },
        "Retry": [{ "ErrorEquals": ["States.ALL"] }],
        "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Z" }]
    });
    let mut execution = start(json!({ "A": task(fields), "Z": { "Type": "Succeed" } }), json!({}));
    execution.answer(Ok(json!({})));
    assert_eq!(error(&execution), "States.Runtime");
}

#[test]
fn a_publication_and_a_queue_message_carry_what_their_parameters_say() {
    let publish = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "B", "ResultPath": "$.sent",
        "Parameters": { "TopicArn": "${TopicArn}", "Message": { "fare.$": "$.fare" } }
    });
    let send = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true, "ResultPath": "$.queued",
        "Parameters": {
            "QueueUrl": "${QueueUrl}", "MessageBody": "text",
            "MessageGroupId.$": "$.fare", "MessageDeduplicationId.$": "$$.Execution.Name"
        }
    });
    let mut execution = start(json!({ "A": publish, "B": send }), json!({ "fare": "wr_1" }));
    let expected = ServiceCall::Publish { topic: "arn:topic".into(), message: json!({ "fare": "wr_1" }) };
    assert_eq!(call(&execution).service, expected);
    execution.answer(Ok(json!({ "MessageId": "1" })));
    let expected = ServiceCall::SendMessage {
        queue: "url:queue".into(),
        body: json!("text"),
        deduplication_id: Some("wr_563".to_owned()),
        group_id: Some("wr_1".to_owned()),
    };
    assert_eq!(call(&execution).service, expected);
    execution.answer(Ok(json!({ "MessageId": "2" })));
    let expected = json!({ "fare": "wr_1", "sent": { "MessageId": "1" }, "queued": { "MessageId": "2" } });
    assert_eq!(output(&execution), &expected);
}

#[test]
fn a_message_group_that_is_no_string_is_a_runtime_error() {
    let send = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
        "Parameters": { "QueueUrl": "${QueueUrl}", "MessageBody": "text", "MessageGroupId.$": "$.fare" }
    });
    assert_eq!(error(&start(json!({ "A": send }), json!({ "fare": 1 }))), "States.Runtime");
}

/// Goes to `Yes` or `No`, by one rule.
fn choose(rule: Value, input: Value) -> Execution {
    let mut rule = rule;
    rule.as_object_mut().unwrap().insert("Next".to_owned(), json!("Yes"));
    let states = json!({
        "A": { "Type": "Choice", "Choices": [rule], "Default": "No" },
        "Yes": { "Type": "Succeed" },
        "No": { "Type": "Succeed" }
    });
    start(states, input)
}

#[test]
fn choice_operators_are_sensitive_to_type() {
    let input = json!({ "s": "x", "b": true, "n": 1, "z": null });
    for (rule, expected) in [
        (json!({ "Variable": "$.s", "StringEquals": "x" }), "Yes"),
        (json!({ "Variable": "$.s", "StringEquals": "y" }), "No"),
        (json!({ "Variable": "$.n", "StringEquals": "1" }), "No"),
        (json!({ "Variable": "$.z", "StringEquals": "" }), "No"),
        (json!({ "Variable": "$.b", "BooleanEquals": true }), "Yes"),
        (json!({ "Variable": "$.b", "BooleanEquals": false }), "No"),
        (json!({ "Variable": "$.s", "BooleanEquals": true }), "No"),
        (json!({ "Variable": "$.z", "IsNull": true }), "Yes"),
        (json!({ "Variable": "$.s", "IsNull": false }), "Yes"),
        (json!({ "Variable": "$.s", "IsString": true }), "Yes"),
        (json!({ "Variable": "$.z", "IsString": true }), "No"),
        (json!({ "Variable": "$.z", "IsPresent": true }), "Yes"),
        (json!({ "Variable": "$.q", "IsPresent": true }), "No"),
        (json!({ "Variable": "$.q", "IsPresent": false }), "Yes"),
        (json!({ "Variable": "$.s.t", "IsPresent": false }), "Yes"),
        (json!({ "Variable": "$$.Execution.Name", "StringEquals": "wr_563" }), "Yes"),
        (json!({ "Not": { "Variable": "$.s", "StringEquals": "x" } }), "No"),
    ] {
        assert_eq!(names(&choose(rule.clone(), input.clone())), ["A", expected], "{rule}");
    }
}

#[test]
fn a_variable_that_is_missing_is_a_runtime_error_unless_something_guards_it() {
    let absent = json!({ "Variable": "$.q", "IsPresent": false });
    let present = json!({ "Variable": "$.q", "IsPresent": true });
    let equals = json!({ "Variable": "$.q", "StringEquals": "x" });
    assert_eq!(error(&choose(equals.clone(), json!({}))), "States.Runtime");
    assert_eq!(error(&choose(json!({ "Variable": "$.q", "IsNull": true }), json!({}))), "States.Runtime");
    assert_eq!(error(&choose(json!({ "Not": equals }), json!({}))), "States.Runtime");
    assert_eq!(error(&choose(json!({ "And": [equals, present] }), json!({}))), "States.Runtime");
    assert_eq!(names(&choose(json!({ "And": [present, equals] }), json!({}))), ["A", "No"]);
    assert_eq!(names(&choose(json!({ "Or": [absent, equals] }), json!({}))), ["A", "Yes"]);
}

#[test]
fn the_first_rule_that_holds_wins() {
    let rule = |next: &str| json!({ "Variable": "$.s", "StringEquals": "x", "Next": next });
    let states = json!({
        "A": { "Type": "Choice", "Choices": [rule("One"), rule("Two")] },
        "One": { "Type": "Succeed" },
        "Two": { "Type": "Succeed" }
    });
    assert_eq!(names(&start(states, json!({ "s": "x" }))), ["A", "One"]);
}

#[test]
fn a_choice_without_a_match_and_a_default_fails_the_execution() {
    let choice = json!({ "Type": "Choice", "Choices": [{ "Variable": "$.s", "StringEquals": "x", "Next": "Z" }] });
    let execution = start(json!({ "A": choice, "Z": { "Type": "Succeed" } }), json!({ "s": "y" }));
    assert_eq!(error(&execution), "States.NoChoiceMatched");
}
