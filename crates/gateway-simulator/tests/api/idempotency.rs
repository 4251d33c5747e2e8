//! What is kept under an idempotency key, and for how long.

use gateway_simulator::{KEY_LIFETIME_MS, MAX_KEY_LENGTH, Request};

use crate::{Merchant, NOON, hold_form, id};

const CREATE: &str = "/v1/payment_intents";

#[test]
fn a_repeated_request_gets_the_first_answer_and_has_no_second_effect() {
    let mut merchant = Merchant::new();
    let first = merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    merchant.capture(&id(&first), &[]);
    let replay = merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    assert_eq!((replay.status, &replay.body), (first.status, &first.body));
    assert!(replay.idempotent_replayed && !first.idempotent_replayed);
    assert_eq!(replay.original_request, first.request_id);
    assert!(replay.headers().contains(&("Idempotent-Replayed", "true".to_owned())));
    assert_eq!(merchant.gateway.holdings("test/wr_563").intents, 1);
}

#[test]
fn the_order_of_the_parameters_does_not_make_another_request() {
    let mut merchant = Merchant::new();
    merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    let mut form = hold_form("pm_card_visa");
    form.reverse();
    assert!(merchant.post_under("key", CREATE, &form).idempotent_replayed);
}

#[test]
fn a_decline_is_kept() {
    let mut merchant = Merchant::new();
    let first = merchant.post_under("key", CREATE, &hold_form("pm_card_visa_chargeDeclined"));
    let replay = merchant.post_under("key", CREATE, &hold_form("pm_card_visa_chargeDeclined"));
    assert_eq!((replay.status, replay.idempotent_replayed), (402, true));
    assert_eq!(replay.body, first.body);
    assert_eq!(merchant.gateway.holdings("test/wr_563").intents, 1);
}

#[test]
fn an_outcome_that_the_state_decided_is_kept_though_the_state_changes() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let form = [("payment_intent", intent.as_str())];
    assert_eq!(merchant.post_under("key", "/v1/refunds", &form).status, 400);
    merchant.capture(&intent, &[]);
    let replay = merchant.post_under("key", "/v1/refunds", &form);
    assert_eq!((replay.status, replay.idempotent_replayed), (400, true));
    assert_eq!(merchant.post_under("other", "/v1/refunds", &form).status, 200);
}

#[test]
fn a_key_with_other_parameters_is_refused() {
    let mut merchant = Merchant::new();
    merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    let reply = merchant.post_under("key", CREATE, &hold_form("pm_card_mastercard"));
    assert_eq!((reply.status, reply.body["error"]["type"].as_str()), (400, Some("idempotency_error")));
    assert_eq!(merchant.gateway.holdings("test/wr_563").intents, 1);
}

#[test]
fn a_key_on_another_path_is_refused() {
    let mut merchant = Merchant::new();
    let intent = id(&merchant.post_under("key", CREATE, &hold_form("pm_card_visa")));
    let reply = merchant.post_under("key", &format!("{CREATE}/{intent}/capture"), &[]);
    assert_eq!((reply.status, reply.body["error"]["type"].as_str()), (400, Some("idempotency_error")));
    assert_eq!(merchant.gateway.holdings("test/wr_563").captured, 0);
}

#[test]
fn a_validation_error_is_not_kept() {
    let mut merchant = Merchant::new();
    let mut form = hold_form("pm_card_visa");
    form[0].1 = "0";
    assert_eq!(merchant.post_under("key", CREATE, &form).status, 400);
    assert_eq!(merchant.post_under("key", CREATE, &hold_form("pm_card_visa")).status, 200);
}

#[test]
fn a_request_without_a_valid_key_of_the_api_is_not_kept() {
    let mut merchant = Merchant::new();
    let request = Request::post(CREATE, &hold_form("pm_card_visa")).with_idempotency_key("key");
    assert_eq!(merchant.gateway.handle(&request, NOON).status, 401);
    assert_eq!(merchant.send(request).status, 200);
}

#[test]
fn a_key_is_forgotten_after_24_hours() {
    let mut merchant = Merchant::new();
    let first = merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    merchant.now_ms = NOON + KEY_LIFETIME_MS - 1;
    assert!(merchant.post_under("key", CREATE, &hold_form("pm_card_visa")).idempotent_replayed);
    merchant.now_ms = NOON + KEY_LIFETIME_MS;
    let second = merchant.post_under("key", CREATE, &hold_form("pm_card_visa"));
    assert!(!second.idempotent_replayed);
    assert_ne!(id(&first), id(&second));
}

#[test]
fn a_key_has_between_1_and_255_characters() {
    let mut merchant = Merchant::new();
    for key in ["", &"k".repeat(MAX_KEY_LENGTH + 1)] {
        assert_eq!(merchant.post_under(key, CREATE, &hold_form("pm_card_visa")).status, 400);
    }
    assert_eq!(merchant.post_under(&"k".repeat(MAX_KEY_LENGTH), CREATE, &hold_form("pm_card_visa")).status, 200);
}

#[test]
fn a_key_on_a_read_is_ignored() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let read = || Request::get(&format!("{CREATE}/{intent}"), &[]).with_idempotency_key("key");
    assert_eq!(merchant.send(read()).body["status"], "requires_capture");
    merchant.capture(&intent, &[]);
    assert_eq!(merchant.send(read()).body["status"], "succeeded");
}

#[test]
fn without_a_key_a_repeated_request_is_another_one() {
    let mut merchant = Merchant::new();
    merchant.hold("pm_card_visa");
    merchant.hold("pm_card_visa");
    let holdings = merchant.gateway.holdings("test/wr_563");
    assert_eq!((holdings.intents, holdings.held), (2, 4000));
}
