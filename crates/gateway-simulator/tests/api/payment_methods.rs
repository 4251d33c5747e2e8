//! What the test payment methods and tokens do.

use gateway_simulator::Fault;
use proptest::prelude::*;

use crate::{Merchant, hold_form, id, refusal};

/// The form with a token in place of the payment method.
fn token_form(token: &str) -> Vec<(&str, &str)> {
    let mut form = hold_form("").to_vec();
    form.retain(|(name, _)| *name != "payment_method");
    form.extend([("payment_method_data[type]", "card"), ("payment_method_data[card][token]", token)]);
    form
}

#[test]
fn a_token_stands_for_the_same_card_as_the_payment_method() {
    for (token, status, code) in [
        ("tok_visa", 200, ""),
        ("tok_mastercard", 200, ""),
        ("tok_amex", 200, ""),
        ("tok_chargeDeclined", 402, "card_declined"),
        ("tok_chargeDeclinedInsufficientFunds", 402, "card_declined"),
        ("tok_visa_chargeDeclinedVelocityLimitExceeded", 402, "card_declined"),
        ("tok_chargeDeclinedExpiredCard", 402, "expired_card"),
        ("tok_chargeDeclinedIncorrectCvc", 402, "incorrect_cvc"),
    ] {
        let with_token = Merchant::new().post("/v1/payment_intents", &token_form(token));
        assert_eq!(refusal(&with_token), (status, code), "{token}");
        let method = token.replace("tok_", "pm_card_");
        assert_eq!(with_token.body, Merchant::new().hold(&method).body, "{token}");
    }
}

#[test]
fn a_token_can_confirm_an_intent() {
    let mut merchant = Merchant::new();
    let intent = id(&merchant.post("/v1/payment_intents", &[("amount", "2000"), ("currency", "usd")]));
    let form = [("payment_method_data[type]", "card"), ("payment_method_data[card][token]", "tok_visa")];
    let confirmed = merchant.post(&format!("/v1/payment_intents/{intent}/confirm"), &form);
    assert_eq!(confirmed.body["status"], "succeeded");
}

#[test]
fn a_tokens_refund_fails_later_like_that_of_its_card() {
    let mut merchant = Merchant::new();
    let intent = id(&merchant.post("/v1/payment_intents", &token_form("tok_refundFail")));
    merchant.capture(&intent, &[]);
    merchant.refund(&intent, &[]);
    merchant.now_ms += 5_000;
    merchant.intent(&intent);
    assert_eq!(merchant.money(), (0, 2000, 0));
}

#[test]
fn a_token_is_no_payment_method_and_the_other_way_round() {
    let mut merchant = Merchant::new();
    let reply = merchant.hold("tok_visa");
    assert_eq!(
        (refusal(&reply), reply.body["error"]["param"].as_str()),
        ((400, "resource_missing"), Some("payment_method"))
    );
    let reply = merchant.post("/v1/payment_intents", &token_form("pm_card_visa"));
    assert_eq!(refusal(&reply), (400, "resource_missing"));
    assert_eq!(reply.body["error"]["param"], "payment_method_data[card][token]");
}

#[test]
fn payment_method_data_is_a_card_token_and_nothing_else() {
    for (form, param) in [
        (vec![("payment_method_data[type]", "card")], "payment_method_data[card][token]"),
        (vec![("payment_method_data[card][token]", "tok_visa")], "payment_method_data[type]"),
        (vec![("payment_method_data[type]", "link")], "payment_method_data[type]"),
        (
            vec![("payment_method_data[type]", "card"), ("payment_method_data[billing]", "x")],
            "payment_method_data[billing]",
        ),
        (vec![("payment_method", "pm_card_visa"), ("payment_method_data[type]", "card")], "payment_method_data"),
    ] {
        let mut merchant = Merchant::new();
        let form = [vec![("amount", "2000"), ("currency", "usd"), ("confirm", "true")], form].concat();
        let reply = merchant.post("/v1/payment_intents", &form);
        assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some(param)));
    }
}

#[test]
fn a_decline_says_why() {
    for (method, decline_code) in [
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
        ("pm_card_radarBlock", "fraudulent"),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
        ("pm_card_chargeCustomerFail", "generic_decline"),
    ] {
        let reply = Merchant::new().hold(method);
        assert_eq!(reply.body["error"]["decline_code"], decline_code, "{method}");
    }
}

