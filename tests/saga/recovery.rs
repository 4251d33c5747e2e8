//! What becomes of a fare whose execution was stopped.

use std::collections::BTreeSet;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution;
use fare_cli::observe::Queue;
use fare_values::FareStatus;
use serde_json::Value;

use crate::harness::{Test, test};
use crate::recovered::{TO_ATTENTION, assert_announced, assert_kept, assert_taken_back, assert_undone, only_notice};
use crate::stopped::{STOPS, Stopped, captured_unheard, stopped_at, stopped_before_refund};
use crate::world::{World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(every_state_of_the_machine_is_stopped_at_or_passed),
    test!(wherever_an_execution_is_stopped_its_money_comes_back),
    test!(an_execution_that_is_stopped_before_its_first_task_leaves_nothing_to_give_back, SlowBeginning),
    test!(a_clean_failure_is_passed_over_in_one_step_and_a_success_not_looked_at),
    test!(recovery_beside_a_twin_settles_the_fare_once_and_says_the_same_of_both),
    test!(a_refund_that_fails_for_ever_is_one_message_for_attention_and_settled_when_it_works_again, ScaledWaits),
];

/// Where an execution can be stopped on few engines only; `recovery_events` has the event of one that was.
const FIRST: &str = "BeginSaga";
const DEFINITION: &str = include_str!("../../statemachine/fare-collection.asl.json");
/// States that an execution cannot be held in, since they end at once; `recovery_events` gives recovery the event of one
/// that was stopped there. `FareProcessingSucceeded` is not among them, because nobody can stop what has succeeded.
const PASSED: [&str; 8] = [
    "WhatMayHaveRun",
    "WasAnythingDone",
    "RejectFare",
    "NotifySuccess",
    "NotifyFailure",
    "FareUndecided",
    "FareProcessingFailed",
    "FareProcessingSucceeded",
];

fn every_state_of_the_machine_is_stopped_at_or_passed() {
    let definition: Value = serde_json::from_str(DEFINITION).expect("the definition is JSON");
    let states: BTreeSet<_> =
        definition["States"].as_object().expect("it has states").keys().map(String::as_str).collect();
    let covered: BTreeSet<_> = STOPS.iter().map(|(state, _)| *state).chain(PASSED).collect();
    assert_eq!(covered, states);
}

fn wherever_an_execution_is_stopped_its_money_comes_back() {
    with_stack(async |world| {
        futures::future::join_all(
            STOPS
                .into_iter()
                .filter(|(state, _)| *state != FIRST)
                .map(|(state, captured)| stop(world, state, captured)),
        )
        .await;
    });
}

fn an_execution_that_is_stopped_before_its_first_task_leaves_nothing_to_give_back() {
    with_stack(async |world| stop(world, FIRST, 0).await);
}

/// Stops an execution in this state, when so much is captured, and asserts that recovery makes it good.
async fn stop(world: &World, state: &str, captured: i64) {
    let stopped = stopped_at(world, state).await;
    let recovery = world.recovery_of(&stopped.arn).await;
    // The zombie's decision and recovery's race; whichever is first is the fare's.
    if state == "SetFareStatusCompleted" && recovery.states().contains(&"NotifySuccess") {
        assert_announced(&recovery);
        assert_kept(world, &stopped.fare, &stopped.arn).await;
    } else {
        assert_undone(&recovery);
        assert_taken_back(world, &stopped, captured).await;
    }
}

fn a_clean_failure_is_passed_over_in_one_step_and_a_success_not_looked_at() {
    with_stack(async |world| {
        let (succeeding, failing) = (fare(""), fare("_fail_auth"));
        let succeeded = world.collect(&succeeding).await;
        let failed = world.collect(&failing).await;
        let recovery = world.recovery_of(&failed.arn).await;
        assert_eq!(recovery.status, ExecutionStatus::Succeeded);
        assert_eq!(recovery.states(), ["WasItSettled", "FareWasSettled"]);
        assert_eq!(only_notice(world, &failed.arn).await, failed.notice);
        // Events come in the order of what they tell of.
        assert_eq!(world.recoveries_of(&succeeded.arn).await, []);
    });
}

fn recovery_beside_a_twin_settles_the_fare_once_and_says_the_same_of_both() {
    with_stack(async |world| {
        let (fare, arn) = captured_unheard(world, "").await;
        let twin = world.start(&format!("{}_twin", fare.id), &fare.input).await;
        execution::stop(&world.stack, &arn, "stopped by a test").await.expect("it can be stopped");
        let (recovery, twin) = futures::join!(world.recovery_of(&arn), world.ended(twin));
        if twin.succeeded {
            assert_announced(&recovery);
            assert_kept(world, &fare, &arn).await;
        } else {
            assert_undone(&recovery);
            assert_taken_back(world, &Stopped { fare, arn }, 2000).await;
        }
    });
}

fn a_refund_that_fails_for_ever_is_one_message_for_attention_and_settled_when_it_works_again() {
    with_stack(async |world| {
        // Longer than the 61 attempts of one recovery, and not much.
        let stopped = stopped_before_refund(world, "pm_sim_refund_unauthorised_64").await;
        let recovery = world.recovery_of(&stopped.arn).await;
        assert_eq!(recovery.error.as_deref(), Some("FareNeedsAttention"));
        assert_eq!(recovery.states()[4..], [["DebitCustomerAccount", "RefundFare"], TO_ATTENTION].concat());
        let notice = only_notice(world, &stopped.arn).await;
        assert_eq!(notice.queue, Queue::Attention);
        assert_eq!(notice.text("recovery"), Some(recovery.arn.as_str()));
        assert_eq!(notice.content["failure"]["Error"], "PaymentGatewayUnavailable");
        let truth = world.truth(&stopped.fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, 2000, 0), 0));

        let event = execution::input_of(&world.stack, &recovery.arn).await.expect("it can be asked");
        assert_undone(&world.recover(&event.expect("it was given an event")).await);
        assert_eq!(world.truth(&stopped.fare).await.money(), (0, 2000, 2000));
        world.mailbox.settle().await.expect("the queues can be read");
        let notices = world.notices(&stopped.arn).await;
        assert_eq!(notices.iter().map(|notice| notice.queue).collect::<Vec<_>>(), [Queue::Attention, Queue::Failure]);
    });
}
