//! The deployed state machine with something changed for a moment, to see what would otherwise take a week or a mistake.
//!
//! An execution keeps the definition that it was started with (AWS Step Functions API Reference, `UpdateStateMachine`), so
//! the deployed one is back as soon as all are started. These tests run alone, since others would start theirs meanwhile.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{self, ExecutionArn};
use fare_cli::observe::Queue;
use fare_values::FareStatus;
use futures::FutureExt;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::engine::catches_runtime_errors;
use crate::gate::Gate;
use crate::harness::{Test, test};
use crate::recovered::{assert_taken_back, assert_undone, only_notice};
use crate::stopped::Stopped;
use crate::world::{World, engine, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(an_execution_that_runs_out_of_time_is_recovered, TopLevelTimeout),
    test!(a_charge_whose_result_lacks_what_a_path_asks_for_is_an_error_and_taken_back, StrictPaths),
    test!(a_notice_reaches_the_queue_of_its_outcome_and_no_other),
];

const LIMIT: Duration = Duration::from_secs(60);

/// As it was before any of these tests.
static DEPLOYED: OnceCell<Value> = OnceCell::const_new();

/// Starts executions while the machine is altered.
async fn with_machine<T>(world: &World, alter: impl FnOnce(&mut Value), start: impl AsyncFnOnce() -> T) -> T {
    let deployed = DEPLOYED.get_or_init(async || definition(world).await).await;
    let mut altered = deployed.clone();
    alter(&mut altered);
    define(world, &altered).await;
    let started = AssertUnwindSafe(start()).catch_unwind().await;
    define(world, deployed).await;
    started.unwrap_or_else(|panic| resume_unwind(panic))
}

async fn definition(world: &World) -> Value {
    let machine = &world.stack.outputs.state_machine_arn;
    let described = world.clients().sfn.describe_state_machine().state_machine_arn(machine).send().await;
    serde_json::from_str(described.expect("the machine is there").definition()).expect("JSON")
}

async fn define(world: &World, definition: &Value) {
    let machine = &world.stack.outputs.state_machine_arn;
    let request = world.clients().sfn.update_state_machine().state_machine_arn(machine);
    request.definition(definition.to_string()).send().await.map(drop).expect("the definition is valid");
}

fn an_execution_that_runs_out_of_time_is_recovered() {
    with_stack(async |world| {
        let fare = fare("");
        let gate = Gate::before_ledger(world, &fare).await;
        let brief = |definition: &mut Value| definition["TimeoutSeconds"] = json!(20);
        let arn = with_machine(world, brief, async || world.start(&fare.id, &fare.input).await).await;
        let ended = execution::wait(&world.stack, &arn, LIMIT).await.expect("it ends");
        assert_eq!(ended.status, ExecutionStatus::TimedOut);
        gate.open(world).await;
        assert_undone(&world.recovery_of(&arn).await);
        assert_taken_back(world, &Stopped { fare, arn }, 2000).await;
    });
}

fn a_charge_whose_result_lacks_what_a_path_asks_for_is_an_error_and_taken_back() {
    with_stack(async |world| {
        let fare = fare("");
        let mistaken = |definition: &mut Value| {
            definition["States"]["ChargeFare"]["ResultSelector"]["paymentId.$"] = json!("$.Payload.payment");
        };
        let arn = with_machine(world, mistaken, async || world.start(&fare.id, &fare.input).await).await;
        let ended = execution::wait(&world.stack, &arn, LIMIT).await.expect("it ends");
        let notice = only_notice(world, &arn).await;
        let (of_execution, of_notice) = if catches_runtime_errors(engine()) {
            ("FareProcessingFailed", "States.Runtime")
        } else {
            ("States.Runtime", "FareRecovered")
        };
        assert_eq!((ended.status, ended.error.as_deref()), (ExecutionStatus::Failed, Some(of_execution)));
        assert_eq!(notice.text("error"), Some(of_notice));
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, 2000, 2000), 0));
        assert_eq!((notice.queue, notice.text("fareStatus")), (Queue::Failure, Some("failed")));
    });
}

fn a_notice_reaches_the_queue_of_its_outcome_and_no_other() {
    with_stack(async |world| {
        // Those that arrive are published last.
        let cases = [
            (json!({}), None),
            (json!({"outcome": null}), None),
            (json!({"outcome": true}), None),
            (json!({"outcome": "Success"}), None),
            (json!({"outcome": "successful"}), None),
            (json!({"outcome": {"success": "failure"}}), None),
            (json!({"notice": {"outcome": "failure"}}), None),
            (json!({"outcome": "success", "reason": "failure"}), Some(Queue::Success)),
            (json!({"outcome": "failure", "reason": "success"}), Some(Queue::Failure)),
        ];
        let publish = |definition: &mut Value| {
            let mut notify = definition["States"]["NotifySuccess"].take();
            notify["Parameters"]["Message.$"] = json!("$");
            notify["Parameters"].as_object_mut().expect("it has parameters").remove("Message");
            notify["End"] = json!(true);
            notify.as_object_mut().expect("it is a state").remove("Next");
            *definition = json!({"StartAt": "NotifySuccess", "States": {"NotifySuccess": notify}});
        };
        let mut published = Vec::new();
        with_machine(world, publish, async || {
            for (mut body, queue) in cases {
                // The mailbox sorts notices by the execution that they speak of.
                let name = fare("").id;
                body["execution"] = json!(name);
                let arn = world.start(&name, &body).await;
                let ended = execution::wait(&world.stack, &arn, LIMIT).await.expect("it ends");
                assert_eq!(ended.status, ExecutionStatus::Succeeded, "{body}");
                published.push((ExecutionArn::new(name), body, queue));
            }
        })
        .await;
        for (name, ..) in published.iter().filter(|(.., queue)| queue.is_some()) {
            world.notices(name).await;
        }
        world.mailbox.settle().await.expect("the queues can be read");
        for (name, body, queue) in published {
            let found = world.mailbox.taken(&name).await.into_iter().map(|notice| (notice.queue, notice.content));
            assert_eq!(found.collect::<Vec<_>>(), Vec::from_iter(queue.map(|queue| (queue, body))), "{name}");
        }
    });
}
