use fare_values::{FareRequest, PaymentStatus};
use serde_json::json;

use gateway_simulator::{Effect, Operation};
use payment::Action;

use crate::world::{ANSWER_LOST, Fault, HOUR, REQUEST_LOST, World, fare};

#[tokio::test]
async fn a_charge_is_authorised_then_captured() {
    let world = World::new();
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.money(), (0, 2000, 0));
    assert_eq!(world.status(), Some(PaymentStatus::Captured));
    let key = |step: &str| Some(format!("test-stack/wr_563/{step}/1"));
    assert_eq!(world.keys(), [(Operation::Authorise, key("authorise")), (Operation::Capture, key("capture"))]);
}

#[tokio::test]
async fn charging_again_is_answered_from_the_record() {
    let world = World::new();
    assert_eq!(world.charge().await, "captured");
    let requests = world.requests();
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.requests(), requests);
}

#[tokio::test]
async fn a_declined_card_leaves_no_hold_and_stays_declined() {
    for (token, reason) in [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_authenticationRequired", "authentication_required"),
    ] {
        let world = World::new();
        let fare = fare("$20.00", token, "3");
        assert_eq!(world.act(Action::Charge, &fare).await, "PaymentAuthException", "{token}");
        assert_eq!(world.money(), (0, 0, 0));
        let record = world.record().unwrap();
        assert_eq!(record.status, PaymentStatus::Declined);
        assert_eq!(record.reason.unwrap().as_str(), reason);
        let requests = world.requests();
        assert_eq!(world.act(Action::Charge, &fare).await, "PaymentAuthException");
        assert_eq!(world.requests(), requests);
    }
}

#[tokio::test]
async fn a_refused_capture_leaves_its_hold_to_the_undo() {
    let world = World::new();
    let fare = fare("$20.00", "pm_sim_capture_refused", "3");
    for _ in 0..2 {
        assert_eq!(world.act(Action::Charge, &fare).await, "PaymentChargeException");
        assert_eq!(world.money(), (2000, 0, 0));
    }
    assert_eq!(world.act(Action::Refund, &fare).await, "voided");
    assert_eq!(world.money(), (0, 0, 0));
}

#[tokio::test]
async fn what_only_the_gateway_can_refuse_is_a_decline_that_names_it_and_leaves_no_payment() {
    for (amount, token, reason) in [
        (json!("$0.10"), "pm_card_visa", "amount_too_small"),
        (json!({"amount": 1234, "currency": "kwd"}), "pm_card_visa", "invalid_amount"),
        (json!("$20.00"), "pm_unheard_of", "resource_missing"),
        (json!("$20.00"), "tok_unheard_of", "resource_missing"),
    ] {
        let world = World::new();
        let input = json!({"fareId": "wr_563", "customerId": "3", "fareAmount": amount, "paymentMethod": token});
        let fare = FareRequest::from_json(&input).unwrap();
        assert_eq!(world.act(Action::Charge, &fare).await, "PaymentAuthException", "{token}");
        assert_eq!((world.holdings().intents, world.money()), (0, (0, 0, 0)));
        let record = world.record().unwrap();
        assert_eq!((record.status, record.reason.unwrap().as_str()), (PaymentStatus::Declined, reason));
    }
}

#[tokio::test]
async fn a_token_of_the_older_kind_is_charged_too() {
    let world = World::new();
    assert_eq!(world.act(Action::Charge, &fare("$20.00", "tok_visa", "3")).await, "captured");
    assert_eq!(world.money(), (0, 2000, 0));
}

#[tokio::test]
async fn whatever_is_lost_on_the_way_the_next_charge_finishes_exactly_once() {
    for path in ["/payment_intents", "/capture"] {
        for fault in [Fault::NotSent, REQUEST_LOST, ANSWER_LOST, Fault::ArrivesLate] {
            let world = World::new();
            world.next(path, fault.clone());
            let expected =
                if matches!(fault, Fault::NotSent) { "PaymentGatewayUnavailable" } else { "PaymentOutcomeUnknown" };
            assert_eq!(world.charge().await, expected, "{path} {fault:?}");
            assert_eq!(world.status(), Some(PaymentStatus::Pending));
            assert_eq!(world.charge().await, "captured", "{path} {fault:?}");
            world.deliver_late_requests();
            assert_eq!(world.money(), (0, 2000, 0));
            assert_eq!((world.count(Effect::HoldPlaced), world.count(Effect::Captured)), (1, 1));
        }
    }
}

