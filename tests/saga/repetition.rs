//! The same fare more than once.

use fare_values::FareStatus;
use serde_json::json;

use crate::harness::{Test, test};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_fare_that_is_started_twice_under_its_id_is_one_execution),
    test!(twin_executions_of_one_fare_charge_and_credit_it_once),
    test!(twin_executions_of_a_failing_fare_give_its_money_back_once),
    test!(a_collected_fare_sent_again_is_answered_the_same_and_changes_nothing),
    test!(a_failed_fare_sent_again_stays_failed_and_is_told_to_take_a_new_id),
    test!(another_payload_under_a_standing_id_is_refused_and_harms_nothing),
];

fn a_fare_that_is_started_twice_under_its_id_is_one_execution() {
    with_stack(async |world| {
        let fare = fare("");
        let first = world.start(&fare.id, &fare.input).await;
        let second = world.start(&fare.id, &fare.input).await;
        assert_eq!(first, second);
        assert!(world.ended(first).await.succeeded);
        assert_eq!(world.truth(&fare).await.money(), (0, 2000, 0));
    });
}

fn twin_executions_of_one_fare_charge_and_credit_it_once() {
    with_stack(async |world| {
        let fare = fare("");
        let names = (0..6).map(|twin| format!("{}_{twin}", fare.id)).collect::<Vec<_>>();
        let started = futures::future::join_all(names.iter().map(|name| world.start(name, &fare.input))).await;
        for ended in futures::future::join_all(started.into_iter().map(|arn| world.ended(arn))).await {
            assert!(ended.succeeded, "{:?}", ended.notice);
        }
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Completed), (0, 2000, 0), 2000));
        assert_eq!(truth.holdings.intents, 1);
    });
}

fn twin_executions_of_a_failing_fare_give_its_money_back_once() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        let names = (0..4).map(|twin| format!("{}_{twin}", fare.id)).collect::<Vec<_>>();
        let started = futures::future::join_all(names.iter().map(|name| world.start(name, &fare.input))).await;
        for ended in futures::future::join_all(started.into_iter().map(|arn| world.ended(arn))).await {
            assert!(!ended.succeeded);
        }
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.balance()), (Some(FareStatus::Failed), 0));
        let (held, captured, refunded) = truth.money();
        assert_eq!((held, captured - refunded), (0, 0), "{truth:?}");
        assert!(truth.holdings.intents <= 1);
    });
}

fn a_collected_fare_sent_again_is_answered_the_same_and_changes_nothing() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        let before = world.truth(&fare).await;
        let again = world.start(&format!("{}_again", fare.id), &fare.input).await;
        assert!(world.ended(again).await.succeeded);
        assert_eq!(world.truth(&fare).await, before);
    });
}

fn a_failed_fare_sent_again_stays_failed_and_is_told_to_take_a_new_id() {
    with_stack(async |world| {
        let fare = fare("_fail_auth");
        assert!(!world.collect(&fare).await.succeeded);
        let before = world.truth(&fare).await;
        let again = world.start(&format!("{}_again", fare.id), &fare.input).await;
        let ended = world.ended(again).await;
        assert_eq!(ended.error(), "FareCancelled");
        assert!(ended.cause().contains(&format!("{}-2", fare.id)), "{}", ended.cause());
        let after = world.truth(&fare).await;
        assert_eq!((after.fare, after.holdings, after.balances), (before.fare, before.holdings, before.balances));
    });
}

fn another_payload_under_a_standing_id_is_refused_and_harms_nothing() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        let before = world.truth(&fare).await;
        let others = [("fareAmount", json!("$30.00")), ("paymentMethod", json!("pm_card_amex"))];
        for (number, (field, value)) in (0..).zip(others) {
            let other = fare.clone().with(field, value);
            let arn = world.start(&format!("{}_other_{number}", fare.id), &other.input).await;
            let ended = world.ended(arn).await;
            assert_eq!(ended.error(), "FareConflict");
            assert_eq!(ended.notice.text("fareStatus"), Some("rejected"));
            assert_eq!(world.truth(&fare).await, before);
        }
    });
}
