//! Every decision of money, made over the gateway simulator, and logged once however often its step is asked for.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use customer_accounting::CustomerAccounting;
use customer_accounting::store::{InMemoryLedger, LedgerStore as _};
use decision_log::Decision;
use fare_values::{Clock, CustomerId, FaultTriggers, Millis};
use gateway_simulator::{Request, Settings};
use payment::Payment;
use payment::gateway::retry::PauseRange;
use payment::gateway::{Gateway, GatewayRequest, GatewayResponse, Method, Pause, Transport, TransportError};
use payment::store::InMemoryPayments;
use register_fare::RegisterFare;
use register_fare::store::InMemoryFares;
use serde_json::json;
use strum::IntoEnumIterator as _;

use crate::listening::listened;

const CLOSED: &str = "closed";
/// 2027-01-15, in milliseconds.
const START: i64 = 1_800_000_000_000;

/// A clock that goes on by a millisecond whenever it is looked at: who asks again, asks later.
#[derive(Clone, Default)]
struct Ticking(Arc<AtomicI64>);

impl Clock for Ticking {
    fn now(&self) -> Millis {
        Millis(START + self.0.fetch_add(1, Ordering::Relaxed))
    }
}

impl Pause for Ticking {
    async fn pause(&self, _: PauseRange) {}
}

/// The gateway simulator, in process.
#[derive(Clone)]
struct Simulator(Arc<Mutex<gateway_simulator::Gateway>>, Ticking);

impl Transport for Simulator {
    async fn send(&self, request: GatewayRequest, _: Duration) -> Result<GatewayResponse, TransportError> {
        let parameters: Vec<_> = request.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut sent = match request.method {
            Method::Get => Request::get(&request.path, &parameters),
            Method::Post => Request::post(&request.path, &parameters),
        }
        .with_api_key("sk_test_simulator");
        if let Some(key) = &request.idempotency_key {
            sent = sent.with_idempotency_key(key);
        }
        let now = u64::try_from(self.1.now().0).unwrap();
        let reply = self.0.lock().unwrap_or_else(PoisonError::into_inner).handle(&sent, now);
        let body = reply.body.to_string().into_bytes();
        Ok(GatewayResponse { status: reply.status, should_retry: None, retry_after: None, replayed: false, body })
    }
}

/// Asks for these steps, each twice as a retry does; gives the decisions that were logged, in order.
fn decisions(customer: &str, payment_method: &str, steps: &[&str]) -> Vec<String> {
    let fare =
        json!({"fareId": "wr_563", "customerId": customer, "fareAmount": "$20.00", "paymentMethod": payment_method});
    let lines = listened(async {
        let clock = Ticking::default();
        let simulator =
            Simulator(Arc::new(Mutex::new(gateway_simulator::Gateway::new(Settings::default()))), clock.clone());
        let gateway = Gateway::new(simulator, "test-stack", Duration::from_secs(8));
        let ledger = InMemoryLedger::default();
        ledger.close_account(&CustomerId::new(CLOSED).unwrap()).await.unwrap();
        let fares = RegisterFare::new(InMemoryFares::default(), clock.clone(), FaultTriggers::Disabled);
        let payments = Payment::new(InMemoryPayments::default(), gateway, clock.clone(), FaultTriggers::Disabled);
        let ledger = CustomerAccounting::new(ledger, clock, FaultTriggers::Disabled);
        for step in steps.iter().flat_map(|step| [step, step]) {
            let event = json!({"action": step, "fare": fare});
            let _answer = match *step {
                "register" | "complete" | "cancel" => fares.handle(event).await,
                "charge" | "refund" => payments.handle(event, Millis(i64::MAX)).await,
                _ => ledger.handle(event).await,
            };
        }
    });
    let lines = lines.lines().filter_map(|line| line.split_once("decision=")).map(|(_, rest)| rest);
    lines.map(|rest| rest.split(' ').next().unwrap().trim_matches('"').to_owned()).collect()
}

#[test]
fn every_decision_of_money_is_logged_once_however_often_its_step_is_asked_for() {
    let mut seen = BTreeSet::new();
    for (customer, method, steps, expected) in [
        (
            "7",
            "pm_card_visa",
            ["register", "charge", "credit", "complete"].as_slice(),
            ["registered", "authorised", "captured", "credited", "completed"].as_slice(),
        ),
        (
            "7",
            "pm_card_visa",
            &["register", "charge", "cancel", "refund"],
            &["registered", "authorised", "captured", "failed", "refunded"],
        ),
        ("7", "pm_card_chargeDeclined", &["charge", "refund"], &["declined", "charge_barred"]),
        ("7", "pm_sim_capture_refused", &["charge", "refund"], &["authorised", "capture_refused", "voided"]),
        ("7", "pm_card_visa", &["refund", "charge"], &["charge_barred"]),
        (CLOSED, "pm_card_visa", &["credit", "debit"], &["credit_refused", "credit_refused", "credit_barred"]),
        ("7", "pm_card_visa", &["credit", "debit"], &["credited", "reversed"]),
        ("7", "pm_card_visa", &["debit", "credit"], &["credit_barred"]),
    ] {
        let logged = decisions(customer, method, steps);
        assert_eq!(logged, expected, "{customer}, {method}: {steps:?}");
        seen.extend(logged);
    }
    let all = Decision::iter().map(|decision| decision.to_string()).chain(["failed".to_owned()]);
    assert_eq!(seen, all.collect());
}
