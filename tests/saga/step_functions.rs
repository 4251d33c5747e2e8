//! What Step Functions promises and not every engine keeps: starts, histories, timeouts, paths.

use aws_sdk_sfn::types::HistoryEventType as Event;
use serde_json::{Value, json};

use crate::harness::{Test, test};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_name_that_runs_already_is_the_same_execution_for_the_same_input_only, IdempotentStart),
    test!(the_history_tells_each_retry_and_each_catch, FullHistory),
];

fn a_name_that_runs_already_is_the_same_execution_for_the_same_input_only() {
    with_stack(async |world| {
        // The gateway's late answer keeps it running for a while.
        let fare = fare("_timeout_charge");
        let start = |input: Value| {
            let request =
                world.clients().sfn.start_execution().state_machine_arn(&world.stack.outputs.state_machine_arn);
            request.name(&fare.id).input(input.to_string()).send()
        };
        let first = start(fare.input.clone()).await.expect("it starts");
        let second = start(fare.input.clone()).await.expect("it is started already");
        assert_eq!(first.execution_arn(), second.execution_arn());
        let other = start(fare.clone().with("fareAmount", json!("$30.00")).input).await;
        let refused = other.expect_err("the name is taken");
        assert!(refused.as_service_error().is_some_and(|error| error.is_execution_already_exists()), "{refused:?}");
        assert!(world.ended(fare_cli::execution::ExecutionArn::new(first.execution_arn())).await.succeeded);
        assert_eq!(world.truth(&fare).await.money(), (0, 2000, 0));
    });
}

fn the_history_tells_each_retry_and_each_catch() {
    with_stack(async |world| {
        let fare = fare("_fail_refund");
        let ended = world.collect(&fare).await;
        let request = world.clients().sfn.get_execution_history().execution_arn(ended.arn.as_str());
        let events = request.send().await.expect("the history can be read").events;
        for (event, id) in events.iter().zip(1_i64..) {
            assert_eq!(event.id(), id, "{event:?}");
            assert!(event.previous_event_id() < id, "{event:?}");
        }

        // From the state's entry to its exit, with the error of each failed attempt.
        let within = |state: &str| {
            let mut seen = Vec::new();
            let mut inside = false;
            for event in &events {
                inside |= event.state_entered_event_details().is_some_and(|entered| entered.name() == state);
                if inside {
                    let error = event.task_failed_event_details().and_then(|failed| failed.error());
                    seen.push((event.r#type().clone(), error));
                    if event.state_exited_event_details().is_some() {
                        return seen;
                    }
                }
            }
            panic!("{state} was not entered and left: {events:?}")
        };
        let attempt = |outcome: Event, error: Option<&'static str>| {
            [(Event::TaskScheduled, None), (Event::TaskStarted, None), (outcome, error)]
        };
        let state = |attempts: Vec<_>| {
            [vec![(Event::TaskStateEntered, None)], attempts, vec![(Event::TaskStateExited, None)]].concat()
        };

        let caught = attempt(Event::TaskFailed, Some("AccountCreditException"));
        assert_eq!(within("CreditCustomerAccount"), state(caught.to_vec()));
        let failed = attempt(Event::TaskFailed, Some("PaymentOutcomeUnknown"));
        let retried = [failed, attempt(Event::TaskSucceeded, None)].concat();
        assert_eq!(within("RefundFare"), state(retried));

        let started = events.first().and_then(|event| event.execution_started_event_details());
        let input: Value = serde_json::from_str(started.and_then(|it| it.input()).expect("an input")).expect("JSON");
        assert_eq!(input, fare.input);
        let last = events.last().and_then(|event| event.execution_failed_event_details()).expect("it failed");
        assert_eq!(last.error(), Some("FareProcessingFailed"));
    });
}
