//! When keys are given up, and that nothing is done twice for it.

use fare_values::PaymentStatus;
use gateway_simulator::{Effect, Fault as GatewayFault, Operation, Settings};
use payment::Action;

use crate::world::{ANSWER_LOST, Fault, HOUR, Kill, REQUEST_LOST, World, fare, wr_563};

fn key(step: &str, generation: u32) -> String {
    format!("test-stack/wr_563/{step}/{generation}")
}

#[tokio::test]
async fn an_authorisation_that_failed_for_good_is_made_anew_under_the_next_key() {
    let world = World::new();
    world.misbehave(Operation::Authorise, GatewayFault::ServerErrorKept);
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.money(), (0, 2000, 0));
    assert_eq!(world.keys_of(Operation::Authorise), [key("authorise", 1), key("authorise", 1), key("authorise", 2)]);
    assert_eq!(world.record().unwrap().generation, 2);
    assert_eq!(world.refund().await, "refunded");
    assert_eq!(world.money(), (0, 2000, 2000));
}

#[tokio::test]
async fn an_authorisation_that_was_made_and_then_failed_for_good_is_found_and_captured() {
    // The search lags behind; what is found, the list has shown.
    let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
    world.misbehave(Operation::Authorise, GatewayFault::ServerErrorKeptAfter);
    assert_eq!(world.charge().await, "captured");
    assert_eq!((world.money(), world.count(Effect::HoldPlaced)), ((0, 2000, 0), 1));
    assert_eq!(world.record().unwrap().generation, 1);
}

#[tokio::test]
async fn an_undo_behind_a_kept_failure_finds_what_was_made() {
    for fault in [GatewayFault::ServerErrorKept, GatewayFault::ServerErrorKeptAfter] {
        let world = World::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
        world.misbehave(Operation::Authorise, fault);
        // The charge comes no further than its first request.
        world.next("GET /v1/payment_intents", Fault::NotSent);
        assert_eq!(world.charge().await, "PaymentGatewayUnavailable");
        assert_eq!(world.refund().await, "voided", "{fault:?}");
        assert_eq!(world.money(), (0, 0, 0));
        assert!(world.count(Effect::HoldPlaced) <= 1);
    }
}

#[tokio::test]
async fn a_capture_that_failed_for_good_is_made_anew_only_if_it_was_not_made() {
    for (fault, keys) in [
        (GatewayFault::ServerErrorKept, vec![key("capture", 1), key("capture", 1), key("capture", 2)]),
        (GatewayFault::ServerErrorKeptAfter, vec![key("capture", 1), key("capture", 1)]),
    ] {
        let world = World::new();
        world.misbehave(Operation::Capture, fault);
        assert_eq!(world.charge().await, "captured", "{fault:?}");
        assert_eq!((world.money(), world.count(Effect::Captured)), ((0, 2000, 0), 1));
        assert_eq!(world.keys_of(Operation::Capture), keys);
        assert_eq!(world.count(Effect::HoldPlaced), 1);
    }
}

#[tokio::test]
async fn a_charge_that_stopped_after_its_capture_failed_for_good_never_authorises_again() {
    let world = World::new();
    world.misbehave(Operation::Capture, GatewayFault::ServerErrorKept);
    world.misbehave(Operation::Capture, GatewayFault::AnswerLost);
    for _ in 0..2 {
        world.misbehave(Operation::Capture, GatewayFault::RequestLost);
    }
    // Under the second key no answer comes, and the invocation ends.
    let outcome = world.act_within(12_000, Action::Charge, &wr_563()).await;
    assert!(outcome == "captured" || outcome == "PaymentOutcomeUnknown", "{outcome}");
    assert_eq!(world.charge().await, "captured");
    assert_eq!((world.money(), world.count(Effect::HoldPlaced)), ((0, 2000, 0), 1));
}

#[tokio::test]
async fn a_void_that_failed_for_good_is_made_anew_only_if_it_was_not_made() {
    for (fault, keys) in [
        (GatewayFault::ServerErrorKept, vec![key("void", 1), key("void", 1), key("void", 2)]),
        (GatewayFault::ServerErrorKeptAfter, vec![key("void", 1), key("void", 1)]),
    ] {
        let world = World::new();
        let fare = fare("$20.00", "pm_sim_capture_refused", "3");
        world.act(Action::Charge, &fare).await;
        world.misbehave(Operation::Void, fault);
        assert_eq!(world.act(Action::Refund, &fare).await, "voided", "{fault:?}");
        assert_eq!((world.money(), world.count(Effect::Voided)), ((0, 0, 0), 1));
        assert_eq!(world.keys_of(Operation::Void), keys);
    }
}

