use fare_values::PaymentStatus;
use gateway_simulator::Effect;
use serde_json::json;

use payment::Action;
use payment::store::{PaymentRecord, PaymentStore};

use crate::world::{ANSWER_LOST, Fault, HOUR, REQUEST_LOST, World, fare, fare_with_id, wr_563};

#[tokio::test]
async fn a_capture_is_refunded_once_however_often_it_is_undone() {
    let world = World::new();
    world.charge().await;
    for _ in 0..3 {
        assert_eq!(world.refund().await, "refunded");
        assert_eq!(world.money(), (0, 2000, 2000));
    }
    assert_eq!(world.count(Effect::Refunded), 1);
    let record = world.record().unwrap();
    assert!(record.payment_id.is_some() && record.refund_id.is_some());
}

#[tokio::test]
async fn an_undo_before_the_charge_leaves_a_tombstone_and_calls_nobody() {
    let world = World::new();
    for _ in 0..2 {
        assert_eq!(world.refund().await, "cancelled");
    }
    assert_eq!(world.charge().await, "FareCancelled");
    assert_eq!((world.requests(), world.status()), (0, Some(PaymentStatus::Cancelled)));
}

#[tokio::test]
async fn a_charge_after_its_undo_is_refused_without_calling_the_gateway() {
    let world = World::new();
    world.charge().await;
    world.refund().await;
    let requests = world.requests();
    assert_eq!(world.charge().await, "FareCancelled");
    assert_eq!(world.requests(), requests);
}

#[tokio::test]
async fn undoing_a_decline_finds_nothing_to_undo() {
    let world = World::new();
    let fare = fare("$20.00", "pm_card_visa_chargeDeclined", "3");
    world.act(Action::Charge, &fare).await;
    assert_eq!(world.act(Action::Refund, &fare).await, "voided");
    assert_eq!(world.money(), (0, 0, 0));
    let effects = [Effect::HoldPlaced, Effect::Captured, Effect::Voided, Effect::Refunded];
    assert_eq!(effects.map(|effect| world.count(effect)), [0; 4]);
}

#[tokio::test]
async fn a_search_that_also_finds_another_fares_payment_leaves_that_one_alone() {
    let world = World::new();
    let other = fare_with_id("WR_563");
    world.act(Action::Charge, &other).await;
    world.next("/payment_intents", ANSWER_LOST);
    world.charge().await;
    assert_eq!(world.refund().await, "voided");
    assert_eq!(world.money(), (0, 0, 0));
    assert_eq!((world.count(Effect::Refunded), world.count(Effect::Voided)), (0, 1));
}

#[tokio::test]
async fn a_pending_refund_is_followed_until_it_is_done() {
    let world = World::new();
    let fare = fare("$20.00", "pm_card_pendingRefund", "3");
    assert_eq!(world.act(Action::Charge, &fare).await, "captured");
    for _ in 0..2 {
        assert_eq!(world.act(Action::Refund, &fare).await, "PaymentRefundException");
        assert_eq!(world.status(), Some(PaymentStatus::Cancelling));
    }
    world.pass(HOUR);
    assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
    assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
}

#[tokio::test]
async fn whatever_a_charge_left_behind_its_undo_leaves_no_hold_and_no_capture() {
    for path in ["/payment_intents", "/capture"] {
        for (fault, took_effect) in
            [(Fault::NotSent, false), (REQUEST_LOST, false), (ANSWER_LOST, true), (Fault::ArrivesLate, false)]
        {
            let world = World::new();
            world.next(path, fault.clone());
            world.charge().await;
            let captured = path == "/capture" && took_effect;
            assert_eq!(world.refund().await, if captured { "refunded" } else { "voided" }, "{path} {fault:?}");
            // What arrives only now meets the voided authorisation, and does nothing.
            world.deliver_late_requests();
            let (held, taken, returned) = world.money();
            assert_eq!((held, taken - returned), (0, 0), "{path} {fault:?}");
            assert_eq!(world.count(Effect::HoldPlaced), 1, "{path} {fault:?}");
        }
    }
}

#[tokio::test]
async fn whatever_an_undo_is_stopped_by_the_next_one_finishes_it_once() {
    let faults = [
        Fault::NotSent,
        REQUEST_LOST,
        ANSWER_LOST,
        Fault::ArrivesLate,
        Fault::Answered(500, json!({})),
        Fault::Answered(429, json!({})),
    ];
    for fault in faults {
        let world = World::new();
        world.charge().await;
        world.next("POST /v1/refunds", fault.clone());
        let outcome = world.refund().await;
        assert!(outcome == "PaymentOutcomeUnknown" || outcome == "PaymentGatewayUnavailable", "{fault:?}: {outcome}");
        assert_eq!(world.status(), Some(PaymentStatus::Cancelling));
        assert_eq!(world.charge().await, "FareCancelled");
        assert_eq!(world.refund().await, "refunded", "{fault:?}");
        world.deliver_late_requests();
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1), "{fault:?}");

        let world = World::new();
        let fare = fare("$20.00", "pm_sim_capture_refused", "3");
        world.act(Action::Charge, &fare).await;
        world.next("/cancel", fault.clone());
        let outcome = world.act(Action::Refund, &fare).await;
        assert!(outcome == "PaymentOutcomeUnknown" || outcome == "PaymentGatewayUnavailable", "{fault:?}: {outcome}");
        assert_eq!(world.act(Action::Refund, &fare).await, "voided", "{fault:?}");
        world.deliver_late_requests();
        assert_eq!((world.money(), world.count(Effect::Voided)), ((0, 0, 0), 1), "{fault:?}");
    }
}