#[tokio::test]
async fn an_answer_that_decides_nothing_is_never_taken_for_a_decline() {
    let error = json!({"error": {"type": "api_error"}});
    for path in ["/payment_intents", "/capture"] {
        for (status, expected) in [
            (500, "PaymentOutcomeUnknown"),
            (503, "PaymentOutcomeUnknown"),
            (402, "PaymentOutcomeUnknown"),
            (200, "PaymentOutcomeUnknown"),
            (409, "PaymentOutcomeUnknown"),
            (429, "PaymentGatewayUnavailable"),
            (401, "PaymentGatewayUnavailable"),
        ] {
            let world = World::new();
            world.next(path, Fault::Answered(status, error.clone()));
            assert_eq!(world.charge().await, expected, "{path} {status}");
            assert_eq!(world.status(), Some(PaymentStatus::Pending));
        }
    }
}

#[tokio::test]
async fn an_authorisation_of_something_else_is_not_captured() {
    for (field, value) in [
        ("amount_capturable", json!(1500)),
        ("amount", json!(2001)),
        ("currency", json!("eur")),
        ("status", json!("processing")),
        ("status", json!("succeeded")),
        ("metadata", json!({"fare_reference": "test-stack/wr_564"})),
        ("metadata", json!({})),
    ] {
        let world = World::new();
        world.next("/payment_intents", Fault::Changed(field, value.clone()));
        assert_eq!(world.charge().await, "PaymentOutcomeUnknown", "{field} {value}");
        assert_eq!(world.money(), (2000, 0, 0));
        assert_eq!(world.refund().await, "voided");
        assert_eq!(world.money(), (0, 0, 0));
    }
}

#[tokio::test]
async fn a_capture_of_something_else_is_not_success() {
    for (field, value) in [
        ("id", json!("pi_other")),
        ("amount_received", json!(1999)),
        ("currency", json!("eur")),
        ("status", json!("requires_capture")),
    ] {
        let world = World::new();
        world.next("/capture", Fault::Changed(field, value.clone()));
        assert_eq!(world.charge().await, "PaymentOutcomeUnknown", "{field} {value}");
        assert_eq!(world.status(), Some(PaymentStatus::Pending));
    }
}

#[tokio::test]
async fn a_charge_that_was_begun_long_ago_is_not_repeated_under_a_key_that_may_be_forgotten() {
    let world = World::new();
    world.next("/payment_intents", REQUEST_LOST);
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    world.pass(19 * HOUR);
    let requests = world.requests();
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    assert_eq!(world.requests(), requests);
}

#[tokio::test]
async fn an_authorisation_that_expired_before_its_capture_is_a_refused_capture() {
    let world = World::new();
    world.next(
        "/capture",
        Fault::Answered(
            400,
            json!({"error": {
                "type": "invalid_request_error",
                "code": "payment_intent_unexpected_state",
                "payment_intent": {"status": "canceled"},
            }}),
        ),
    );
    assert_eq!(world.charge().await, "PaymentChargeException");
    assert_eq!(world.record().unwrap().reason.unwrap().as_str(), "authorisation_cancelled");
}

#[tokio::test]
async fn triggers_send_tokens_that_fail_at_the_gateway() {
    for (customer, outcome, money) in [
        ("3_fail_auth", "PaymentAuthException", (0, 0, 0)),
        ("3_fail_charge", "PaymentChargeException", (2000, 0, 0)),
        ("3_timeout_charge", "PaymentOutcomeUnknown", (0, 2000, 0)),
    ] {
        let world = World::new();
        assert_eq!(world.act(Action::Charge, &fare("$20.00", "pm_card_visa", customer)).await, outcome);
        assert_eq!(world.money(), money, "{customer}");
    }
}
