//! Executions that were stopped at a given state.
//!
//! The task that runs meanwhile goes on, on some engines also when the execution is stopped already; only the next state is
//! not entered any more. So a stop may leave a zombie, whose effect lands while recovery is at work.

use std::time::Duration;

use fare_cli::execution::{self, ExecutionArn};
use fare_values::FareStatus;
use serde_json::json;
use tokio::time::sleep;

use crate::engine::is_garbled_by_a_stop;
use crate::gate::Gate;
use crate::world::{Fare, World, engine, fare};

const POLL: Duration = Duration::from_millis(10);
/// A stop may come too late on a busy machine; then another fare is tried.
const TRIES: u32 = 10;
/// The gateway captures, and for two seconds nobody hears of it.
const LATE: &str = "pm_sim_capture_answer_late_2";

/// The states that an execution can be stopped at, with what was captured by then.
pub(crate) const STOPS: [(&str, i64); 8] = [
    ("BeginSaga", 0),
    ("RegisterFare", 0),
    ("ChargeFare", 2000),
    ("CreditCustomerAccount", 2000),
    ("SetFareStatusCompleted", 2000),
    ("SetFareStatusFailed", 2000),
    ("DebitCustomerAccount", 2000),
    ("RefundFare", 2000),
];

/// An execution that was stopped, and its fare.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) fare: Fare,
    pub(crate) arn: ExecutionArn,
}

/// Stops an execution in this state. What held it there is gone when this returns, and recovery is on its way.
pub(crate) async fn stopped_at(world: &World, state: &str) -> Stopped {
    let mut missed = Vec::new();
    for _ in 0..TRIES {
        let stopped = stop(world, state).await;
        let path = match execution::path(&world.stack, &stopped.arn).await {
            Err(error) if is_garbled_by_a_stop(engine(), &error) => {
                missed.push(error.in_full());
                continue;
            }
            path => path.expect("the history can be read"),
        };
        let last = path.last().map_or("BeginSaga", |visit| visit.state.as_str());
        if last == state {
            return stopped;
        }
        missed.push(format!("stopped at {last}"));
    }
    panic!("no execution could be stopped at {state}: {missed:?}")
}

async fn stop(world: &World, state: &str) -> Stopped {
    match state {
        "BeginSaga" => {
            let fare = fare("");
            let arn = world.start(&fare.id, &fare.input).await;
            stop_now(world, fare, arn, []).await
        }
        "RegisterFare" => {
            let fare = fare("");
            let gate = Gate::before_decision(world, &fare).await;
            let arn = entered(world, &fare, state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        "ChargeFare" => {
            let (fare, arn) = captured_unheard(world, "").await;
            stop_now(world, fare, arn, []).await
        }
        "CreditCustomerAccount" => {
            let fare = fare("");
            let gate = Gate::before_ledger(world, &fare).await;
            let arn = entered(world, &fare, state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        "SetFareStatusCompleted" => {
            let (fare, arn, gate) = undecidable(world, "", state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        "SetFareStatusFailed" => {
            let (fare, arn, gate) = undecidable(world, "_fail_credit", state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        "DebitCustomerAccount" => {
            let (fare, arn, decision) = undecidable(world, "", "SetFareStatusCompleted").await;
            let gate = Gate::before_ledger(world, &fare).await;
            decision.open_as(world, FareStatus::Failed).await;
            let arn = until_entered(world, arn, state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        "RefundFare" => {
            let (fare, arn, decision) = undecidable(world, "", "SetFareStatusCompleted").await;
            let gate = Gate::before_payment(world, &fare).await;
            decision.open_as(world, FareStatus::Failed).await;
            let arn = until_entered(world, arn, state).await;
            stop_now(world, fare, arn, [gate]).await
        }
        other => panic!("nothing is known of how to stop at {other}"),
    }
}

/// Stops an execution at the undo of a credit that could never be made: the fare is charged and decided failed.
pub(crate) async fn stopped_before_refund(world: &World, payment_method: &str) -> Stopped {
    let fare = fare("").with("paymentMethod", json!(payment_method));
    let gate = Gate::before_ledger(world, &fare).await;
    let arn = entered(world, &fare, "DebitCustomerAccount").await;
    stop_now(world, fare, arn, [gate]).await
}

/// Stops an execution that has not heard that its fare was decided completed, which recovery leaves as it is.
pub(crate) async fn stopped_unheard(world: &World) -> Stopped {
    let (fare, arn, decision) = undecidable(world, "", "SetFareStatusCompleted").await;
    let stopped = stop_now(world, fare, arn, []).await;
    decision.open_as(world, FareStatus::Completed).await;
    stopped
}

/// Starts an execution whose charge is captured, which nobody but the gateway knows for the next two seconds.
pub(crate) async fn captured_unheard(world: &World, trigger: &str) -> (Fare, ExecutionArn) {
    let fare = fare(trigger).with("paymentMethod", json!(LATE));
    let arn = world.start(&fare.id, &fare.input).await;
    while !world.gateway_log(&fare).await.iter().any(|entry| entry.effect == "captured") {
        assert!(
            execution::ended(&world.stack, &arn).await.expect("it can be asked").is_none(),
            "{arn} captures nothing"
        );
        sleep(POLL).await;
    }
    (fare, arn)
}

/// Starts an execution that comes as far as a decision, `state`, and cannot make it.
async fn undecidable(world: &World, trigger: &str, state: &str) -> (Fare, ExecutionArn, Gate) {
    let (fare, arn) = captured_unheard(world, trigger).await;
    let gate = Gate::before_decision(world, &fare).await;
    let arn = until_entered(world, arn, state).await;
    (fare, arn, gate)
}

async fn entered(world: &World, fare: &Fare, state: &str) -> ExecutionArn {
    let arn = world.start(&fare.id, &fare.input).await;
    until_entered(world, arn, state).await
}

async fn until_entered(world: &World, arn: ExecutionArn, state: &str) -> ExecutionArn {
    loop {
        let path = execution::path(&world.stack, &arn).await.expect("the history can be read");
        let ended = execution::ended(&world.stack, &arn).await.expect("it can be asked");
        if path.iter().any(|visit| visit.state == state) {
            return arn;
        }
        assert!(ended.is_none(), "{arn} never enters {state}: {path:?}");
        sleep(POLL).await;
    }
}

async fn stop_now<const N: usize>(world: &World, fare: Fare, arn: ExecutionArn, gates: [Gate; N]) -> Stopped {
    execution::stop(&world.stack, &arn, "stopped by a test").await.expect("it can be stopped");
    for gate in gates {
        gate.open(world).await;
    }
    Stopped { fare, arn }
}
