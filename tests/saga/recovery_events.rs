//! What recovery makes of an event, whatever it says or leaves out.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::observe::Queue;
use fare_values::{FareStatus, PaymentStatus};
use serde_json::{Value, json};

use crate::harness::{Test, test};
use crate::recovered::{
    TO_ATTENTION, aborted, assert_announced, assert_kept, assert_taken_back, assert_undone, event, only_notice,
    recovered_execution,
};
use crate::stopped::Stopped;
use crate::world::{Fare, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(an_execution_that_was_stopped_at_once_leaves_a_fare_that_can_never_be_collected),
    test!(an_execution_that_was_stopped_before_it_announced_a_collected_fare_has_it_announced),
    test!(an_execution_that_was_stopped_when_all_was_undone_has_that_announced),
    test!(an_execution_that_was_stopped_while_it_was_rejected_has_that_announced),
    test!(a_failure_without_an_error_is_recovered),
    test!(a_stop_that_only_calls_itself_a_clean_failure_is_recovered),
    test!(what_an_event_withholds_is_read_from_the_execution),
    test!(what_recovery_cannot_judge_is_left_to_a_person_with_one_message),
];

fn an_execution_that_was_stopped_at_once_leaves_a_fare_that_can_never_be_collected() {
    with_stack(async |world| {
        let fare = fare("");
        let event = aborted(world, &fare);
        assert_undone(&world.recover(&event).await);
        let stopped = Stopped { fare, arn: recovered_execution(&event) };
        assert_taken_back(world, &stopped, 0).await;
        assert!(!world.collect(&stopped.fare).await.succeeded);
        assert_eq!(world.truth(&stopped.fare).await.money(), (0, 0, 0));
    });
}

fn an_execution_that_was_stopped_before_it_announced_a_collected_fare_has_it_announced() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        let event = aborted(world, &fare);
        assert_announced(&world.recover(&event).await);
        assert_kept(world, &fare, &recovered_execution(&event)).await;
    });
}

fn an_execution_that_was_stopped_when_all_was_undone_has_that_announced() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        assert!(!world.collect(&fare).await.succeeded);
        let before = world.truth(&fare).await;
        let event = aborted(world, &fare);
        assert_undone(&world.recover(&event).await);
        assert_eq!(world.truth(&fare).await, before);
        assert_taken_back(world, &Stopped { fare, arn: recovered_execution(&event) }, 2000).await;
    });
}

fn an_execution_that_was_stopped_while_it_was_rejected_has_that_announced() {
    with_stack(async |world| {
        let standing = fare("");
        assert!(world.collect(&standing).await.succeeded);
        let before = world.truth(&standing).await;
        for (rejected, error) in [
            (fare("").with("cc", json!("4242424242424242")), "CardDataNotAccepted"),
            (fare("").with("fareAmount", json!("$0.00")), "InvalidFare"),
            (standing.clone().with("fareAmount", json!("$30.00")), "FareConflict"),
        ] {
            let event = aborted(world, &rejected);
            let recovery = world.recover(&event).await;
            let path = [
                "WasItSettled",
                "BeginRecovery",
                "SetFareStatusFailed",
                "RejectFare",
                "NotifyFailure",
                "FareRecovered",
            ];
            assert_eq!((recovery.status.clone(), recovery.states()), (ExecutionStatus::Succeeded, path.to_vec()));
            let notice = only_notice(world, &recovered_execution(&event)).await;
            assert_eq!((notice.queue, notice.text("error")), (Queue::Failure, Some(error)));
            assert_eq!((notice.text("fareStatus"), &notice.content["fareId"]), (Some("rejected"), &Value::Null));
            assert!(!notice.body.contains("4242424242424242"), "{}", notice.body);
        }
        assert_eq!(world.truth(&standing).await, before);
    });
}