#[test]
fn a_card_with_3d_secure_waits_for_its_customer() {
    for method in [
        "pm_card_authenticationRequired",
        "pm_card_authenticationRequiredOnSetup",
        "pm_card_authenticationRequiredSetupForOffSession",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "pm_card_threeDSecure2Required",
        "pm_card_threeDSecureRequired",
        "pm_card_threeDSecureRequiredChargeDeclined",
    ] {
        let mut merchant = Merchant::new();
        assert_eq!(merchant.hold(method).body["status"], "requires_action", "{method}");
        let form = [&hold_form(method)[..], &[("error_on_requires_action", "true")]].concat();
        assert_eq!(refusal(&merchant.post("/v1/payment_intents", &form)), (402, "authentication_required"), "{method}");
        assert_eq!(merchant.money(), (0, 0, 0));
    }
    for method in ["pm_card_threeDSecureOptional", "pm_card_amex_threeDSecureNotSupported"] {
        assert_eq!(Merchant::new().hold(method).body["status"], "requires_capture", "{method}");
    }
}

#[test]
fn a_card_that_was_set_up_needs_no_customer() {
    let off_session = |method| [&hold_form(method)[..], &[("off_session", "true")]].concat();
    let form = off_session("pm_card_authenticationRequiredSetupForOffSession");
    assert_eq!(Merchant::new().post("/v1/payment_intents", &form).body["status"], "requires_capture");
    let form = off_session("pm_card_authenticationRequired");
    assert_eq!(refusal(&Merchant::new().post("/v1/payment_intents", &form)), (402, "authentication_required"));
}

#[test]
fn a_fault_of_the_payment_method_strikes_the_first_such_requests_of_the_payment() {
    let mut merchant = Merchant::new();
    let (one, other) = (merchant.held("pm_sim_void_unavailable_2"), merchant.held("pm_sim_void_unavailable_2"));
    assert_eq!([merchant.cancel(&one).status, merchant.cancel(&one).status], [503, 503]);
    assert_eq!([merchant.cancel(&other).status, merchant.cancel(&one).status], [503, 200]);
}

#[test]
fn another_key_for_the_same_fare_is_the_same_payment() {
    let mut merchant = Merchant::new();
    let form = hold_form("pm_sim_authorise_server_error_kept");
    for (key, status) in [("generation-1", 500), ("generation-1", 500), ("generation-2", 200)] {
        assert_eq!(merchant.post_under(key, "/v1/payment_intents", &form).status, status, "{key}");
    }
    assert_eq!(merchant.money(), (2000, 0, 0));
}

#[test]
fn a_payment_without_a_reference_is_known_by_its_key() {
    let mut merchant = Merchant::new();
    let form = &hold_form("pm_sim_authorise_unavailable")[..6];
    let mut status = |key| merchant.post_under(key, "/v1/payment_intents", form).status;
    assert_eq!([status("one"), status("one"), status("other"), status("other")], [503, 200, 503, 200]);
}

#[test]
fn a_fault_of_the_authorisation_strikes_a_confirmation_too() {
    let mut merchant = Merchant::new();
    let form = [("amount", "2000"), ("currency", "usd"), ("metadata[fare_reference]", "test/wr_563")];
    let intent = id(&merchant.post("/v1/payment_intents", &form));
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let mut status = || merchant.post(&path, &[("payment_method", "pm_sim_authorise_bad_gateway")]).status;
    assert_eq!([status(), status()], [502, 200]);
}

#[test]
fn an_issuer_that_refuses_does_so_every_time_unless_told_how_often() {
    let mut merchant = Merchant::new();
    let (always, twice) = (merchant.held("pm_sim_capture_refused"), merchant.held("pm_sim_capture_refused_2"));
    let mut statuses = |intent: &str| [(); 3].map(|()| merchant.capture(intent, &[]).status);
    assert_eq!(statuses(&always), [402, 402, 402]);
    assert_eq!(statuses(&twice), [402, 402, 200]);
    let struck: Vec<_> = merchant.gateway.log().iter().map(|entry| entry.fault).skip(2).collect();
    assert_eq!(struck, [[Some(Fault::Refused); 5].as_slice(), &[None]].concat());
}

proptest! {
    #[test]
    fn a_name_that_stands_for_nothing_is_no_payment_method(rest in "[a-z0-9_]{0,40}") {
        let reply = Merchant::new().hold(&format!("pm_sim_{rest}nonsense"));
        prop_assert_eq!(refusal(&reply), (400, "resource_missing"));
    }
}
