//! Schedules that were found by looking for them: each once left a hold, touched another fare, or never ended.

use gateway_simulator::{Effect, Fault as GatewayFault, Operation, Settings};
use payment::Action;
use serde_json::{Value, json};

use crate::world::{ANSWER_LOST, Fault, HOUR, MINUTE, REQUEST_LOST, World, fare, fare_with_id};

/// An answer that the gateway gives to an invalid request, and keeps under no key.
fn invalid() -> Fault {
    let error = json!({"type": "invalid_request_error", "code": "resource_missing", "param": "payment_method"});
    Fault::Answered(400, json!({ "error": error }))
}

async fn undone_in_the_end(world: &World) -> String {
    let mut answer = String::new();
    for _ in 0..12 {
        answer = world.refund().await;
        if matches!(answer.as_str(), "voided" | "refunded" | "cancelled") {
            break;
        }
        world.pass(10 * MINUTE);
    }
    answer
}

#[tokio::test]
async fn a_hold_that_an_undo_made_at_the_end_of_its_keys_life_is_found_although_the_search_lags() {
    let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
    world.next("/payment_intents", REQUEST_LOST);
    world.charge().await;
    world.pass(20 * HOUR - 5_000);
    world.next("POST /v1/payment_intents", ANSWER_LOST);
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    world.pass(5_000);
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    assert_eq!(undone_in_the_end(&world).await, "voided");
    assert_eq!((world.money(), world.count(Effect::HoldPlaced)), ((0, 0, 0), 1));
}

#[tokio::test]
async fn a_gateway_that_names_another_fares_payment_does_not_get_it_refunded() {
    let world = World::new();
    let other = fare_with_id("other");
    world.act(Action::Charge, &other).await;
    let payment_id = world.store.get(other.fare_id()).unwrap().payment_id.unwrap();
    world.next("POST /v1/payment_intents", REQUEST_LOST);
    world.charge().await;
    world.next("POST /v1/payment_intents", Fault::Changed("id", json!(payment_id)));
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    assert_eq!(world.count(Effect::Refunded), 0);
    assert_eq!(world.refund().await, "voided");
}

#[tokio::test]
async fn an_invalid_request_is_no_decline_while_one_before_it_may_be_on_its_way() {
    let world = World::new();
    world.next("/payment_intents", Fault::ArrivesLate);
    world.charge().await;
    world.next("/payment_intents", invalid());
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    world.deliver_late_requests();
    assert_eq!(world.charge().await, "captured");
    assert_eq!((world.money(), world.count(Effect::HoldPlaced)), ((0, 2000, 0), 1));
}

#[tokio::test]
async fn an_undo_whose_request_is_invalid_waits_for_what_may_be_on_its_way() {
    for arrives in [true, false] {
        let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
        world.next("/payment_intents", Fault::ArrivesLate);
        world.charge().await;
        world.next("POST /v1/payment_intents", invalid());
        assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
        if arrives {
            world.deliver_late_requests();
        }
        world.pass(10 * MINUTE);
        world.next("POST /v1/payment_intents", invalid());
        assert_eq!(world.refund().await, "voided", "{arrives}");
        assert_eq!(world.money(), (0, 0, 0));
    }
}

#[tokio::test]
async fn a_decline_that_says_that_it_left_a_hold_is_not_believed() {
    let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
    world.next("/payment_intents", ANSWER_LOST);
    world.charge().await;
    let contradictory = |status: &str| {
        let error = json!({"type": "card_error", "code": "card_declined", "payment_intent": {"status": status}});
        Fault::Answered(402, json!({ "error": error }))
    };
    world.next("POST /v1/payment_intents", contradictory("requires_capture"));
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    world.next("POST /v1/payment_intents", contradictory("requires_capture"));
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    assert_eq!(undone_in_the_end(&world).await, "voided");
    assert_eq!(world.money(), (0, 0, 0));
}

#[tokio::test]
async fn a_list_that_promises_more_and_shows_nothing_proves_nothing() {
    let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
    world.misbehave(Operation::Authorise, GatewayFault::ServerErrorKeptAfter);
    let empty: Value = json!({"object": "list", "data": [], "has_more": true});
    world.next("GET /v1/payment_intents", Fault::Answered(200, empty));
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.count(Effect::HoldPlaced), 1);
}

#[tokio::test]
async fn a_refund_or_a_void_that_is_refused_for_good_is_asked_for_under_the_next_key() {
    let declined = || Fault::Gateway(GatewayFault::ServerErrorKept);
    let world = World::new();
    world.charge().await;
    world.next("POST /v1/refunds", declined());
    assert_ne!(world.refund().await, "refunded");
    assert_eq!(undone_in_the_end(&world).await, "refunded");
    assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));

    let world = World::new();
    world.charge().await;
    world.misbehave(Operation::Refund, GatewayFault::Refused);
    assert_eq!(undone_in_the_end(&world).await, "refunded");
    assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
}

#[tokio::test]
async fn a_refund_that_fails_after_it_succeeded_is_made_again_when_the_undo_is_asked_for_again() {
    let world = World::new();
    let fare = fare("$20.00", "pm_sim_refund_fails_later_1", "3");
    world.act(Action::Charge, &fare).await;
    assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
    world.pass(HOUR);
    assert_eq!(world.money(), (0, 2000, 0));
    for _ in 0..3 {
        assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 2));
    }
    assert_eq!(world.record().unwrap().generation, 2);
}

#[tokio::test]
async fn a_refund_that_always_fails_later_is_never_more_than_one_at_a_time() {
    let world = World::new();
    let fare = fare("$20.00", "pm_card_refundFail", "3");
    world.act(Action::Charge, &fare).await;
    for refunds in 1..4 {
        assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), refunds));
        world.pass(HOUR);
        assert_eq!(world.money(), (0, 2000, 0));
    }
}
