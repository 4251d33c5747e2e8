//! The deployed definitions.

use std::fs;
use std::path::Path;

use super::*;

const RECOVERED: &str = "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:wr_563";

fn text_of(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../statemachine");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn definition(name: &str) -> Arc<Definition> {
    let names = [
        "RegisterFareFunctionArn",
        "DecideFareFunctionArn",
        "ChargeFareFunctionArn",
        "RefundFareFunctionArn",
        "CreditCustomerFunctionArn",
        "DebitCustomerFunctionArn",
        "NotificationTopicArn",
        "AttentionQueueUrl",
    ];
    let mut substitutions: BTreeMap<_, _> = names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect();
    substitutions.insert("AWSPartition".to_owned(), "aws".to_owned());
    Arc::new(Definition::parse(&text_of(name), &substitutions).unwrap())
}

fn collection() -> Execution {
    Execution::start(definition("fare-collection.asl.json"), identity(), Arc::new(json!({ "fareId": "wr_563" })))
}

fn recovery(detail: Value) -> Execution {
    let event = json!({ "id": "event-1", "detail": detail });
    Execution::start(definition("recover-fare.asl.json"), identity(), Arc::new(event))
}

/// An answer that holds every field that some state selects.
fn answer(status: &str) -> Result<Value, Failure> {
    Ok(json!({
        "fareId": "wr_563", "customerId": "3", "amount": 2000, "currency": "usd",
        "paymentId": "pi_1", "entryId": "e_1", "status": status, "MessageId": "m"
    }))
}

fn asked(execution: &Execution) -> (&str, &str) {
    (&call(execution).state, payload(execution)["action"].as_str().unwrap())
}

#[test]
fn a_fare_is_collected_on_the_happy_path() {
    let mut execution = collection();
    for (state, action) in [
        ("RegisterFare", "register"),
        ("ChargeFare", "charge"),
        ("CreditCustomerAccount", "credit"),
        ("SetFareStatusCompleted", "complete"),
    ] {
        assert_eq!(asked(&execution), (state, action));
        assert_eq!(payload(&execution)["fare"], json!({ "fareId": "wr_563" }));
        execution.answer(answer("completed"));
    }
    let ServiceCall::Publish { topic, message } = &call(&execution).service else { panic!("no notice") };
    assert_eq!(&**topic, "NotificationTopicArn");
    let expected = json!({
        "outcome": "success", "fareStatus": "completed", "fareId": "wr_563", "customerId": "3",
        "amount": 2000, "currency": "usd", "execution": identity().execution_arn
    });
    assert_eq!(message, &expected);
    execution.answer(Ok(json!({ "MessageId": "m" })));
    assert_eq!(output(&execution)["notice"], json!({ "MessageId": "m" }));
}

#[test]
fn a_credit_of_unknown_outcome_is_decided_failed_and_then_undone_in_reverse() {
    let mut execution = collection();
    execution.answer(answer("registered"));
    execution.answer(answer("captured"));
    assert_eq!(asked(&execution), ("CreditCustomerAccount", "credit"));
    execution.answer(failure("States.Timeout"));
    for (state, action, status) in [
        ("SetFareStatusFailed", "cancel", "failed"),
        ("DebitCustomerAccount", "debit", "reversed"),
        ("RefundFare", "refund", "refunded"),
    ] {
        assert_eq!(asked(&execution), (state, action));
        execution.answer(answer(status));
    }
    let ServiceCall::Publish { message, .. } = &call(&execution).service else { panic!("no notice") };
    assert_eq!(message["error"], "States.Timeout");
    execution.answer(Ok(json!({ "MessageId": "m" })));
    assert_eq!(error(&execution), "FareProcessingFailed");
}

#[test]
fn a_declined_charge_goes_straight_to_the_notice() {
    let mut execution = collection();
    execution.answer(answer("registered"));
    execution.answer(failure("PaymentAuthException"));
    execution.answer(answer("failed"));
    let expected = ["SetFareStatusFailed", "WhatMayHaveRun", "NotifyFailure"];
    assert_eq!(names(&execution).split_at(3).1, expected);
}

#[test]
fn recovery_passes_over_a_clean_failure_in_one_step() {
    let detail =
        json!({ "executionArn": RECOVERED, "status": "FAILED", "input": "{}", "error": "FareProcessingFailed" });
    let execution = recovery(detail);
    assert!(matches!(execution.need(), Need::Ended(Ending::Succeeded { .. })));
    assert_eq!(execution.path().len(), 2);
}

#[test]
fn recovery_of_an_aborted_execution_takes_the_fare_from_the_event_and_undoes_it() {
    let mut aborted = collection();
    aborted.stop(Stop::Aborted);
    for errors in [ErrorDetail::Given, ErrorDetail::Omitted] {
        let event = aborted.status_event("event-1", 1_551_225_281_984, errors).unwrap();
        let mut execution = Execution::start(definition("recover-fare.asl.json"), identity(), Arc::new(event));
        for (action, status) in [("cancel", "failed"), ("debit", "reversed"), ("refund", "voided")] {
            assert_eq!(payload(&execution)["action"], action);
            assert_eq!(payload(&execution)["fare"], json!({ "fareId": "wr_563" }));
            assert_eq!(payload(&execution)["execution"], identity().execution_arn);
            execution.answer(answer(status));
        }
        execution.answer(Ok(json!({ "MessageId": "m" })));
        assert!(matches!(execution.need(), Need::Ended(Ending::Succeeded { .. })));
    }
}

