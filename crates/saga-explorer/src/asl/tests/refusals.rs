//! What is not implemented, or wrong, is refused, naming the place.

use super::*;

fn refused(states: Value) -> (Option<String>, String, Problem) {
    let error = parse(&json!({ "StartAt": "A", "States": states })).unwrap_err();
    (error.state, error.field, error.problem)
}

fn refused_task(fields: Value) -> (String, Problem) {
    let (state, field, problem) = refused(json!({ "A": task(fields), "Z": { "Type": "Succeed" } }));
    assert_eq!(state.as_deref(), Some("A"));
    (field, problem)
}

fn unsupported(text: &str) -> Problem {
    Problem::Unsupported(text.to_owned())
}

#[test]
fn fields_that_nobody_knows_are_refused_wherever_they_stand() {
    let definition = json!({ "StartAt": "A", "QueryLanguage": "JSONPath", "States": { "A": { "Type": "Succeed" } } });
    let error = parse(&definition).unwrap_err();
    assert_eq!((error.state, error.field.as_str(), error.problem), (None, "QueryLanguage", Problem::Unknown));
    for (fields, place) in [
        (json!({ "HeartbeatSeconds": 5 }), "HeartbeatSeconds"),
        (json!({ "Retry": [{ "ErrorEquals": ["X"], "Wait": 1 }] }), "Retry[0].Wait"),
        (json!({ "Catch": [{ "ErrorEquals": ["X"], "Next": "Z", "Output": 1 }] }), "Catch[0].Output"),
        (json!({ "Parameters": { "FunctionName": "f", "Payload": {}, "Qualifier": "1" } }), "Parameters.Qualifier"),
        (json!({ "Choices": [] }), "Choices"),
    ] {
        assert_eq!(refused_task(fields), (place.to_owned(), Problem::Unknown));
    }
}

#[test]
fn a_choice_rule_has_one_known_operator_and_next_only_at_the_top() {
    let choice = |rule: Value| {
        let states = json!({ "A": { "Type": "Choice", "Choices": [rule] }, "Z": { "Type": "Succeed" } });
        let (_, field, problem) = refused(states);
        (field, problem)
    };
    let rule = json!({ "Variable": "$.a", "NumericEquals": 1, "Next": "Z" });
    assert!(matches!(choice(rule), (field, Problem::Malformed(_)) if field == "Choices[0]."));
    let rule = json!({ "Variable": "$.a", "StringEquals": "x", "IsNull": true, "Next": "Z" });
    assert_eq!(choice(rule), ("Choices[0].IsNull".to_owned(), Problem::Unknown));
    let rule = json!({ "Not": { "Variable": "$.a", "IsNull": true, "Next": "Z" }, "Next": "Z" });
    assert_eq!(choice(rule), ("Choices[0].Not.Next".to_owned(), Problem::Unknown));
    let rule = json!({ "Variable": "$.a", "IsNull": true });
    assert_eq!(choice(rule), ("Choices[0].Next".to_owned(), Problem::Missing));
}

#[test]
fn state_types_resources_paths_and_intrinsics_that_nobody_knows_are_refused() {
    let states = json!({ "A": { "Type": "Wait", "Seconds": 1, "End": true } });
    assert_eq!(refused(states), (Some("A".to_owned()), "Type".to_owned(), unsupported("Wait")));
    for resource in
        ["arn:aws:states:::dynamodb:putItem", "arn:aws:states:::lambda:invoke.waitForTaskToken", "lambda:invoke"]
    {
        assert_eq!(refused_task(json!({ "Resource": resource })), ("Resource".to_owned(), unsupported(resource)));
    }
    for path in
        ["$.a[*]", "$..a", "$.a[0:2]", "$.a[?(@.b)]", "$.", "$a", "$.a b", "$['a", "$$", "$$.Task.Token", "$.a[-1]"]
    {
        assert_eq!(refused_task(json!({ "InputPath": path })), ("InputPath".to_owned(), unsupported(path)));
    }
    for path in ["$.a[0]", "$$.Execution.Input"] {
        assert_eq!(refused_task(json!({ "ResultPath": path })), ("ResultPath".to_owned(), unsupported(path)));
    }
    for text in
        ["States.Format('{}', $.a)", "States.UUID()", "States.StringToJson('{}')", "plain", "States.StringToJson($.a"]
    {
        let parameters = json!({ "FunctionName": "f", "Payload": { "inner": { "x.$": text } } });
        let expected = ("Parameters.Payload.inner.x.$".to_owned(), unsupported(text));
        assert_eq!(refused_task(json!({ "Parameters": parameters })), expected);
    }
}

#[test]
fn computed_fields_within_arrays_and_doubled_names_are_refused() {
    let payload = |payload: Value| refused_task(json!({ "Parameters": { "FunctionName": "f", "Payload": payload } }));
    assert!(
        matches!(payload(json!([{ "a.$": "$.a" }])), (field, Problem::Unsupported(_)) if field == "Parameters.Payload")
    );
    assert!(matches!(payload(json!({ "a": 1, "a.$": "$.a" })), (_, Problem::Conflict(_))));
}

#[test]
fn functions_and_targets_must_be_constant() {
    let parameters = json!({ "FunctionName.$": "$.f", "Payload": {} });
    let (field, problem) = refused_task(json!({ "Parameters": parameters }));
    assert_eq!((field.as_str(), matches!(problem, Problem::Malformed(_))), ("Parameters.FunctionName", true));
    let (field, problem) = refused_task(json!({ "Parameters": { "FunctionName": "f" } }));
    assert_eq!((field.as_str(), problem), ("Parameters.Payload", Problem::Missing));
}

