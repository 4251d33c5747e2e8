//! The gateway's account, read page by page from the simulator.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::BehaviorVersion;
use gateway_simulator::{Fault, Misbehaviour, Operation, Request, Settings};
use payment::gateway::{Gateway, GatewayRequest, GatewayResponse, Method, Transport, TransportError};
use reconciliation::adapters::{GatewayAccount, StackBooks, Tables, TablesOf};
use reconciliation::{
    Amount, Books as _, Decision, Entry, EntryKind, Fare, FareFacts, GivenBack, Kind, Pages, Payment, PaymentStands,
    Time, judge,
};

const NOW: u64 = 1_800_000_000_000;

#[derive(Clone)]
struct Simulator(Arc<Mutex<gateway_simulator::Gateway>>);

impl Simulator {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(gateway_simulator::Gateway::new(Settings::default()))))
    }

    fn ask(&self, request: Request, at: u64) -> gateway_simulator::Reply {
        self.0.lock().unwrap().handle(&request.with_api_key("sk_test_simulator"), at)
    }

    /// A payment of $20.00 with this reference; gives its id.
    fn authorise(&self, reference: &str, at: u64) -> String {
        let parameters = [
            ("amount", "2000"),
            ("currency", "usd"),
            ("payment_method", "pm_card_visa"),
            ("capture_method", "manual"),
            ("confirm", "true"),
            ("metadata[fare_reference]", reference),
        ];
        let reply = self.ask(Request::post("/v1/payment_intents", &parameters), at);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    fn capture(&self, id: &str) {
        let reply = self.ask(Request::post(&format!("/v1/payment_intents/{id}/capture"), &[]), NOW);
        assert_eq!(reply.status, 200);
    }

    fn refund(&self, id: &str, amount: &str) {
        let reply = self.ask(Request::post("/v1/refunds", &[("payment_intent", id), ("amount", amount)]), NOW);
        assert_eq!(reply.status, 200);
    }
}

impl Transport for Simulator {
    async fn send(&self, request: GatewayRequest, _: Duration) -> Result<GatewayResponse, TransportError> {
        assert_eq!(request.method, Method::Get, "reconciliation changes nothing");
        let parameters: Vec<_> = request.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = self.ask(Request::get(&request.path, &parameters), NOW);
        let body = reply.body.to_string().into_bytes();
        Ok(GatewayResponse { status: reply.status, should_retry: None, retry_after: None, replayed: false, body })
    }
}

fn account(simulator: &Simulator) -> GatewayAccount<Simulator> {
    GatewayAccount::new(Gateway::new(simulator.clone(), "test-stack", Duration::from_secs(1)))
}

/// A fare of $20.00 that is decided, and whose payment on record is this.
fn facts(decision: Decision, payment_id: &str) -> FareFacts {
    let amount = Amount::new(2_000, "usd");
    let (fare_hash, customer_id) = ("hash".to_owned(), "3".to_owned());
    let (stands, entries) = match decision {
        Decision::Completed => (PaymentStands::Captured, vec![EntryKind::Standing]),
        Decision::Failed | Decision::Undecided => (PaymentStands::Refunded, vec![EntryKind::Tombstone]),
    };
    let entry = |kind| Entry {
        kind,
        customer_id: customer_id.clone(),
        amount: amount.clone(),
        payload_hash: fare_hash.clone(),
    };
    FareFacts {
        entries: entries.into_iter().map(entry).collect(),
        payment: Some(Payment {
            stands,
            amount: amount.clone(),
            payload_hash: fare_hash.clone(),
            payment_id: Some(payment_id.to_owned()),
        }),
        fare: Some(Fare {
            decision,
            customer_id: customer_id.clone(),
            amount,
            payload_hash: fare_hash.clone(),
            registered_at: Some(1),
            decided_at: Some(1),
        }),
        ..FareFacts::default()
    }
}

/// In which ways a look at the gateway finds this fare wrong.
async fn wrong(simulator: &Simulator, decision: Decision, payment_id: &str) -> Vec<Kind> {
    let mut facts = facts(decision, payment_id);
    for fact in account(simulator).payments_of("wr_1", BTreeSet::from([payment_id.to_owned()])).await.unwrap() {
        facts.add(fact);
    }
    let time = Time { now: i64::try_from(NOW).unwrap(), patience: 0 };
    judge(&facts, time).into_iter().map(|(kind, _)| kind).collect()
}

fn books(simulator: &Simulator) -> StackBooks<Simulator> {
    let nowhere = aws_sdk_dynamodb::Config::builder().behavior_version(BehaviorVersion::latest()).build();
    let [fares, payments, ledger] = ["fares", "payments", "ledger"].map(str::to_owned);
    let tables = Tables::new(aws_sdk_dynamodb::Client::from_conf(nowhere), TablesOf { fares, payments, ledger });
    StackBooks::new(tables, account(simulator))
}

async fn all<T>(mut pages: impl Pages<T>) -> Vec<T> {
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        rows.extend(page);
    }
    rows
}

#[tokio::test]
async fn every_payment_of_the_deployment_is_read_once_and_those_of_others_are_not() {
    let simulator = Simulator::new();
    for number in 0..250 {
        simulator.authorise(&format!("test-stack/wr_{number}"), NOW);
    }
    simulator.authorise("test-stack-2/wr_1", NOW);
    simulator.authorise("elsewhere", NOW);
    let payments = all(books(&simulator).gateway_payments(None)).await;
    let mut fares: Vec<_> = payments.iter().map(|named| named.fare_id.clone()).collect();
    fares.sort_unstable();
    let mut expected: Vec<_> = (0..250).map(|number| format!("wr_{number}")).collect();
    expected.sort_unstable();
    assert_eq!(fares, expected);
    assert!(payments.iter().all(|named| named.payment.as_ref().is_some_and(|it| (it.held, it.captured) == (2_000, 0))));
}

