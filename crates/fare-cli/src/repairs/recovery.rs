//! Whether a fare is to be recovered, and with which event.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::{FareRequest, Rejection};
use reconciliation::{Decision, Kind};
use serde_json::{Value, json};

use super::case::Case;
use super::undo::{Undo, undo};
use crate::execution::{Described, ExecutionArn, without_qualifier};

/// How long a fare is left to an execution that may be at work on it under another name, in milliseconds.
const PATIENCE: i64 = 30 * 60 * 1000;

/// Why a fare is not to be recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftAlone {
    /// Its execution is at work.
    Running,
    /// It is undecided and so young that an execution of another name may be at work on it.
    Young,
    /// It is settled.
    Settled,
    /// Its refund is on its way.
    Waiting,
    /// The books disagree in a way that recovery does not change. Each line says what a person
    /// has to do first, where recovery would leave money as it is.
    ByHand(Vec<String>),
    /// The functions would turn the fare away, so that recovery would settle nothing.
    Refused(Rejection),
}

/// Recovery as it would be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The execution that is recovered.
    pub execution: ExecutionArn,
    /// What it will do, each in one line.
    pub lines: Vec<String>,
    status: ExecutionStatus,
    /// What the execution was given, as text; `None` leaves it to the machine to read it.
    input: Option<String>,
}

impl Plan {
    /// The status event of the execution, as EventBridge would send it, under this id.
    ///
    /// It never has an `error`, as no event has of an execution that a customer-managed key encrypts: the machine then
    /// recovers, whatever the status is. With the error `FareProcessingFailed` it would pass the fare over, since that
    /// execution has undone all; but a fare that is recovered by hand has something left to undo, or its refund has come
    /// back since. With `FareUndecided` it would call for a person, and that is who has asked.
    #[must_use]
    pub fn event(&self, id: &str, state_machine_arn: &str) -> Value {
        let mut detail = json!({
            "executionArn": self.execution.as_str(),
            "stateMachineArn": without_qualifier(state_machine_arn),
            "name": self.execution.name(),
            "status": self.status.as_str(),
        });
        if let (Value::Object(detail), Some(input)) = (&mut detail, &self.input) {
            detail.insert("input".to_owned(), json!(input));
        }
        json!({
            "version": "0",
            "id": id,
            "detail-type": "Step Functions Execution Status Change",
            "source": "fare.recover",
            "detail": detail,
        })
    }
}

/// How this fare is to be recovered; with `force` also where nothing calls for it.
///
/// # Errors
/// [`LeftAlone`] says why it is not.
pub fn judge_recovery(case: &Case, force: bool) -> Result<Plan, LeftAlone> {
    let execution = case.execution.as_ref();
    if execution.is_some_and(Described::is_running) {
        return Err(LeftAlone::Running);
    }
    // Without a record and an execution nobody knows which fare it would be.
    if (!force || (execution.is_none() && case.request.is_none()))
        && let Some(why) = needless(case)
    {
        return Err(why);
    }
    let input = match &case.request {
        // The record is the fare; an execution of its name may have been turned away with another one.
        Some(request) => {
            let input = input_of(request);
            if let Err(rejection) = FareRequest::from_json(&input) {
                return Err(LeftAlone::Refused(rejection));
            }
            Some(input.to_string())
        }
        None => execution.and_then(|execution| execution.input.clone()),
    };
    Ok(Plan { execution: case.arn.clone(), lines: lines(case), status: status(execution), input })
}

/// Why recovery is not called for, if it is not.
fn needless(case: &Case) -> Option<LeftAlone> {
    let undo = match case.decision() {
        Some(Decision::Completed) => Undo::default(),
        Some(Decision::Undecided | Decision::Failed) | None => undo(&case.facts),
    };
    let unmended = || {
        if case.findings.is_empty() {
            LeftAlone::Settled
        } else if case.findings.iter().all(|(kind, _)| *kind == Kind::RefundPending) {
            LeftAlone::Waiting
        } else {
            LeftAlone::ByHand(undo.by_hand.clone())
        }
    };
    // Recovery would announce as taken back what stays taken, and its tombstone would hide that nothing was on record.
    let out_of_reach = || (!undo.by_hand.is_empty()).then(|| LeftAlone::ByHand(undo.by_hand.clone()));
    // It has decided, announced and gone: whatever the record says now, nobody's money is to be taken back for it.
    let succeeded = case.execution.as_ref().is_some_and(|execution| execution.status == ExecutionStatus::Succeeded);
    match case.decision() {
        Some(Decision::Undecided | Decision::Failed) if succeeded => Some(LeftAlone::ByHand(vec![
            "its execution has succeeded and announced the fare as collected, so restore the fare's record".to_owned(),
        ])),
        Some(Decision::Undecided) => {
            let registered_at = case.facts.fare.as_ref().and_then(|fare| fare.registered_at);
            let young = registered_at.is_some_and(|at| case.now.saturating_sub(at) < PATIENCE);
            if case.execution.is_none() && young { Some(LeftAlone::Young) } else { out_of_reach() }
        }
        Some(Decision::Completed) => Some(unmended()),
        Some(Decision::Failed) if undo.done.is_empty() => Some(unmended()),
        Some(Decision::Failed) => out_of_reach(),
        None if !case.facts.unreadable.is_empty() => Some(unmended()),
        // One that was turned away had no effect.
        None => {
            let over = |execution: &Described| {
                execution.status == ExecutionStatus::Succeeded || execution.failed_with("FareProcessingFailed")
            };
            if case.execution.as_ref().is_none_or(over) { Some(unmended()) } else { out_of_reach() }
        }
    }
}

/// The execution's true status where an event could have it. Of one that has succeeded, or is not known any more, there is
/// no such event: as failed, with no error, the machine leaves nothing to what it says.
fn status(execution: Option<&Described>) -> ExecutionStatus {
    match execution.map(|execution| &execution.status) {
        Some(ExecutionStatus::Aborted) => ExecutionStatus::Aborted,
        Some(ExecutionStatus::TimedOut) => ExecutionStatus::TimedOut,
        _ => ExecutionStatus::Failed,
    }
}

/// What a person would have sent for this fare.
fn input_of(request: &FareRequest) -> Value {
    let money = request.amount();
    json!({
        "fareId": request.fare_id().as_str(),
        "customerId": request.customer_id().as_str(),
        "fareAmount": {"amount": money.amount(), "currency": money.currency().code()},
        "paymentMethod": request.payment_method().as_str(),
    })
}

fn lines(case: &Case) -> Vec<String> {
    let deed = match case.decision() {
        Some(Decision::Completed) => {
            return vec!["announces once more that the fare is collected; no money moves".to_owned()];
        }
        Some(Decision::Undecided) => "decides the fare failed, for good, and undoes all that was done for it",
        Some(Decision::Failed) => "undoes once more all that was done for the fare, which stays failed",
        None => "decides the fare failed, for good, unless it is turned away; undoes all that was done for it",
    };
    let undo = undo(&case.facts);
    let mut lines: Vec<_> = [deed.to_owned()].into_iter().chain(undo.done).chain(undo.under_way).collect();
    if lines.len() == 1 && undo.by_hand.is_empty() {
        lines.push("no money moves: nothing is captured, held or credited that stands".to_owned());
    }
    lines.extend(undo.by_hand.into_iter().map(|line| format!("is left to a person: {line}")));
    lines
}

#[cfg(test)]
mod tests;
