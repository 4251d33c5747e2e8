//! The views that other tests check invariants with.

use gateway_simulator::{Effect, Operation};
use serde_json::json;

use crate::{Merchant, NOON, hold_form};

#[test]
fn the_log_tells_every_effect_once() {
    let mut merchant = Merchant::new();
    let form = hold_form("pm_card_visa");
    let intent = merchant.post_under("authorise", "/v1/payment_intents", &form).body["id"].as_str().unwrap().to_owned();
    merchant.post_under("authorise", "/v1/payment_intents", &form);
    merchant.capture(&intent, &[("amount_to_capture", "1500")]);
    merchant.capture(&intent, &[]);
    merchant.refund(&intent, &[("amount", "500")]);
    merchant.intent(&intent);
    merchant.get("/v1/payment_intents/search", &[("query", "metadata['fare_reference']:'test/wr_563'")]);
    let told: Vec<_> = merchant
        .gateway
        .log()
        .iter()
        .map(|entry| (entry.operation, entry.effect, entry.replayed, entry.status, entry.subject.amount))
        .collect();
    assert_eq!(
        told,
        [
            (Operation::Authorise, Effect::HoldPlaced, false, 200, Some(2000)),
            (Operation::Authorise, Effect::None, true, 200, Some(2000)),
            (Operation::Capture, Effect::Captured, false, 200, Some(1500)),
            (Operation::Capture, Effect::None, false, 400, Some(2000)),
            (Operation::Refund, Effect::Refunded, false, 200, Some(500)),
            (Operation::Retrieve, Effect::None, false, 200, Some(2000)),
            (Operation::Search, Effect::None, false, 200, None),
        ]
    );
    assert!(merchant.gateway.log().iter().all(|entry| entry.subject.fare_reference.as_deref() == Some("test/wr_563")));
}

#[test]
fn a_void_is_an_effect_only_if_it_released_a_hold() {
    let mut merchant = Merchant::new();
    let held = merchant.held("pm_card_visa");
    let declined = merchant.hold("pm_card_visa_chargeDeclined").body;
    let declined = declined["error"]["payment_intent"]["id"].as_str().unwrap().to_owned();
    merchant.cancel(&held);
    merchant.cancel(&declined);
    let effects: Vec<_> = merchant.gateway.log().iter().map(|entry| entry.effect).collect();
    assert_eq!(effects, [Effect::HoldPlaced, Effect::None, Effect::Voided, Effect::None]);
    assert_eq!(merchant.gateway.log()[1].subject.payment_intent, Some(declined));
}

#[test]
fn the_log_view_shows_one_reference_and_no_secret() {
    let mut merchant = Merchant::new();
    merchant.post_under("key-1", "/v1/payment_intents", &hold_form("pm_card_visa"));
    merchant.get("/v1/refunds", &[]);
    let view = merchant.get("/_simulator/log", &[("fare_reference", "test/wr_563")]).body;
    assert_eq!(view["entries"].as_array().unwrap().len(), 1);
    let entry = &view["entries"][0];
    for (field, value) in [
        ("sequence", json!(1)),
        ("at", json!(NOON)),
        ("operation", json!("authorise")),
        ("fare_reference", json!("test/wr_563")),
        ("amount", json!(2000)),
        ("currency", json!("usd")),
        ("idempotency_key", json!("key-1")),
        ("replayed", json!(false)),
        ("status", json!(200)),
        ("effect", json!("hold_placed")),
    ] {
        assert_eq!(entry[field], value, "{field}");
    }
    assert!(entry["payment_intent"].as_str().unwrap().starts_with("pi_"));
    let everything = merchant.get("/_simulator/log", &[]).body;
    assert_eq!(everything["entries"].as_array().unwrap().len(), 2);
    assert!(!everything.to_string().contains("sk_test"));
}

#[test]
fn the_holdings_view_sums_up_a_reference() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_visa");
    merchant.refund(&intent, &[("amount", "700")]);
    merchant.held("pm_card_visa");
    let view = merchant.get("/_simulator/holdings", &[("fare_reference", "test/wr_563")]).body;
    let wanted =
        json!({ "fare_reference": "test/wr_563", "intents": 2, "held": 2000, "captured": 2000, "refunded": 700 });
    assert_eq!(view, wanted);
    assert_eq!(merchant.get("/_simulator/holdings", &[]).status, 400);
    assert_eq!(merchant.get("/_simulator/health", &[]).body["status"], "ok");
}