#[test]
fn recovery_reads_from_the_execution_what_its_event_withholds() {
    let mut ended = collection();
    ended.answer(failure("FareConflict"));
    ended.answer(Ok(json!({ "MessageId": "m" })));
    assert_eq!(error(&ended), "FareProcessingFailed");
    let mut aborted = collection();
    aborted.stop(Stop::Aborted);
    for (execution, next) in [(ended, "FareWasSettled"), (aborted, "BeginRecoveryAsRead")] {
        let event = execution.status_event("event-1", 1_551_225_281_984, ErrorDetail::Withheld).unwrap();
        let mut recovery = Execution::start(definition("recover-fare.asl.json"), identity(), Arc::new(event));
        let ServiceCall::DescribeExecution { execution: asked } = &call(&recovery).service else {
            panic!("no question")
        };
        assert_eq!(*asked, identity().execution_arn);
        recovery.answer(Ok(execution.described()));
        assert_eq!(names(&recovery)[..4], ["WasItSettled", "ReadExecution", "WasItSettledByItsOwnAccount", next]);
    }
}

#[test]
fn recovery_of_an_unreadable_input_calls_for_attention_without_an_attempt() {
    let execution = recovery(json!({ "executionArn": RECOVERED, "status": "ABORTED", "input": "{" }));
    let ServiceCall::SendMessage { queue, body, group_id, .. } = &call(&execution).service else {
        panic!("no message")
    };
    assert_eq!((&**queue, group_id.as_deref()), ("AttentionQueueUrl", Some("event-1")));
    assert_eq!((&body["execution"], &body["recovery"]), (&json!(RECOVERED), &json!(identity().execution_arn)));
}

/// A generator for tests (Marsaglia, "Xorshift RNGs").
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(u64::try_from(items.len()).unwrap())).unwrap()]
    }
}

fn random_answer(dice: &mut Dice) -> Result<Value, Failure> {
    let errors = [
        "States.Timeout",
        "States.Runtime",
        "FareCancelled",
        "FareConflict",
        "InvalidFare",
        "PaymentAuthException",
        "PaymentRefundException",
        "PaymentOutcomeUnknown",
        "Lambda.ServiceException",
        "Sandbox.Timedout",
    ];
    match dice.below(16) {
        0..=8 => answer(dice.pick(&["completed", "failed", "registered", ""])),
        9 => Ok(json!({ "Input": "{}", "Status": "ABORTED" })),
        10 => Ok(dice.pick(&[json!(null), json!([]), json!({}), json!("text")].each_ref()).clone()),
        _ => failure(dice.pick(&errors)),
    }
}

#[test]
fn random_walks_of_the_deployed_definitions_end_or_wait_and_reach_every_ending() {
    let starts = [
        collection(),
        recovery(json!({ "executionArn": RECOVERED, "status": "ABORTED", "input": "{}" })),
        recovery(json!({ "executionArn": RECOVERED, "status": "ABORTED", "input": null })),
    ];
    let mut all = std::collections::BTreeSet::new();
    for (seed, start) in starts.iter().enumerate() {
        let mut dice = Dice(u64::try_from(seed).unwrap() + 0x9E37_79B9);
        let (mut succeeded, mut failed, mut stopped, mut redriven) = (0, 0, 0, 0);
        let mut entered = std::collections::BTreeSet::new();
        for _ in 0..3000 {
            let mut execution = start.clone();
            for _ in 0..400 {
                match execution.need() {
                    Need::Task(_) if dice.below(200) == 0 => execution.stop(Stop::Aborted),
                    Need::Task(_) => execution.answer(random_answer(&mut dice)),
                    Need::Backoff(_) => execution.waited(),
                    Need::Ended(Ending::Succeeded { .. }) => break,
                    Need::Ended(_) if dice.below(4) == 0 => {
                        execution.redrive().unwrap();
                        redriven += 1;
                    }
                    Need::Ended(_) => break,
                }
            }
            match execution.need() {
                Need::Ended(Ending::Succeeded { .. }) => succeeded += 1,
                Need::Ended(Ending::Failed { .. }) => failed += 1,
                Need::Ended(Ending::Aborted | Ending::TimedOut) => stopped += 1,
                Need::Task(_) | Need::Backoff(_) => panic!("still running after 400 steps"),
            }
            entered.extend(execution.path().iter().map(|visit| visit.state.to_string()));
        }
        assert!(succeeded > 0 && failed > 0 && stopped > 0 && redriven > 0);
        let of = start.definition().states().count();
        all.extend(entered.into_iter().map(|state| (of, state)));
    }
    for start in &starts {
        let of = start.definition().states().count();
        let entered = all.iter().filter(|(other, _)| *other == of).count();
        assert!(entered * 10 >= of * 7, "{entered} of {of}: {all:?}");
    }
}

/// The explorer takes states for the same that differ in a cause only.
#[test]
fn no_state_decides_by_a_cause_and_no_function_is_handed_one() {
    for name in ["fare-collection.asl.json", "recover-fare.asl.json"] {
        let definition: Value = serde_json::from_str(&text_of(name)).unwrap();
        for (name, state) in definition["States"].as_object().unwrap() {
            let read = [&state["Choices"], &state["Parameters"]["Payload"]].map(Value::to_string).concat();
            assert!(!read.contains(".Cause") && !read.contains(".cause"), "{name} reads a cause");
        }
    }
}
