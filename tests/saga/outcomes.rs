//! What becomes of a fare, by where it fails.

use std::time::Duration;

use fare_cli::observe;
use fare_values::{EntryState, FareStatus, PaymentStatus};

use crate::harness::{Test, test};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_fare_is_captured_once_credited_once_and_announced),
    test!(a_happy_fare_takes_two_gateway_calls),
    test!(a_fare_that_was_never_credited_leaves_a_tombstone_in_the_ledger),
    test!(a_declined_card_leaves_no_hold),
    test!(a_refused_capture_releases_its_hold),
    test!(a_closed_account_gives_the_money_back),
    test!(a_refund_that_fails_at_first_is_tried_until_the_money_is_back),
    test!(a_capture_whose_answer_comes_too_late_is_found_out_and_kept),
    test!(a_fare_that_was_cancelled_before_it_came_is_not_charged),
    test!(a_decision_that_somebody_else_made_after_the_credit_takes_everything_back),
    test!(a_fare_that_somebody_else_completed_is_announced_and_not_undone),
];

fn a_fare_is_captured_once_credited_once_and_announced() {
    with_stack(async |world| {
        let fare = fare("");
        let ended = world.collect(&fare).await;
        assert!(ended.succeeded);
        let path = [
            "BeginSaga",
            "RegisterFare",
            "ChargeFare",
            "CreditCustomerAccount",
            "SetFareStatusCompleted",
            "NotifySuccess",
            "FareProcessingSucceeded",
        ];
        assert_eq!(ended.states(), path);
        // What Step Functions bills: each state that is entered, and each retry.
        assert_eq!(ended.path.iter().map(|visit| visit.attempts.max(1)).sum::<u32>(), 7);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Completed), Some(PaymentStatus::Captured)));
        assert_eq!((truth.money(), truth.balance()), ((0, 2000, 0), 2000));
        let notice = &ended.notice;
        assert_eq!(notice.text("outcome"), Some("success"));
        assert_eq!(notice.text("fareStatus"), Some("completed"));
        assert_eq!(notice.text("fareId"), Some(fare.id.as_str()));
        assert_eq!(notice.text("customerId"), Some(fare.customer.as_str()));
        assert_eq!((notice.content["amount"].as_i64(), notice.text("currency")), (Some(2000), Some("usd")));
        assert_eq!(notice.text("execution"), Some(ended.arn.as_str()));
    });
}

fn a_happy_fare_takes_two_gateway_calls() {
    with_stack(async |world| {
        let fare = fare("");
        world.collect(&fare).await;
        let log = world.gateway_log(&fare).await;
        let operations: Vec<_> = log.iter().map(|entry| entry.operation.as_str()).collect();
        assert_eq!(operations, ["authorise", "capture"]);
        assert!(log.iter().all(|entry| entry.idempotency_key.is_some()));
    });
}

fn a_fare_that_was_never_credited_leaves_a_tombstone_in_the_ledger() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        world.collect(&fare).await;
        let entries = observe::ledger_entries(&world.stack, &fare.id).await.unwrap();
        assert_eq!(entries.credit.map(|entry| entry.state), Some(EntryState::Tombstone));
        assert!(entries.reversal.is_none());
    });
}

fn a_declined_card_leaves_no_hold() {
    with_stack(async |world| {
        let fare = fare("_fail_auth");
        let ended = world.collect(&fare).await;
        assert!(!ended.succeeded);
        assert_eq!(ended.error(), "PaymentAuthException");
        assert_eq!(ended.states()[3..5], ["SetFareStatusFailed", "WhatMayHaveRun"]);
        assert!(!ended.states().contains(&"RefundFare"));
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Declined)));
        assert_eq!((truth.money(), truth.balance()), ((0, 0, 0), 0));
        assert_eq!(ended.notice.text("fareStatus"), Some("failed"));
    });
}

