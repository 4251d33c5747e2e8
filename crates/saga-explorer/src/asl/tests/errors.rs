//! Retry, Catch and the payload limit.

use super::*;

fn machine(fields: Value) -> Execution {
    let caught = json!({ "Type": "Pass", "End": true });
    let mut states = json!({ "A": task(fields), "Z": { "Type": "Succeed" } });
    if states["A"].get("Catch").is_some() {
        states["Caught"] = caught;
    }
    start(states, json!({ "a": 1 }))
}

fn retry(retriers: Value) -> Execution {
    machine(json!({ "Retry": retriers }))
}

#[test]
fn a_retrier_without_figures_waits_one_two_and_four_seconds_and_then_gives_up() {
    let mut execution = retry(json!([{ "ErrorEquals": ["X"] }]));
    for (attempt, delay) in [(1, 1000), (2, 2000), (3, 4000)] {
        assert_eq!(call(&execution).attempt, attempt);
        execution.answer(failure("X"));
        assert_eq!(backoff(&execution), (delay, delay));
        execution.waited();
    }
    execution.answer(failure("X"));
    assert_eq!(error(&execution), "X");
    assert_eq!(execution.path(), [Visit { state: "A".into(), attempts: 4 }]);
}

#[test]
fn full_jitter_waits_anywhere_from_nothing_to_the_capped_delay() {
    let mut execution = retry(json!([{
        "ErrorEquals": ["X"], "IntervalSeconds": 4, "BackoffRate": 3, "MaxDelaySeconds": 10, "JitterStrategy": "FULL"
    }]));
    for delay in [4000, 10000, 10000] {
        execution.answer(failure("X"));
        assert_eq!(backoff(&execution), (0, delay));
        execution.waited();
    }
}

#[test]
fn zero_attempts_mean_never_and_later_retriers_are_not_asked() {
    let mut execution = retry(json!([{ "ErrorEquals": ["X"], "MaxAttempts": 0 }, { "ErrorEquals": ["States.ALL"] }]));
    execution.answer(failure("X"));
    assert_eq!(error(&execution), "X");
}