#[test]
fn metadata_of_the_sdk_cannot_be_selected() {
    for path in ["$.SdkHttpMetadata", "$"] {
        let expected = ("ResultSelector".to_owned(), unsupported(path));
        assert_eq!(refused_task(json!({ "ResultSelector": { "m.$": path } })), expected);
    }
}

#[test]
fn substitutions_need_a_value() {
    let expected = ("Comment".to_owned(), Problem::UnknownSubstitution("Nobody".to_owned()));
    assert_eq!(refused_task(json!({ "Comment": "for ${Nobody}" })), expected);
    let (field, problem) = refused_task(json!({ "Comment": "${open" }));
    assert_eq!((field.as_str(), matches!(problem, Problem::Malformed(_))), ("Comment", true));
}

#[test]
fn error_lists_keep_to_the_rules_of_the_wildcard_and_have_no_doubles() {
    let repeated = |name: &str| Problem::RepeatedError(name.to_owned());
    for (list, place, problem) in [
        (json!([["States.ALL", "X"]]), 0, Problem::WildcardNotLast),
        (json!([["States.ALL"], ["X"]]), 0, Problem::WildcardNotLast),
        (json!([["X", "X"]]), 0, repeated("X")),
        (json!([["X"], ["Y", "X"]]), 1, repeated("X")),
        (json!([["States.Runtime"]]), 0, unsupported("States.Runtime")),
        (json!([["States.DataLimitExceeded"]]), 0, unsupported("States.DataLimitExceeded")),
        (json!([["States.Unheard"]]), 0, unsupported("States.Unheard")),
    ] {
        for name in ["Retry", "Catch"] {
            let next = |item: &Value| {
                let mut element = json!({ "ErrorEquals": item });
                if name == "Catch" {
                    element["Next"] = json!("Z");
                }
                element
            };
            let elements: Vec<Value> = list.as_array().unwrap().iter().map(next).collect();
            let expected = (format!("{name}[{place}].ErrorEquals"), problem.clone());
            assert_eq!(refused_task(json!({ name: elements })), expected);
        }
    }
    let (field, _) = refused_task(json!({ "Retry": [{ "ErrorEquals": [] }] }));
    assert_eq!(field, "Retry[0].ErrorEquals");
}

#[test]
fn retry_figures_must_be_whole_and_within_bounds() {
    for (name, value) in [
        ("MaxAttempts", json!(-1)),
        ("MaxAttempts", json!(1.5)),
        ("IntervalSeconds", json!(0)),
        ("MaxDelaySeconds", json!(0)),
        ("BackoffRate", json!(0.5)),
        ("BackoffRate", json!("2")),
        ("BackoffRate", json!(1.00001)),
        ("JitterStrategy", json!("SOME")),
    ] {
        let (field, _) = refused_task(json!({ "Retry": [{ "ErrorEquals": ["X"], name: value }] }));
        assert_eq!(field, format!("Retry[0].{name}"));
    }
}

#[test]
fn targets_must_exist_and_states_must_be_reachable() {
    let unknown = |name: &str| Problem::UnknownState(name.to_owned());
    assert_eq!(refused_task(json!({ "Next": "Q" })), ("Next".to_owned(), unknown("Q")));
    let catcher = json!([{ "ErrorEquals": ["X"], "Next": "Q" }]);
    assert_eq!(refused_task(json!({ "Catch": catcher })), ("Catch[0].Next".to_owned(), unknown("Q")));
    let rule = json!({ "Variable": "$.a", "IsNull": true, "Next": "A" });
    let states = json!({ "A": { "Type": "Choice", "Choices": [rule], "Default": "Q" } });
    assert_eq!(refused(states).1, "Default");
    let error = parse(&json!({ "StartAt": "B", "States": { "A": { "Type": "Succeed" } } })).unwrap_err();
    assert_eq!((error.field.as_str(), error.problem), ("StartAt", unknown("B")));
    let states = json!({ "A": { "Type": "Succeed" }, "B": { "Type": "Succeed" } });
    assert_eq!(refused(states), (Some("B".to_owned()), "(state)".to_owned(), Problem::Unreachable));
}

#[test]
fn a_circle_without_a_task_is_refused() {
    let states = json!({ "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "Next": "A" } });
    assert_eq!(refused(states), (Some("A".to_owned()), "Next".to_owned(), Problem::EndlessCircle));
}

#[test]
fn a_state_goes_on_or_ends_and_not_both() {
    assert!(matches!(refused_task(json!({ "End": true })), (field, Problem::Conflict("Next")) if field == "End"));
    let states = json!({ "A": { "Type": "Pass" } });
    assert_eq!(refused(states), (Some("A".to_owned()), "Next".to_owned(), Problem::Missing));
    let states = json!({ "A": { "Type": "Pass", "Result": 1, "Parameters": {}, "End": true } });
    assert_eq!(refused(states).2, Problem::Conflict("Parameters"));
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let text = r#"{ "StartAt": "A", "States": { "A": { "Type": "Succeed" }, "A": { "Type": "Fail" } } }"#;
    let error = Definition::parse(text, &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().contains("the key \"A\" is there twice"), "{error}");
}

#[test]
fn an_error_says_the_state_and_the_field() {
    let error = parse(&json!({ "StartAt": "A", "States": { "A": { "Type": "Map" } } })).unwrap_err();
    assert_eq!(error.to_string(), "state A: field Type: does not support \"Map\"");
}
