//! Creating and confirming intents.

use gateway_simulator::HOLD_LIFETIME_MS;

use crate::{Merchant, NOON, hold_form, id, refusal};

#[test]
fn a_confirmed_manual_intent_holds_the_amount() {
    let mut merchant = Merchant::new();
    let intent = merchant.hold("pm_card_visa").body;
    assert_eq!(intent["object"], "payment_intent");
    assert_eq!(intent["status"], "requires_capture");
    assert_eq!((intent["amount"].as_u64(), intent["amount_capturable"].as_u64()), (Some(2000), Some(2000)));
    assert_eq!(intent["amount_received"], 0);
    assert_eq!(intent["created"], NOON / 1000);
    assert_eq!(intent["livemode"], false);
    assert_eq!(intent["metadata"]["fare_reference"], "test/wr_563");
    assert!(intent["payment_method"].as_str().unwrap().starts_with("pm_"));
    assert!(intent["latest_charge"].as_str().unwrap().starts_with("ch_"));
}

#[test]
fn a_confirmed_automatic_intent_is_charged_at_once() {
    let mut merchant = Merchant::new();
    let form = [("amount", "2000"), ("currency", "usd"), ("payment_method", "pm_card_amex"), ("confirm", "true")];
    let intent = merchant.post("/v1/payment_intents", &form).body;
    assert_eq!((intent["status"].as_str(), intent["amount_received"].as_u64()), (Some("succeeded"), Some(2000)));
}

#[test]
fn an_unconfirmed_intent_waits_for_its_method_and_its_confirmation() {
    let mut merchant = Merchant::new();
    let bare =
        merchant.post("/v1/payment_intents", &[("amount", "2000"), ("currency", "usd"), ("capture_method", "manual")]);
    assert_eq!(bare.body["status"], "requires_payment_method");
    let path = format!("/v1/payment_intents/{}/confirm", id(&bare));
    assert_eq!(refusal(&merchant.post(&path, &[])), (400, "payment_intent_unexpected_state"));
    let confirmed = merchant.post(&path, &[("payment_method", "pm_card_visa")]);
    assert_eq!(confirmed.body["status"], "requires_capture");
    assert_eq!(refusal(&merchant.post(&path, &[])), (400, "payment_intent_unexpected_state"));

    let form = [("amount", "2000"), ("currency", "usd"), ("payment_method", "pm_card_visa")];
    assert_eq!(merchant.post("/v1/payment_intents", &form).body["status"], "requires_confirmation");
}

#[test]
fn a_declined_card_leaves_an_intent_without_a_hold() {
    for (method, code, decline_code) in [
        ("pm_card_visa_chargeDeclined", "card_declined", Some("generic_decline")),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", Some("insufficient_funds")),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ] {
        let mut merchant = Merchant::new();
        let reply = merchant.hold(method);
        let error = &reply.body["error"];
        assert_eq!(refusal(&reply), (402, code), "{method}");
        assert_eq!(reply.should_retry, Some(false));
        assert_eq!((error["type"].as_str(), error["decline_code"].as_str()), (Some("card_error"), decline_code));
        assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
        assert_eq!(error["payment_intent"]["last_payment_error"]["code"], code);
        assert_eq!(error["payment_intent"]["amount_capturable"], 0);
        assert_eq!(merchant.gateway.holdings("test/wr_563").held, 0);
    }
}

#[test]
fn another_method_can_follow_a_decline() {
    let mut merchant = Merchant::new();
    let declined = merchant.hold("pm_card_visa_chargeDeclined").body;
    let path = format!("/v1/payment_intents/{}/confirm", declined["error"]["payment_intent"]["id"].as_str().unwrap());
    let confirmed = merchant.post(&path, &[("payment_method", "pm_card_mastercard")]).body;
    assert_eq!(confirmed["status"], "requires_capture");
    assert!(confirmed["last_payment_error"].is_null());
}

#[test]
fn a_card_that_wants_authentication_holds_nothing() {
    let mut merchant = Merchant::new();
    let intent = merchant.hold("pm_card_authenticationRequired").body;
    assert_eq!((intent["status"].as_str(), intent["amount_capturable"].as_u64()), (Some("requires_action"), Some(0)));
    assert_eq!(intent["next_action"]["type"], "use_stripe_sdk");
}

#[test]
fn a_customer_who_is_away_cannot_authenticate() {
    for flag in ["off_session", "error_on_requires_action"] {
        let form = [&hold_form("pm_card_authenticationRequired")[..], &[(flag, "true")]].concat();
        let reply = Merchant::new().post("/v1/payment_intents", &form);
        assert_eq!(refusal(&reply), (402, "authentication_required"), "{flag}");
    }
}

#[test]
fn a_bad_parameter_makes_no_intent() {
    for (parameter, value, code) in [
        ("amount", "0", "parameter_invalid_integer"),
        ("amount", "20.00", "parameter_invalid_integer"),
        ("amount", "49", "amount_too_small"),
        ("amount", "", "parameter_invalid_empty"),
        ("currency", "xyz", ""),
        ("payment_method", "pm_unknown", "resource_missing"),
        ("capture_method", "later", ""),
        ("confirm", "yes", ""),
    ] {
        let mut merchant = Merchant::new();
        let mut form = hold_form("pm_card_visa").to_vec();
        form.retain(|(name, _)| *name != parameter);
        form.push((parameter, value));
        let reply = merchant.post("/v1/payment_intents", &form);
        assert_eq!(refusal(&reply), (400, code), "{parameter}={value}");
        assert_eq!(reply.body["error"]["param"], parameter);
        assert_eq!(merchant.gateway.holdings("test/wr_563").intents, 0);
    }
}

#[test]
fn a_missing_parameter_is_named() {
    for parameter in ["amount", "currency"] {
        let mut form = hold_form("pm_card_visa").to_vec();
        form.retain(|(name, _)| *name != parameter);
        let reply = Merchant::new().post("/v1/payment_intents", &form);
        assert_eq!(refusal(&reply), (400, "parameter_missing"));
        assert_eq!(reply.body["error"]["param"], parameter);
    }
}

#[test]
fn a_hold_expires_after_seven_days() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    merchant.now_ms = NOON + HOLD_LIFETIME_MS - 1;
    assert_eq!(merchant.intent(&intent).body["status"], "requires_capture");
    merchant.now_ms = NOON + HOLD_LIFETIME_MS + 5_000;
    let expired = merchant.intent(&intent).body;
    assert_eq!(
        (expired["status"].as_str(), expired["cancellation_reason"].as_str()),
        (Some("canceled"), Some("automatic"))
    );
    assert_eq!(expired["canceled_at"], (NOON + HOLD_LIFETIME_MS) / 1000);
    assert_eq!(refusal(&merchant.capture(&intent, &[])), (400, "payment_intent_unexpected_state"));
}

#[test]
fn a_captured_intent_does_not_expire() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_visa");
    merchant.now_ms += 2 * HOLD_LIFETIME_MS;
    assert_eq!(merchant.intent(&intent).body["status"], "succeeded");
}
