use std::sync::Mutex;
use std::time::Duration;

use fare_values::{FareRequest, SystemClock};
use serde_json::json;

use super::*;
use crate::gateway::retry::PauseRange;
use crate::gateway::{Gateway, GatewayResponse, Method, TransportError};

impl Pause for SystemClock {
    async fn pause(&self, _: PauseRange) {}
}

/// Writes down what it is asked, and answers nothing.
#[derive(Default)]
struct Recorder(Mutex<Vec<GatewayRequest>>);

impl Transport for Recorder {
    async fn send(&self, request: GatewayRequest, _: Duration) -> Result<GatewayResponse, TransportError> {
        self.0.lock().unwrap().push(request);
        Ok(GatewayResponse { status: 404, should_retry: None, retry_after: None, replayed: false, body: Vec::new() })
    }
}

fn fare_id() -> FareId {
    FareId::new("wr_563").unwrap()
}

fn twenty_dollars(method: &str) -> Authorise {
    let input = json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": method});
    let request = FareRequest::from_json(&input).unwrap();
    let payment_method = request.payment_method().clone();
    Authorise { fare_id: fare_id(), generation: 2, amount: request.amount(), payment_method }
}

/// What one operation sends: method, path, parameters in form encoding without the encoding, key.
macro_rules! sent {
    ($operation:ident($($argument:expr),*)) => {{
        let gateway = Gateway::new(Recorder::default(), "test-stack", Duration::from_secs(8));
        let _ = gateway.until(Millis(i64::MAX), &SystemClock).$operation($($argument),*).await;
        let request = gateway.transport.0.lock().unwrap().remove(0);
        let parameters: Vec<_> = request.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        (format!("{method} {}", request.path), parameters.join("&"), request.idempotency_key.unwrap_or_default())
    }};
}

fn expected(line: &str, parameters: &str, key: &str) -> (String, String, String) {
    (line.to_owned(), parameters.to_owned(), key.to_owned())
}

#[tokio::test]
async fn an_authorisation_is_sent_so_for_ever() {
    let sent = sent!(authorise(&twenty_dollars("pm_card_visa")));
    let parameters = "amount=2000&currency=usd&payment_method=pm_card_visa&payment_method_types[]=card\
        &capture_method=manual&confirm=true&metadata[fare_reference]=test-stack/wr_563&metadata[generation]=2";
    assert_eq!(sent, expected("POST /v1/payment_intents", parameters, "test-stack/wr_563/authorise/2"));
}

#[tokio::test]
async fn a_token_of_the_older_kind_is_sent_as_a_card() {
    let (_, parameters, _) = sent!(authorise(&twenty_dollars("tok_visa")));
    let method = "&payment_method_data[type]=card&payment_method_data[card][token]=tok_visa&";
    assert!(parameters.contains(method) && !parameters.contains("payment_method="), "{parameters}");
}

#[tokio::test]
async fn a_capture_is_sent_so_for_ever() {
    let amount = twenty_dollars("pm_card_visa").amount;
    let sent = sent!(capture("pi_1", &fare_id(), 1, amount));
    let line = "POST /v1/payment_intents/pi_1/capture";
    assert_eq!(sent, expected(line, "amount_to_capture=2000", "test-stack/wr_563/capture/1"));
}

#[tokio::test]
async fn a_void_is_sent_so_for_ever() {
    let sent = sent!(void("pi_1", &fare_id(), 1));
    assert_eq!(sent, expected("POST /v1/payment_intents/pi_1/cancel", "", "test-stack/wr_563/void/1"));
}

#[tokio::test]
async fn a_refund_is_sent_so_for_ever() {
    let amount = twenty_dollars("pm_card_visa").amount;
    let sent = sent!(refund("pi_1", &fare_id(), 3, amount));
    let parameters =
        "payment_intent=pi_1&amount=2000&metadata[fare_reference]=test-stack/wr_563&metadata[generation]=3";
    assert_eq!(sent, expected("POST /v1/refunds", parameters, "test-stack/wr_563/refund/3"));
}

#[tokio::test]
async fn reads_have_no_key() {
    let since = Millis(1_767_225_600_999);
    assert_eq!(sent!(retrieve("pi_1")), expected("GET /v1/payment_intents/pi_1", "", ""));
    assert_eq!(sent!(refunds_of("pi_1")), expected("GET /v1/refunds", "payment_intent=pi_1&limit=100", ""));
    let search = "query=metadata['fare_reference']:'test-stack/wr_563'&limit=100";
    assert_eq!(sent!(search(&fare_id())), expected("GET /v1/payment_intents/search", search, ""));
    let list = "created[gte]=1767225300&limit=100";
    assert_eq!(sent!(list_since(&fare_id(), since)), expected("GET /v1/payment_intents", list, ""));
}
