//! Events of executions that ended badly, and what must be true of their fares when recovery has ended.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::ExecutionArn;
use fare_cli::observe::{Notice, Queue};
use fare_values::FareStatus;
use serde_json::{Value, json};

use crate::stopped::Stopped;
use crate::world::{Fare, Recovery, World};

/// How recovery ends that leaves a fare to a person.
pub(crate) const TO_ATTENTION: [&str; 2] = ["CallForAttention", "FareNeedsAttention"];

/// The event of an execution of this fare that ended so, as EventBridge would have sent it.
pub(crate) fn event(world: &World, name: &str, status: &str, error: Option<&str>, input: &Value) -> Value {
    let machine = &world.stack.outputs.state_machine_arn;
    json!({
        "version": "0",
        "id": format!("event-{name}"),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "detail": {
            "executionArn": ExecutionArn::of(machine, name).as_str(),
            "stateMachineArn": machine,
            "name": name,
            "status": status,
            "input": input.to_string(),
            "inputDetails": {"included": true},
            "output": null,
            "error": error,
            "cause": null,
        },
    })
}

/// The event of an execution of this fare, under another name than its real one, that was stopped.
pub(crate) fn aborted(world: &World, fare: &Fare) -> Value {
    event(world, &format!("{}_stopped", fare.id), "ABORTED", None, &fare.input)
}

pub(crate) fn recovered_execution(event: &Value) -> ExecutionArn {
    ExecutionArn::new(event["detail"]["executionArn"].as_str().expect("the event names it"))
}

/// The one notice of an execution that was recovered.
pub(crate) async fn only_notice(world: &World, execution: &ExecutionArn) -> Notice {
    let notices = world.notices(execution).await;
    assert_eq!(notices.len(), 1, "{execution}: {notices:?}");
    notices.into_iter().next().expect("there is one")
}

/// Asserts that the fare is failed, that all its money is back, and that this was announced once.
pub(crate) async fn assert_taken_back(world: &World, Stopped { fare, arn }: &Stopped, captured: i64) {
    let truth = world.truth(fare).await;
    assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, captured, captured), 0));
    let notice = only_notice(world, arn).await;
    assert_eq!((notice.queue, notice.text("outcome")), (Queue::Failure, Some("failure")));
    assert_eq!((notice.text("fareStatus"), notice.text("fareId")), (Some("failed"), Some(fare.id.as_str())));
    assert_eq!(notice.text("error"), Some("FareRecovered"));
}

/// Asserts that the fare is completed and its money kept, and that this was announced once.
pub(crate) async fn assert_kept(world: &World, fare: &Fare, execution: &ExecutionArn) {
    let truth = world.truth(fare).await;
    assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Completed), (0, 2000, 0), 2000));
    let notice = only_notice(world, execution).await;
    assert_eq!((notice.queue, notice.text("fareStatus")), (Queue::Success, Some("completed")));
    assert_eq!((notice.text("fareId"), notice.content["amount"].as_i64()), (Some(fare.id.as_str()), Some(2000)));
}

pub(crate) fn assert_undone(recovery: &Recovery) {
    let path = [
        "WasItSettled",
        "BeginRecovery",
        "SetFareStatusFailed",
        "WasItCompleted",
        "DebitCustomerAccount",
        "RefundFare",
        "NotifyFailure",
        "FareRecovered",
    ];
    assert_eq!((recovery.status.clone(), recovery.states()), (ExecutionStatus::Succeeded, path.to_vec()));
}

pub(crate) fn assert_announced(recovery: &Recovery) {
    let path =
        ["WasItSettled", "BeginRecovery", "SetFareStatusFailed", "WasItCompleted", "NotifySuccess", "FareRecovered"];
    assert_eq!((recovery.status.clone(), recovery.states()), (ExecutionStatus::Succeeded, path.to_vec()));
}