fn a_refused_capture_releases_its_hold() {
    with_stack(async |world| {
        let fare = fare("_fail_charge");
        let ended = world.collect(&fare).await;
        assert_eq!(ended.error(), "PaymentChargeException");
        assert_eq!(ended.states()[5..7], ["DebitCustomerAccount", "RefundFare"]);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Voided)));
        assert_eq!((truth.money(), truth.balance()), ((0, 0, 0), 0));
        let effects: Vec<_> = world.gateway_log(&fare).await.into_iter().map(|entry| entry.effect).collect();
        assert!(effects.contains(&"hold_placed".to_owned()) && effects.contains(&"voided".to_owned()), "{effects:?}");
    });
}

fn a_closed_account_gives_the_money_back() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        let ended = world.collect(&fare).await;
        assert_eq!(ended.error(), "AccountCreditException");
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Refunded)));
        assert_eq!((truth.money(), truth.balance()), ((0, 2000, 2000), 0));
    });
}

fn a_refund_that_fails_at_first_is_tried_until_the_money_is_back() {
    with_stack(async |world| {
        let fare = fare("_fail_refund");
        let ended = world.collect(&fare).await;
        assert_eq!(ended.error(), "AccountCreditException");
        assert!(ended.attempts("RefundFare") > 1, "{:?}", ended.path);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, 2000, 2000), 0));
        let refunds = world.gateway_log(&fare).await.into_iter().filter(|entry| entry.effect == "refunded").count();
        assert_eq!(refunds, 1);
    });
}

fn a_capture_whose_answer_comes_too_late_is_found_out_and_kept() {
    with_stack(async |world| {
        let fare = fare("_timeout_charge");
        let ended = world.collect(&fare).await;
        assert!(ended.succeeded);
        assert!(ended.attempts("ChargeFare") > 1, "{:?}", ended.path);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Completed), (0, 2000, 0), 2000));
        let captures = world.gateway_log(&fare).await.into_iter().filter(|entry| entry.effect == "captured").count();
        assert_eq!(captures, 1);
    });
}

fn a_fare_that_was_cancelled_before_it_came_is_not_charged() {
    with_stack(async |world| {
        let fare = fare("_fail_register");
        let ended = world.collect(&fare).await;
        assert_eq!(ended.error(), "FareCancelled");
        assert!(ended.cause().contains(&format!("{}-2", fare.id)), "{}", ended.cause());
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Cancelled)));
        assert_eq!((truth.holdings.intents, truth.balance()), (0, 0));
    });
}

fn a_decision_that_somebody_else_made_after_the_credit_takes_everything_back() {
    with_stack(async |world| {
        // The gateway's late answer holds the charge up for as long as the other decision takes.
        let fare = fare("_timeout_charge");
        let arn = world.start(&fare.id, &fare.input).await;
        while world.truth(&fare).await.fare.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        world.decide(&fare, FareStatus::Failed).await;
        let ended = world.ended(arn).await;
        assert_eq!(ended.error(), "FareCancelled");
        let path = [
            "BeginSaga",
            "RegisterFare",
            "ChargeFare",
            "CreditCustomerAccount",
            "SetFareStatusCompleted",
            "SetFareStatusFailed",
            "WhatMayHaveRun",
            "DebitCustomerAccount",
            "RefundFare",
            "NotifyFailure",
            "FareProcessingFailed",
        ];
        assert_eq!(ended.states(), path);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Refunded)));
        assert_eq!((truth.money(), truth.balance()), ((0, 2000, 2000), 0));
        let entries = observe::ledger_entries(&world.stack, &fare.id).await.unwrap();
        assert_eq!(entries.credit.map(|entry| entry.state), Some(EntryState::Reversed));
        assert!(entries.reversal.is_some());
    });
}

fn a_fare_that_somebody_else_completed_is_announced_and_not_undone() {
    with_stack(async |world| {
        let fare = fare("_fail_auth");
        world.decide(&fare, FareStatus::Completed).await;
        let ended = world.collect(&fare).await;
        assert!(ended.succeeded);
        let path = [
            "BeginSaga",
            "RegisterFare",
            "ChargeFare",
            "SetFareStatusFailed",
            "WhatMayHaveRun",
            "NotifySuccess",
            "FareProcessingSucceeded",
        ];
        assert_eq!(ended.states(), path);
        assert_eq!(world.truth(&fare).await.fare, Some(FareStatus::Completed));
    });
}