#[tokio::test]
async fn a_refund_that_failed_for_good_at_the_gateways_door_is_made_anew_only_if_it_was_not_made() {
    for (fault, keys) in [
        (GatewayFault::ServerErrorKept, vec![key("refund", 1), key("refund", 1), key("refund", 2)]),
        (GatewayFault::ServerErrorKeptAfter, vec![key("refund", 1), key("refund", 1)]),
    ] {
        let world = World::new();
        world.charge().await;
        world.misbehave(Operation::Refund, fault);
        assert_eq!(world.refund().await, "refunded", "{fault:?}");
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
        assert_eq!(world.keys_of(Operation::Refund), keys);
    }
}

#[tokio::test]
async fn a_gateway_that_keeps_failing_for_good_is_unknown_and_goes_on_under_later_keys() {
    let world = World::new();
    for _ in 0..2 {
        world.misbehave(Operation::Authorise, GatewayFault::ServerErrorKept);
    }
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    assert_eq!((world.status(), world.money()), (Some(PaymentStatus::Pending), (0, 0, 0)));
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.record().unwrap().generation, 3);
    assert_eq!(world.count(Effect::HoldPlaced), 1);
}

#[tokio::test]
async fn a_charge_that_was_begun_long_ago_begins_anew_if_the_gateway_knows_nothing_of_it() {
    let world = World::new();
    world.next("/payment_intents", REQUEST_LOST);
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    world.pass(21 * HOUR);
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.keys_of(Operation::Authorise).last(), Some(&key("authorise", 2)));
    assert_eq!(world.count(Effect::HoldPlaced), 1);
}

#[tokio::test]
async fn a_charge_that_was_begun_long_ago_goes_on_with_what_the_gateway_has() {
    for (path, captures) in [("/payment_intents", 1), ("/capture", 1)] {
        let world = World::new();
        world.next(path, ANSWER_LOST);
        assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
        world.pass(30 * HOUR);
        assert_eq!(world.charge().await, "captured");
        assert_eq!((world.count(Effect::HoldPlaced), world.count(Effect::Captured)), (1, captures), "{path}");
        assert_eq!(world.record().unwrap().generation, 1);
    }
}

#[tokio::test]
async fn between_the_end_of_a_charges_life_and_of_its_keys_nothing_is_asked() {
    let world = World::new();
    world.next("/payment_intents", REQUEST_LOST);
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    let requests = world.requests();
    for _ in 0..2 {
        world.pass(19 * HOUR + HOUR / 4);
        assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
        assert_eq!(world.requests(), requests);
        world.pass(-19 * HOUR);
    }
}

#[tokio::test]
async fn a_later_generation_has_a_life_of_its_own() {
    let world = World::new();
    world.next("/payment_intents", REQUEST_LOST);
    world.charge().await;
    world.pass(21 * HOUR);
    // The second key's authorisation is made, and nobody hears of it.
    world.next("POST /v1/payment_intents", ANSWER_LOST);
    assert_eq!(world.charge().await, "PaymentOutcomeUnknown");
    world.pass(10 * HOUR);
    assert_eq!(world.refund().await, "voided");
    assert_eq!(world.keys_of(Operation::Authorise).last(), Some(&key("authorise", 2)));
    assert_eq!((world.money(), world.count(Effect::HoldPlaced)), ((0, 0, 0), 1));
}

#[tokio::test]
async fn a_refund_that_failed_is_on_record_and_asked_for_again_under_the_next_key() {
    let world = World::new();
    world.charge().await;
    world.next("POST /v1/refunds", Fault::Changed("status", "failed".into()));
    assert_eq!(world.refund().await, "PaymentRefundException");
    let record = world.record().unwrap();
    assert_eq!(record.refund_status.map(|status| status.to_string()).as_deref(), Some("failed"));
    assert!(record.refund_id.is_some());
    // The gateway's own list says that it went through after all, so nothing more is asked.
    assert_eq!(world.refund().await, "refunded");
    assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
    assert_eq!(world.record().unwrap().refund_status.map(|status| status.to_string()).as_deref(), Some("succeeded"));
}

#[tokio::test]
async fn a_failed_refund_gives_way_to_another_and_never_to_two() {
    let world = World::new();
    let fare = fare("$20.00", "pm_sim_refund_fails_later_1", "3");
    world.act(Action::Charge, &fare).await;
    // The first refund is made; nobody hears of it, since the process ends; and it fails.
    world.kill(Kill { after: 4, sent: true });
    assert_eq!(world.act(Action::Refund, &fare).await, "killed");
    assert_eq!(world.money(), (0, 2000, 2000));
    world.pass(HOUR);
    assert_eq!(world.money(), (0, 2000, 0));
    assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
    assert_eq!(world.money(), (0, 2000, 2000));
    assert_eq!(world.keys_of(Operation::Refund).last(), Some(&key("refund", 2)));
}
