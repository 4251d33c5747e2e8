//! Taking a hold, and giving it up.

use gateway_simulator::Delivery;

use crate::{Merchant, refusal};

#[test]
fn a_capture_takes_the_whole_hold() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let captured = merchant.capture(&intent, &[("amount_to_capture", "2000")]).body;
    assert_eq!(captured["status"], "succeeded");
    assert_eq!((captured["amount_received"].as_u64(), captured["amount_capturable"].as_u64()), (Some(2000), Some(0)));
}

#[test]
fn a_partial_capture_releases_the_rest() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let captured = merchant.capture(&intent, &[("amount_to_capture", "1500")]).body;
    assert_eq!((captured["amount"].as_u64(), captured["amount_received"].as_u64()), (Some(2000), Some(1500)));
    let holdings = merchant.gateway.holdings("test/wr_563");
    assert_eq!((holdings.held, holdings.captured), (0, 1500));
}

#[test]
fn a_capture_beyond_the_hold_is_refused_and_the_hold_stays() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let reply = merchant.capture(&intent, &[("amount_to_capture", "2001")]);
    assert_eq!(refusal(&reply), (400, "amount_too_large"));
    assert_eq!(merchant.intent(&intent).body["amount_capturable"], 2000);
}

#[test]
fn a_second_capture_is_refused() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_visa");
    let reply = merchant.capture(&intent, &[]);
    assert_eq!(refusal(&reply), (400, "payment_intent_unexpected_state"));
    assert_eq!(reply.body["error"]["payment_intent"]["status"], "succeeded");
}

#[test]
fn a_void_releases_the_hold_for_good() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let voided = merchant.cancel(&intent).body;
    assert_eq!((voided["status"].as_str(), voided["amount_capturable"].as_u64()), (Some("canceled"), Some(0)));
    assert!(voided["canceled_at"].is_u64());
    assert_eq!(refusal(&merchant.capture(&intent, &[])), (400, "payment_intent_unexpected_state"));
    assert_eq!(refusal(&merchant.cancel(&intent)), (400, "payment_intent_unexpected_state"));
}

#[test]
fn a_captured_intent_cannot_be_voided() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_visa");
    assert_eq!(refusal(&merchant.cancel(&intent)), (400, "payment_intent_unexpected_state"));
    assert_eq!(merchant.gateway.holdings("test/wr_563").captured, 2000);
}

#[test]
fn an_intent_without_a_hold_can_be_cancelled_too() {
    let mut merchant = Merchant::new();
    let declined = merchant.hold("pm_card_visa_chargeDeclined").body;
    let intent = declined["error"]["payment_intent"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/payment_intents/{intent}/cancel");
    let cancelled = merchant.post(&path, &[("cancellation_reason", "abandoned")]).body;
    assert_eq!(
        (cancelled["status"].as_str(), cancelled["cancellation_reason"].as_str()),
        (Some("canceled"), Some("abandoned"))
    );
}

#[test]
fn a_refused_capture_leaves_the_hold_to_be_voided() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_sim_capture_refused");
    let reply = merchant.capture(&intent, &[]);
    assert_eq!(refusal(&reply), (402, "card_declined"));
    assert_eq!(reply.body["error"]["payment_intent"]["status"], "requires_capture");
    assert_eq!(merchant.gateway.holdings("test/wr_563").held, 2000);
    assert_eq!(merchant.cancel(&intent).status, 200);
}

#[test]
fn a_late_capture_is_done_before_its_answer_comes() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_sim_capture_answer_late");
    let path = format!("/v1/payment_intents/{intent}/capture");
    let first = merchant.post_under("capture", &path, &[]);
    assert_eq!(first.delivery, Delivery::After { milliseconds: 30_000 });
    assert_eq!(merchant.gateway.holdings("test/wr_563").captured, 2000);
    let replay = merchant.post_under("capture", &path, &[]);
    assert_eq!((replay.delivery, replay.status, replay.idempotent_replayed), (Delivery::AtOnce, 200, true));
    assert_eq!(replay.body, first.body);
}

#[test]
fn nobody_can_act_on_an_intent_that_does_not_exist() {
    let mut merchant = Merchant::new();
    for reply in [merchant.intent("pi_none"), merchant.capture("pi_none", &[]), merchant.cancel("pi_none")] {
        assert_eq!(refusal(&reply), (404, "resource_missing"));
    }
}
