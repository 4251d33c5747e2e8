//! What the adapters say that they ask of AWS is what they ask: they are let loose on a server that writes it down and
//! refuses everything.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use customer_accounting::store::{CreditEntry, DynamoDbLedger, LedgerStore};
use fare_cli::Clients;
use fare_values::{FareRequest, Millis, PaymentStatus};
use function_host::{SECRET_CALLS, read_secret};
use gateway_simulator::Request;
use gateway_simulator_function::journal::{DynamoDbJournal, Entry, Journal};
use payment::gateway::{Gateway, GatewayRequest, GatewayResponse, Transport, TransportError};
use payment::store::{DynamoDbPayments, PaymentRecord, PaymentStore};
use reconciliation::adapters::{GatewayAccount, StackBooks, Tables, TablesOf};
use reconciliation::{Books as _, Pages as _};
use register_fare::store::{DynamoDbFares, FareRecord, FareStore, UndecidedFares};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Writes down what it is asked, as IAM names it.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<BTreeSet<String>>>);

impl Scribe {
    /// Serves until the test's runtime ends; gives its address.
    async fn serve(&self) -> String {
        let scribe = self.clone();
        let refuse = move |headers: HeaderMap, body: Bytes| async move {
            scribe.write_down(headers["x-amz-target"].to_str().unwrap(), &body);
            (StatusCode::BAD_REQUEST, r#"{"__type": "com.amazonaws#ValidationException"}"#)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, Router::new().fallback(refuse)).await });
        address
    }

    /// `DynamoDB_20120810.PutItem`. IAM knows no transactions, only the writes in them.
    fn write_down(&self, target: &str, body: &[u8]) {
        let (service, operation) = target.split_once('.').unwrap();
        let service = if service.starts_with("DynamoDB") { "dynamodb" } else { service };
        let operations = if operation == "TransactWriteItems" {
            let body: Value = serde_json::from_slice(body).unwrap();
            let writes = body["TransactItems"].as_array().unwrap().iter();
            writes.flat_map(|write| write.as_object().unwrap().keys()).map(|kind| format!("{kind}Item")).collect()
        } else {
            vec![operation.to_owned()]
        };
        self.0.lock().unwrap().extend(operations.into_iter().map(|operation| format!("{service}:{operation}")));
    }

    fn assert_asked(&self, declared: &[&str]) {
        let asked = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(asked, declared.iter().map(|call| (*call).to_owned()).collect());
    }
}

fn request() -> FareRequest {
    let fare = json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&fare).unwrap()
}

#[tokio::test]
async fn the_fares_table_is_asked_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    let fares = DynamoDbFares::new(clients.dynamodb, "fares");
    fares.insert(FareRecord::registered(&request(), Millis(1))).await.unwrap_err();
    fares.complete(FareRecord::completed(&request(), Millis(1))).await.unwrap_err();
    fares.fail(FareRecord::failed(&request(), Millis(1))).await.unwrap_err();
    scribe.assert_asked(&DynamoDbFares::CALLS);
    fares.oldest().await.unwrap_err();
    scribe.assert_asked(&DynamoDbFares::INDEX_CALLS);
}

#[tokio::test]
async fn the_payments_table_is_asked_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    let payments = DynamoDbPayments::new(clients.dynamodb, "payments");
    let record = PaymentRecord::pending(&request(), Millis(1));
    payments.insert(record.clone()).await.unwrap_err();
    let transition = record.transition(&[PaymentStatus::Pending], PaymentStatus::Captured, Millis(2));
    payments.transition(transition).await.unwrap_err();
    scribe.assert_asked(&DynamoDbPayments::CALLS);
}

#[tokio::test]
async fn the_ledger_is_asked_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    let ledger = DynamoDbLedger::new(clients.dynamodb, "ledger");
    ledger.post_credit(CreditEntry::standing(&request(), Millis(1))).await.unwrap_err();
    ledger.post_reversal(CreditEntry::reversed(&request(), Millis(1))).await.unwrap_err();
    ledger.lay_tombstone(CreditEntry::tombstone(&request(), Millis(1))).await.unwrap_err();
    ledger.close_account(request().customer_id()).await.unwrap_err();
    scribe.assert_asked(&DynamoDbLedger::CALLS);
}

/// A gateway that cannot be reached.
struct Nobody;

impl Transport for Nobody {
    async fn send(&self, _: GatewayRequest, _: Duration) -> Result<GatewayResponse, TransportError> {
        Err(TransportError::NotSent { reason: "nobody is there".to_owned() })
    }
}

#[tokio::test]
async fn the_nightly_comparison_asks_each_table_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    let [fares, payments, ledger] = ["fares", "payments", "ledger"].map(str::to_owned);
    let tables = Tables::new(clients.dynamodb, TablesOf { fares, payments, ledger });
    let gateway = GatewayAccount::new(Gateway::new(Nobody, "test-stack", Duration::from_millis(1)));
    let books = StackBooks::new(tables, gateway);
    books.fares(Some(1)).next().await.unwrap_err();
    books.payments(Some(1)).next().await.unwrap_err();
    // A look asks for the fare's record by its key, and for its entries.
    books.look("wr_563", &[]).await.unwrap_err();
    scribe.assert_asked(&Tables::RECORD_CALLS);
    books.entries("wr_563").await.unwrap_err();
    books.account("3").await.unwrap_err();
    scribe.assert_asked(&Tables::LEDGER_CALLS);
}

#[tokio::test]
async fn the_journal_is_asked_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    let journal = DynamoDbJournal::new(clients.dynamodb, "journal");
    journal.read_after(0).await.unwrap_err();
    let request = Request::post("/v1/refunds", &[]);
    journal.append(&Entry { position: 1, id: "1".to_owned(), at_ms: 1, request }).await.unwrap_err();
    scribe.assert_asked(&DynamoDbJournal::CALLS);
}

#[tokio::test]
async fn the_secret_is_asked_what_is_declared() {
    let scribe = Scribe::default();
    let clients = Clients::local(&scribe.serve().await).await;
    read_secret(&clients.secrets, "secret").await.unwrap_err();
    scribe.assert_asked(&SECRET_CALLS);
}
