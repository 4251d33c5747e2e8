//! What the functions log: the fare, the action and the outcome, and nothing that was refused or is secret.

mod decisions;
mod listening;

use std::collections::BTreeSet;
use std::time::Duration;

use customer_accounting::CustomerAccounting;
use customer_accounting::store::InMemoryLedger;
use fare_values::{FaultTriggers, Millis, SystemClock};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use payment::Payment;
use payment::gateway::{Gateway, GatewayRequest, GatewayResponse, Transport, TransportError};
use payment::store::InMemoryPayments;
use payment::time::SystemTime;
use register_fare::RegisterFare;
use register_fare::store::InMemoryFares;
use serde_json::{Value, json};

use crate::listening::listened;

const NUMBER: &str = "4242424242424242";
const EXECUTION: &str = "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:wr_563";

/// A gateway whose every answer is free text about the card.
struct Indiscreet;

impl Transport for Indiscreet {
    async fn send(&self, _: GatewayRequest, _: Duration) -> Result<GatewayResponse, TransportError> {
        let text = format!("card {NUMBER} with cvv 987 was declined");
        let error = json!({"type": "card_error", "code": text, "decline_code": text, "message": text});
        let body = json!({ "error": error }).to_string().into_bytes();
        Ok(GatewayResponse { status: 402, should_retry: None, retry_after: None, replayed: false, body })
    }
}

/// Sends one fare through every action of every function; gives all that was logged and answered.
fn said(fare: &Value) -> String {
    let mut answers = Vec::new();
    let log = listened(async {
        let fares = RegisterFare::new(InMemoryFares::default(), SystemClock, FaultTriggers::Disabled);
        let gateway = Gateway::new(Indiscreet, "test-stack", Duration::from_secs(8));
        let payments = Payment::new(InMemoryPayments::default(), gateway, SystemTime, FaultTriggers::Disabled);
        let ledger = CustomerAccounting::new(InMemoryLedger::default(), SystemClock, FaultTriggers::Disabled);
        let event =
            |action: &str| json!({"action": action, "fare": fare, "execution": EXECUTION, "reason": "States.Timeout"});
        for action in ["register", "complete", "cancel"] {
            answers.push(fares.handle(event(action)).await);
        }
        for action in ["charge", "refund"] {
            answers.push(payments.handle(event(action), Millis(i64::MAX)).await);
        }
        for action in ["credit", "debit"] {
            answers.push(ledger.handle(event(action)).await);
        }
    });
    format!("{log}\n{answers:?}")
}

fn fare() -> Value {
    json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"})
}

#[test]
fn every_invocation_is_logged_with_its_fare_its_execution_and_its_outcome() {
    let said = said(&fare());
    for (action, outcome) in [
        ("register", "registered"),
        ("complete", "completed"),
        ("cancel", "completed"),
        ("charge", "PaymentAuthException"),
        ("refund", "PaymentOutcomeUnknown"),
        ("credit", "standing"),
        ("debit", "reversed"),
    ] {
        let words =
            [format!(r#"action="{action}" fareId=wr_563 execution="{EXECUTION}""#), format!(r#"outcome="{outcome}""#)];
        assert!(said.lines().any(|line| words.iter().all(|words| line.contains(words))), "{words:?}: {said}");
    }
}

#[test]
fn every_decision_of_money_is_logged_with_its_amount() {
    let said = said(&fare());
    for decision in ["registered", "completed", "declined", "credited", "reversed"] {
        let words = format!(r#"decided decision={decision} amount=2000 currency="usd""#);
        assert_eq!(said.matches(&words).count(), 1, "{words}: {said}");
    }
}

#[test]
fn what_is_decided_refused_and_taken_back_is_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || said(&fare()));
    let counted: BTreeSet<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .filter_map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let DebugValue::Counter(count) = value else { return None };
            Some(format!("{}{labels:?} {count}", key.key().name()))
        })
        .collect();
    let expected = ["Collected[] 1", r#"Compensated["Kind=reversed"] 1"#, "Refusals[] 1"];
    assert_eq!(counted, expected.map(str::to_owned).into());
}

#[test]
fn a_decision_for_failure_is_counted_by_the_reason_that_its_execution_gives() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let fares = RegisterFare::new(InMemoryFares::default(), SystemClock, FaultTriggers::Disabled);
    let cancel = json!({"action": "cancel", "fare": fare(), "reason": "PaymentAuthException"});
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(fares.handle(cancel)).unwrap();
    });
    let failed = snapshotter.snapshot().into_vec().into_iter().find(|(key, ..)| key.key().name() == "Failed").unwrap();
    let labels: Vec<_> = failed.0.key().labels().map(|label| (label.key(), label.value())).collect();
    assert_eq!(
        (labels.as_slice(), failed.3),
        ([("Reason", "PaymentAuthException")].as_slice(), DebugValue::Counter(1))
    );
}

#[test]
fn free_text_of_the_gateway_is_not_repeated() {
    let said = said(&fare());
    assert!(said.contains("declined: unspecified"), "{said}");
    assert!(!said.contains(NUMBER) && !said.contains("987"), "{said}");
}

#[test]
fn nothing_that_is_refused_is_repeated() {
    for (field, value) in [
        ("cc", json!(NUMBER)),
        ("cvv", json!("secret-value")),
        (NUMBER, json!("secret-value")),
        ("fareId", json!(NUMBER)),
        ("customerId", json!("4242-4242-4242-4242")),
        ("fareAmount", json!("secret-value")),
        ("fareAmount", json!({"amount": 1, "currency": "secret-value"})),
        ("paymentMethod", json!("secret-value")),
        ("tip", json!("secret-value")),
    ] {
        let mut fare = fare();
        fare[field] = value;
        let said = said(&fare);
        assert!(!said.contains("4242") && !said.contains("secret-value"), "{field}: {said}");
    }
}