fn a_failure_without_an_error_is_recovered() {
    with_stack(async |world| {
        for absent in [false, true] {
            let fare = fare("");
            world.decide(&fare, FareStatus::Registered).await;
            let mut event = event(world, &fare.id, "FAILED", None, &fare.input);
            if absent {
                event["detail"].as_object_mut().expect("it has details").remove("error");
            }
            assert_undone(&world.recover(&event).await);
            assert_eq!(world.truth(&fare).await.payment, Some(PaymentStatus::Cancelled));
            assert_taken_back(world, &Stopped { fare, arn: recovered_execution(&event) }, 0).await;
        }
    });
}

fn a_stop_that_only_calls_itself_a_clean_failure_is_recovered() {
    with_stack(async |world| {
        let fare = fare("");
        world.decide(&fare, FareStatus::Registered).await;
        let event = event(world, &fare.id, "ABORTED", Some("FareProcessingFailed"), &fare.input);
        assert_undone(&world.recover(&event).await);
        assert_taken_back(world, &Stopped { fare, arn: recovered_execution(&event) }, 0).await;
    });
}

/// As it is where a customer-managed key encrypts executions.
fn what_an_event_withholds_is_read_from_the_execution() {
    with_stack(async |world| {
        let withheld = |fare: &Fare, status: &str| {
            let mut event = event(world, &fare.id, status, None, &fare.input);
            event["detail"]["input"] = Value::Null;
            event["detail"]["inputDetails"] = json!({"included": false});
            event
        };
        let read = ["WasItSettled", "ReadExecution", "WasItSettledByItsOwnAccount"];

        let declined = fare("_fail_auth");
        assert!(!world.collect(&declined).await.succeeded);
        let passed_over = world.recover(&withheld(&declined, "FAILED")).await;
        assert_eq!(passed_over.states(), [read.as_slice(), &["FareWasSettled"]].concat());
        assert_eq!(passed_over.status, ExecutionStatus::Succeeded);

        let collected = fare("");
        assert!(world.collect(&collected).await.succeeded);
        let announced = world.recover(&withheld(&collected, "ABORTED")).await;
        let rest = ["BeginRecoveryAsRead", "SetFareStatusFailed", "WasItCompleted", "NotifySuccess", "FareRecovered"];
        assert_eq!(announced.states(), [read.as_slice(), &rest].concat());
        assert_eq!(world.truth(&collected).await.money(), (0, 2000, 0));
    });
}

fn what_recovery_cannot_judge_is_left_to_a_person_with_one_message() {
    with_stack(async |world| {
        let undecided = |fare: &Fare| event(world, &fare.id, "FAILED", Some("FareUndecided"), &fare.input);
        let with_input = |fare: &Fare, input: Option<Value>| {
            let mut event = event(world, &fare.id, "TIMED_OUT", None, &fare.input);
            event["detail"]["inputDetails"] = json!({"included": false});
            let detail = event["detail"].as_object_mut().expect("it has details");
            detail.remove("input");
            detail.extend(input.map(|input| ("input".to_owned(), input)));
            event
        };
        let fares = [fare(""), fare(""), fare("")];
        let events = [
            (undecided(&fares[0]), ["FareWasUndecided"].as_slice(), "FareUndecided"),
            // There is no execution of that name to ask.
            (with_input(&fares[1], None), &["ReadExecution", "InputNotKnown"], "FareInputNotKnown"),
            (with_input(&fares[2], Some(Value::Null)), &["ReadExecution", "InputNotKnown"], "FareInputNotKnown"),
        ];
        for (fare, (event, states, error)) in fares.iter().zip(&events) {
            // EventBridge may deliver an event twice.
            for recovery in futures::future::join_all([world.recover(event), world.recover(event)]).await {
                assert_eq!(recovery.error.as_deref(), Some("FareNeedsAttention"));
                assert_eq!(recovery.states(), [&["WasItSettled"], *states, TO_ATTENTION.as_slice()].concat());
            }
            let notice = only_notice(world, &recovered_execution(event)).await;
            assert_eq!((notice.queue, notice.content["failure"]["Error"].as_str()), (Queue::Attention, Some(*error)));
            assert_eq!(notice.text("status"), event["detail"]["status"].as_str());
            assert!(!notice.body.contains("pm_card_visa"), "{}", notice.body);
            assert_eq!(world.truth(fare).await.fare, None);
        }
    });
}