#[test]
fn retriers_count_for_themselves_and_start_anew_in_the_next_visit() {
    let retriers = json!([
        { "ErrorEquals": ["X", "Y"], "MaxAttempts": 2 },
        { "ErrorEquals": ["Z"], "MaxAttempts": 1, "IntervalSeconds": 5 }
    ]);
    let back = json!({ "ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "A" });
    let mut execution = machine_going_back(retriers, back);
    for _ in 0..2 {
        for (name, delay) in [("X", 1000), ("Y", 2000), ("Z", 5000)] {
            execution.answer(failure(name));
            assert_eq!(backoff(&execution), (delay, delay));
            execution.waited();
        }
        execution.answer(failure("Y"));
        assert_eq!(call(&execution).attempt, 1);
    }
    let attempts: Vec<u32> = execution.path().iter().map(|visit| visit.attempts).collect();
    assert_eq!((names(&execution), attempts), (vec!["A", "A", "A"], vec![4, 4, 1]));
}

fn machine_going_back(retriers: Value, catcher: Value) -> Execution {
    let states = json!({ "A": task(json!({ "Retry": retriers, "Catch": [catcher] })), "Z": { "Type": "Succeed" } });
    start(states, json!({}))
}

#[test]
fn the_wildcards_match_what_the_guide_says() {
    for (listed, reported, matches) in [
        ("States.ALL", "X", true),
        ("States.ALL", "States.Timeout", true),
        ("States.ALL", "States.Runtime", false),
        ("States.ALL", "States.DataLimitExceeded", false),
        ("States.TaskFailed", "X", true),
        ("States.TaskFailed", "Lambda.Unknown", true),
        ("States.TaskFailed", "States.Timeout", false),
        ("States.TaskFailed", "States.Runtime", false),
        ("States.TaskFailed", "States.DataLimitExceeded", false),
        ("States.Timeout", "States.Timeout", true),
        ("X", "x", false),
    ] {
        let mut retried = retry(json!([{ "ErrorEquals": [listed] }]));
        retried.answer(failure(reported));
        assert_eq!(matches!(retried.need(), Need::Backoff(_)), matches, "retry {listed} {reported}");
        let mut caught = machine(json!({ "Catch": [{ "ErrorEquals": [listed], "Next": "Caught" }] }));
        caught.answer(failure(reported));
        assert_eq!(names(&caught).len() == 2, matches, "catch {listed} {reported}");
    }
}

#[test]
fn a_caught_error_is_placed_in_the_raw_input() {
    let mut execution = machine(json!({
        "InputPath": null, "OutputPath": "$.nowhere",
        "Catch": [{ "ErrorEquals": ["X"], "ResultPath": "$.failure", "Next": "Caught" }]
    }));
    execution.answer(failure("X"));
    assert_eq!(output(&execution), &json!({ "a": 1, "failure": { "Error": "X", "Cause": "because of X" } }));
    assert_eq!(names(&execution), ["A", "Caught"]);
}

#[test]
fn a_caught_error_replaces_the_input_without_a_result_path() {
    let mut execution = machine(json!({ "Catch": [{ "ErrorEquals": ["X"], "Next": "Caught" }] }));
    execution.answer(failure("X"));
    assert_eq!(output(&execution), &json!({ "Error": "X", "Cause": "because of X" }));
}

#[test]
fn the_first_catcher_that_matches_takes_the_error_when_retries_are_spent() {
    let mut execution = machine(json!({
        "Retry": [{ "ErrorEquals": ["X"], "MaxAttempts": 1 }],
        "Catch": [{ "ErrorEquals": ["X"], "Next": "Caught" }, { "ErrorEquals": ["States.ALL"], "Next": "Z" }]
    }));
    execution.answer(failure("X"));
    execution.waited();
    execution.answer(failure("X"));
    assert_eq!(names(&execution), ["A", "Caught"]);
}

#[test]
fn an_error_that_nothing_catches_is_the_executions_own() {
    let mut execution = machine(json!({ "Catch": [{ "ErrorEquals": ["X"], "Next": "Caught" }] }));
    execution.answer(failure("Y"));
    let expected = Ending::Failed { error: Some("Y".to_owned()), cause: Some("because of Y".to_owned()) };
    assert_eq!(execution.need(), &Need::Ended(expected));
}

#[test]
fn an_intrinsic_that_fails_in_a_tasks_parameters_is_reported_by_the_task_without_an_attempt() {
    let parameters = json!({ "FunctionName": "f", "Payload": { "x.$": "States.StringToJson($.a)" } });
    let execution = machine(json!({
        "Parameters": parameters,
        "Catch": [{ "ErrorEquals": ["States.IntrinsicFailure"], "Next": "Caught" }]
    }));
    assert_eq!(execution.path().first(), Some(&Visit { state: "A".into(), attempts: 0 }));
    assert_eq!(names(&execution), ["A", "Caught"]);
}

#[test]
fn a_result_that_cannot_be_placed_is_an_error_that_the_task_reports() {
    let fields = json!({ "ResultPath": "$.a.b", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Caught" }] });
    let mut execution = machine(fields);
    execution.answer(Ok(json!(1)));
    assert_eq!(output(&execution)["Error"], "States.ResultPathMatchFailure");
}

#[test]
fn a_caught_error_that_cannot_be_placed_fails_the_execution() {
    let catcher = json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.a.b", "Next": "Caught" }]);
    let mut execution = machine(json!({ "Catch": catcher }));
    execution.answer(failure("X"));
    assert_eq!(error(&execution), "States.ResultPathMatchFailure");
}

#[test]
fn the_retry_count_of_the_context_object_follows_the_attempts() {
    let parameters = json!({ "FunctionName": "f", "Payload": { "retry.$": "$$.State.RetryCount" } });
    let mut execution = machine(json!({ "Parameters": parameters, "Retry": [{ "ErrorEquals": ["States.ALL"] }] }));
    assert_eq!(payload(&execution), &json!({ "retry": 0 }));
    execution.answer(failure("X"));
    execution.waited();
    assert_eq!(payload(&execution), &json!({ "retry": 1 }));
}

#[test]
fn a_payload_over_the_limit_fails_the_execution_whatever_is_caught() {
    let wildcard = json!([{ "ErrorEquals": ["States.ALL"], "Next": "Caught" }]);
    // {"ExecutedVersion":"$LATEST","Payload":"…","StatusCode":200} has 59 bytes beside the text.
    let frame = json!({ "ExecutedVersion": "$LATEST", "Payload": "", "StatusCode": 200 }).to_string().len();
    for (more, fits) in [(0, true), (1, false)] {
        let mut execution = machine(json!({ "Catch": wildcard }));
        execution.answer(Ok(json!("x".repeat(256 * 1024 - frame + more))));
        let ended = matches!(execution.need(), Need::Ended(Ending::Succeeded { .. }));
        assert_eq!(ended, fits);
        assert!(ended || error(&execution) == "States.DataLimitExceeded");
    }
}

#[test]
fn an_answer_over_the_limit_fails_the_execution_even_if_little_of_it_is_selected() {
    let mut execution = machine(json!({ "ResultSelector": { "code.$": "$.StatusCode" } }));
    execution.answer(Ok(json!("x".repeat(256 * 1024))));
    assert_eq!(error(&execution), "States.DataLimitExceeded");
}

#[test]
fn a_request_over_the_limit_is_never_sent() {
    let big = "x".repeat(200 * 1024);
    let parameters = json!({ "FunctionName": "f", "Payload": { "one.$": "$.big", "two.$": "$.big" } });
    let states = json!({ "A": task(json!({ "Parameters": parameters })), "Z": { "Type": "Succeed" } });
    let execution = start(states, json!({ "big": big }));
    assert_eq!(error(&execution), "States.DataLimitExceeded");
}