#[tokio::test]
async fn what_is_older_than_asked_for_is_not_read() {
    let simulator = Simulator::new();
    simulator.authorise("test-stack/old", NOW - 3_600_000);
    simulator.authorise("test-stack/new", NOW);
    let since = i64::try_from(NOW - 1_800_000).unwrap();
    let payments = all(books(&simulator).gateway_payments(Some(since))).await;
    assert_eq!(payments.iter().map(|named| named.fare_id.as_str()).collect::<Vec<_>>(), ["new"]);
}

#[tokio::test]
async fn refunds_are_read_by_where_they_stand() {
    let simulator = Simulator::new();
    let mut ids = BTreeMap::new();
    for (name, fault) in
        [("succeeded", None), ("pending", Some(Fault::PendingFirst)), ("later failed", Some(Fault::FailsLater))]
    {
        let id = simulator.authorise("test-stack/wr_1", NOW);
        simulator.capture(&id);
        if let Some(fault) = fault {
            let operation = Some(Operation::Refund);
            simulator.0.lock().unwrap().misbehave(Misbehaviour { fault, operation, skip: 0, times: 1 });
        }
        simulator.refund(&id, "700");
        ids.insert(id, name);
    }
    let refunds = all(books(&simulator).gateway_refunds(None)).await;
    assert_eq!(refunds.len(), 3);
    for refund in refunds {
        let none = GivenBack::default();
        let expected = match ids[&refund.payment_id] {
            "pending" => GivenBack { pending: 700, ..none },
            // It has succeeded until it fails.
            _ => GivenBack { succeeded: 700, ..none },
        };
        assert_eq!(refund.given_back, Some(expected), "{refund:?}");
        // Made by hand, it names no fare.
        assert_eq!(refund.fare_id, None);
    }
}

#[tokio::test]
async fn more_refunds_than_fit_on_a_page_are_all_read() {
    let simulator = Simulator::new();
    let id = simulator.authorise("test-stack/wr_1", NOW);
    simulator.capture(&id);
    for _ in 0..120 {
        simulator.refund(&id, "10");
    }
    let refunds = all(books(&simulator).gateway_refunds(None)).await;
    assert_eq!(
        (refunds.len(), refunds.iter().map(|refund| refund.given_back.unwrap().succeeded).sum::<i64>()),
        (120, 1_200)
    );
}

#[tokio::test]
async fn a_refund_of_a_failed_fare_is_judged_by_where_it_stands() {
    let simulator = Simulator::new();
    let id = simulator.authorise("test-stack/wr_1", NOW);
    assert_eq!(
        wrong(&simulator, Decision::Failed, &id).await,
        [Kind::OpenHold, Kind::PaymentRecordDiffers],
        "recovery looks no more at a payment that is refunded on record"
    );
    simulator.capture(&id);
    assert_eq!(wrong(&simulator, Decision::Failed, &id).await, [Kind::NotRefunded]);
    simulator.refund(&id, "500");
    assert_eq!(wrong(&simulator, Decision::Failed, &id).await, [Kind::RefundedWrongAmount]);
    let operation = Some(Operation::Refund);
    simulator.0.lock().unwrap().misbehave(Misbehaviour { fault: Fault::PendingFirst, operation, skip: 0, times: 1 });
    simulator.refund(&id, "1500");
    assert_eq!(wrong(&simulator, Decision::Failed, &id).await, [Kind::RefundPending]);
}

#[tokio::test]
async fn what_was_captured_twice_and_refunded_once_is_not_reported_again() {
    let simulator = Simulator::new();
    let ids = [(); 2].map(|()| simulator.authorise("test-stack/wr_1", NOW));
    ids.iter().for_each(|id| simulator.capture(id));
    assert_eq!(wrong(&simulator, Decision::Completed, &ids[0]).await, [Kind::CapturedTwice]);
    simulator.refund(&ids[1], "1999");
    assert_eq!(wrong(&simulator, Decision::Completed, &ids[0]).await, [Kind::CapturedTwice]);
    simulator.refund(&ids[1], "1");
    assert_eq!(wrong(&simulator, Decision::Completed, &ids[0]).await, []);
    simulator.refund(&ids[0], "1");
    assert_eq!(wrong(&simulator, Decision::Completed, &ids[0]).await, [Kind::RefundedThoughCompleted]);
}

#[tokio::test]
async fn a_payment_of_another_fare_that_a_record_names_is_not_counted() {
    let simulator = Simulator::new();
    let own = simulator.authorise("test-stack/wr_1", NOW);
    let another = simulator.authorise("test-stack/wr_2", NOW);
    [&own, &another].into_iter().for_each(|id| simulator.capture(id));
    assert_eq!(wrong(&simulator, Decision::Completed, &another).await, [Kind::PaymentIdDiffers]);
    // Nor is anything asked under an id that would lead elsewhere.
    for id in ["", "pi_", "../refunds"] {
        assert_eq!(wrong(&simulator, Decision::Completed, id).await, [Kind::PaymentIdDiffers], "{id}");
    }
}

#[tokio::test]
async fn a_refund_by_hand_leads_to_its_fare() {
    let simulator = Simulator::new();
    let own = simulator.authorise("test-stack/wr_1", NOW);
    let foreign = simulator.authorise("elsewhere/wr_1", NOW);
    let books = books(&simulator);
    assert_eq!(books.fare_of_payment(&own).await, Ok(Some("wr_1".to_owned())));
    for id in [foreign.as_str(), "pi_unknown", ""] {
        assert_eq!(books.fare_of_payment(id).await, Ok(None), "{id}");
    }
}
