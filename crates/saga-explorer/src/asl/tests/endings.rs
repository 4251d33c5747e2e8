//! Stopping, redriving, comparing, and the status event.

use super::*;

fn two_tasks() -> Execution {
    let first = task(json!({ "Next": "B", "ResultPath": "$.first" }));
    let second = task(json!({ "ResultPath": "$.second", "Retry": [{ "ErrorEquals": ["X"], "MaxAttempts": 1 }] }));
    start(json!({ "A": first, "B": second, "Z": { "Type": "Succeed" } }), json!({ "a": 1 }))
}

#[test]
fn a_fail_state_gives_its_error_and_cause_or_none() {
    let execution = start(json!({ "A": { "Type": "Fail", "Error": "E", "Cause": "C" } }), json!({}));
    let expected = Ending::Failed { error: Some("E".to_owned()), cause: Some("C".to_owned()) };
    assert_eq!(execution.need(), &Need::Ended(expected));
    let execution = start(json!({ "A": { "Type": "Fail" } }), json!({}));
    assert_eq!(execution.need(), &Need::Ended(Ending::Failed { error: None, cause: None }));
}

#[test]
fn what_is_stopped_takes_no_late_answer_and_no_second_stop() {
    let mut execution = two_tasks();
    execution.stop(Stop::Aborted);
    execution.answer(Ok(json!({})));
    execution.waited();
    execution.stop(Stop::TimedOut);
    assert_eq!(execution.need(), &Need::Ended(Ending::Aborted));
    assert_eq!(names(&execution), ["A"]);
}

#[test]
fn an_answer_during_a_back_off_changes_nothing() {
    let mut execution = two_tasks();
    execution.answer(Ok(json!({})));
    execution.answer(failure("X"));
    let before = execution.clone();
    execution.answer(Ok(json!({})));
    assert_eq!(execution, before);
}

#[test]
fn a_redrive_asks_the_failed_task_again_with_the_same_input_and_fresh_retries() {
    let mut execution = two_tasks();
    execution.answer(Ok(json!("first answer")));
    let asked = payload(&execution).clone();
    execution.answer(failure("X"));
    execution.waited();
    execution.answer(failure("X"));
    assert_eq!(error(&execution), "X");

    execution.redrive().unwrap();
    assert_eq!((payload(&execution), call(&execution).attempt), (&asked, 1));
    execution.answer(failure("X"));
    assert_eq!(backoff(&execution), (1000, 1000));
    execution.waited();
    execution.answer(Ok(json!("second answer")));
    assert_eq!(output(&execution)["first"]["Payload"], "first answer");
    assert_eq!(output(&execution)["second"]["Payload"], "second answer");
    assert_eq!(names(&execution), ["A", "B", "Z"]);
}

#[test]
fn an_execution_stopped_during_a_back_off_is_redriven_at_its_task() {
    for stop in [Stop::Aborted, Stop::TimedOut] {
        let mut execution = two_tasks();
        execution.answer(Ok(json!({})));
        execution.answer(failure("X"));
        execution.stop(stop);
        execution.redrive().unwrap();
        assert_eq!(&*call(&execution).state, "B");
    }
}

#[test]
fn a_redriven_fail_state_fails_again() {
    let mut execution = start(json!({ "A": { "Type": "Fail", "Error": "E", "Cause": "C" } }), json!({}));
    execution.redrive().unwrap();
    assert_eq!(error(&execution), "E");
}

#[test]
fn a_redriven_choice_is_evaluated_again() {
    let rule = json!({ "Variable": "$.s", "StringEquals": "x", "Next": "Z" });
    let choice = json!({ "Type": "Choice", "Choices": [rule] });
    let mut execution = start(json!({ "A": choice, "Z": { "Type": "Succeed" } }), json!({ "s": "y" }));
    execution.redrive().unwrap();
    assert_eq!(error(&execution), "States.NoChoiceMatched");
}

#[test]
fn what_runs_or_has_succeeded_is_not_redriven() {
    let mut execution = two_tasks();
    assert_eq!(execution.redrive(), Err(NotRedrivable::Running));
    execution.answer(Ok(json!({})));
    execution.answer(Ok(json!({})));
    assert_eq!(execution.redrive(), Err(NotRedrivable::Succeeded));
}

