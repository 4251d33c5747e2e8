//! Every execution has ended as the decision says (I5, I12), or was recovered; and everybody was told so, and nothing else
//! (I13).

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::Ended;
use fare_cli::observe::{Notice, Queue};
use serde_json::Value;

use super::{Divergence, Outcome, other};
use crate::settle::is_clean;
use crate::snapshot::{ExecutionSnapshot, FareSnapshot};

/// The error of a recovery that has left the fare to a person.
const NEEDS_ATTENTION: &str = "FareNeedsAttention";

pub(super) fn check(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences: Vec<Divergence> =
        fare.executions.iter().flat_map(|execution| check_one(fare, execution, outcome)).collect();
    let told = |queue: Queue, status: &str| {
        fare.executions.iter().flat_map(|execution| &execution.notices).any(|notice| {
            notice.queue == queue
                && notice.text("fareId") == Some(&fare.id)
                && notice.text("fareStatus") == Some(status)
        })
    };
    let was_told = match outcome {
        Outcome::Completed => told(Queue::Success, "completed"),
        Outcome::Failed => told(Queue::Failure, "failed"),
        Outcome::Attention | Outcome::Unsettled => true,
    };
    if !was_told {
        divergences.push(other("I13", "nobody was told how the fare ended".to_owned()));
    }
    divergences
}

fn check_one(fare: &FareSnapshot, execution: &ExecutionSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences = Vec::new();
    let mut say = |invariant, what: &str| divergences.push(other(invariant, format!("{}: {what}", execution.arn)));
    let own = execution.payload.is_some() && execution.payload == fare.standing();
    match &execution.ended {
        None => say("I5", "has not ended"),
        Some(ended) if is_clean(ended) => {
            let succeeded = ended.status == ExecutionStatus::Succeeded;
            if succeeded && !(own && outcome == Outcome::Completed) {
                say("I12", "succeeded though its fare was not collected");
            }
            if !succeeded && own && !was_taken_back(fare, outcome) {
                say("I12", "says that its fare was taken back, and it was not");
            }
        }
        Some(ended) => check_recovery(execution, ended, &mut say),
    }
    for recovery in &execution.recoveries {
        if recovery.ended.is_none() {
            say("I5", &format!("its recovery {} has not ended", recovery.arn));
        }
    }
    if execution.notices.is_empty() {
        say("I13", "nobody was told how it ended");
    }
    for notice in execution.notices.iter().filter(|notice| !is_right(notice, fare, own, outcome)) {
        say("I13", &format!("a wrong notice: {}", notice.body));
    }
    divergences
}

fn check_recovery(execution: &ExecutionSnapshot, ended: &Ended, say: &mut impl FnMut(&'static str, &str)) {
    let how = format!("{} with {}", ended.status, ended.error.as_deref().unwrap_or("no error"));
    if execution.recoveries.is_empty() {
        say("I5", &format!("ended {how} and was not recovered"));
    }
    for recovery in &execution.recoveries {
        let Some(ended) = &recovery.ended else { continue };
        let called = ended.error.as_deref() == Some(NEEDS_ATTENTION) && execution.attention() > 0;
        if ended.status != ExecutionStatus::Succeeded && !called {
            say("I5", &format!("ended {how}, and its recovery {} failed: {:?}", recovery.arn, ended.error));
        }
    }
}

/// Whether the fare is taken back, or was until its refund failed.
fn was_taken_back(fare: &FareSnapshot, outcome: Outcome) -> bool {
    outcome == Outcome::Failed || (outcome == Outcome::Attention && fare.refund_failed_since())
}

/// Whether a notice tells the truth about the fare and the execution in whose name it was sent. A rejection names no fare.
fn is_right(notice: &Notice, fare: &FareSnapshot, own: bool, outcome: Outcome) -> bool {
    let status = notice.text("fareStatus");
    let named = notice.text("fareId") == Some(&fare.id);
    match notice.queue {
        Queue::Success => {
            let record = fare.fare.as_ref();
            let amount = notice.content.get("amount").and_then(Value::as_i64);
            let same = record.is_some_and(|record| {
                (amount, notice.text("currency"), notice.text("customerId"))
                    == (record.amount, record.currency.as_deref(), record.customer_id.as_deref())
            });
            own && named && same && outcome == Outcome::Completed && status == Some("completed")
        }
        Queue::Failure if status == Some("rejected") => !own && notice.content.get("fareId") == Some(&Value::Null),
        // Whether there should be such a message, the fare's outcome decides.
        Queue::Attention => own,
        Queue::Failure => own && named && was_taken_back(fare, outcome) && status == Some("failed"),
    }
}