#[tokio::test]
async fn the_first_refunds_may_be_turned_away() {
    let world = World::new();
    let fare = fare("$20.00", "pm_card_visa", "3_fail_refund");
    assert_eq!(world.act(Action::Charge, &fare).await, "captured");
    assert_eq!(world.act(Action::Refund, &fare).await, "PaymentOutcomeUnknown");
    assert_eq!(world.money(), (0, 2000, 0));
    assert_eq!(world.act(Action::Refund, &fare).await, "refunded");
    assert_eq!(world.money(), (0, 2000, 2000));
}

#[tokio::test]
async fn a_refund_that_the_gateway_has_not_finished_is_not_an_undone_capture() {
    for state in ["pending", "failed", "requires_action", "canceled"] {
        let world = World::new();
        world.charge().await;
        world.next("POST /v1/refunds", Fault::Changed("status", json!(state)));
        assert_eq!(world.refund().await, "PaymentRefundException", "{state}");
        assert_eq!(world.status(), Some(PaymentStatus::Cancelling));
    }
}

#[tokio::test]
async fn a_capture_that_overtakes_the_void_is_refunded() {
    let world = World::new();
    world.next("/capture", Fault::ArrivesLate);
    world.charge().await;
    // The void finds the payment captured, since the capture arrived after the undo had looked.
    let unexpected = json!({"error": {
        "type": "invalid_request_error",
        "code": "payment_intent_unexpected_state",
        "payment_intent": {"status": "succeeded"},
    }});
    world.next("/cancel", Fault::Answered(400, unexpected)).next("POST /v1/refunds", REQUEST_LOST);
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    world.deliver_late_requests();
    assert_eq!(world.refund().await, "refunded");
    assert_eq!(world.money(), (0, 2000, 2000));
}

#[tokio::test]
async fn an_undo_whose_keys_may_be_forgotten_asks_the_search_instead_of_authorising_again() {
    for (lost, authorisations) in [(ANSWER_LOST, 1), (REQUEST_LOST, 0)] {
        let world = World::new();
        world.next("/payment_intents", lost.clone());
        world.charge().await;
        world.pass(30 * HOUR);
        assert_eq!(world.refund().await, "voided");
        assert_eq!(world.money(), (0, 0, 0));
        assert_eq!(world.holdings().intents, authorisations, "{lost:?}");
    }
}

#[tokio::test]
async fn an_undo_that_learns_nothing_says_so() {
    let world = World::new();
    world.next("/payment_intents", REQUEST_LOST);
    world.charge().await;
    world.next("/payment_intents", Fault::Answered(500, json!({})));
    assert_eq!(world.refund().await, "PaymentOutcomeUnknown");
    assert_eq!(world.status(), Some(PaymentStatus::Cancelling));
    assert_eq!(world.refund().await, "voided");
}

#[tokio::test]
async fn another_payload_under_the_same_id_is_refused_and_touches_nothing() {
    for other in [fare("$30.00", "pm_card_visa", "3"), fare("$20.00", "pm_card_amex", "3")] {
        for action in [Action::Charge, Action::Refund] {
            for standing in [Action::Charge, Action::Refund] {
                let world = World::new();
                world.act(standing, &wr_563()).await;
                let (record, money, requests) = (world.record(), world.money(), world.requests());
                assert_eq!(world.act(action, &other).await, "FareConflict", "{action} after {standing}");
                assert_eq!((world.record(), world.money(), world.requests()), (record, money, requests));
            }
        }
    }
}

#[tokio::test]
async fn an_undo_that_began_during_the_charge_wins() {
    let world = World::new();
    world.next("/capture", ANSWER_LOST);
    world.charge().await;
    // Another execution begins to undo, and stops right there; then the charge is tried again.
    let record: PaymentRecord = world.record().unwrap();
    let begin = record.transition(&[PaymentStatus::Pending], PaymentStatus::Cancelling, record.created_at);
    world.store.transition(begin).await.unwrap();
    assert_eq!(world.charge().await, "FareCancelled");
    assert_eq!(world.refund().await, "refunded");
    assert_eq!(world.money(), (0, 2000, 2000));
}