#[test]
fn executions_are_alike_if_only_their_past_differs() {
    let attempts = |errors: &[&str]| {
        let retriers = json!([{ "ErrorEquals": ["X"] }, { "ErrorEquals": ["Y"] }]);
        let again = json!({ "ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "A" });
        let states = json!({ "A": task(json!({ "Retry": retriers, "Catch": [again] })), "Z": { "Type": "Succeed" } });
        let definition = parse(&json!({ "StartAt": "A", "States": states })).unwrap();
        let mut execution = Execution::start(Arc::new(definition), identity(), Arc::new(json!({})));
        for error in errors {
            execution.answer(failure(error));
            execution.waited();
        }
        execution
    };
    let hash = |execution: &Execution| {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        execution.hash(&mut hasher);
        hasher.finish()
    };
    let fresh = attempts(&[]);
    let mut returned = fresh.clone();
    returned.answer(failure("Other"));
    assert_eq!((fresh.clone(), hash(&fresh)), (returned.clone(), hash(&returned)));
    assert_ne!(fresh.path(), returned.path());
    // The same number of attempts, but other retries are left.
    assert_ne!(hash(&attempts(&["X", "X"])), hash(&attempts(&["X", "Y"])));
    assert_ne!(hash(&fresh), hash(&attempts(&["X"])));
}

#[test]
fn the_status_event_of_a_failed_execution_is_as_documented() {
    let mut execution = two_tasks();
    assert_eq!(execution.status_event("315c1398", 1_551_225_281_984, ErrorDetail::Given), None);
    execution.answer(failure("X"));
    let arn = "arn:aws:states:eu-west-1:123456789012:execution:machine:wr_563";
    let mut expected = json!({
        "version": "0",
        "id": "315c1398",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "123456789012",
        "time": "2019-02-26T23:54:41Z",
        "region": "eu-west-1",
        "resources": [arn],
        "detail": {
            "executionArn": arn,
            "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:machine",
            "name": "wr_563",
            "status": "FAILED",
            "startDate": 1_551_225_271_984_u64,
            "stopDate": 1_551_225_281_984_u64,
            "input": "{\"a\":1}",
            "inputDetails": { "included": true },
            "output": null,
            "outputDetails": null
        }
    });
    let event = |errors| execution.status_event("315c1398", 1_551_225_281_984, errors).unwrap();
    assert_eq!(event(ErrorDetail::Omitted), expected);
    expected["detail"]["error"] = json!("X");
    expected["detail"]["cause"] = json!("because of X");
    assert_eq!(event(ErrorDetail::Given), expected);
}

#[test]
fn the_status_event_leaves_out_an_input_that_is_too_large_when_escaped() {
    // Every quotation mark is escaped twice: once in the input's text, once in the event.
    let execution = |length: usize| start(json!({ "A": { "Type": "Fail" } }), json!("\"".repeat(length)));
    let event = |length| execution(length).status_event("e", 0, ErrorDetail::Omitted).unwrap();
    // Each mark is 4 bytes; the quotation marks around both texts are 2 + 4 bytes.
    let most = (248 * 1024 - 6) / 4;
    assert_eq!(event(most)["detail"]["inputDetails"], json!({ "included": true }));
    assert_eq!(event(most + 1)["detail"]["input"], Value::Null);
    assert_eq!(event(most + 1)["detail"]["inputDetails"], json!({ "included": false }));
}

#[test]
fn the_status_event_of_a_success_carries_the_output_as_text() {
    let execution = start(json!({ "A": { "Type": "Succeed" } }), json!({ "a": 1 }));
    let event = execution.status_event("e", 0, ErrorDetail::Given).unwrap();
    assert_eq!(event["detail"]["status"], "SUCCEEDED");
    assert_eq!(event["detail"]["output"], "{\"a\":1}");
    assert_eq!(event["detail"]["outputDetails"], json!({ "included": true }));
    assert_eq!(event["detail"]["error"], Value::Null);
}
