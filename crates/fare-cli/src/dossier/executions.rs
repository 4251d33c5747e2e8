//! The executions of one fare.

use std::collections::BTreeSet;

use aws_sdk_sfn::types::ExecutionStatus;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::execution::{Described, ExecutionArn, Trail, describe, millis, trail, without_qualifier};
use crate::stack::Stack;

/// How many executions of the recovery machine are listed, newest first.
const LISTED: usize = 5000;
/// How many of them are asked for their input.
const ASKED: usize = 100;
/// How many are asked at a time.
const AT_A_TIME: usize = 8;
/// The clocks that an end and a start are stamped by may differ by so much. Milliseconds.
const SKEW: i64 = 5_000;

/// Which state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Collects fares.
    Collection,
    /// Settles the fares of executions that ended badly.
    Recovery,
}

/// One execution, with the way it went.
#[derive(Clone, Debug)]
pub struct Run {
    /// Of which machine.
    pub machine: Machine,
    /// Its ARN.
    pub arn: ExecutionArn,
    /// How it stands.
    pub status: ExecutionStatus,
    /// The error of one that failed.
    pub error: Option<String>,
    /// When it was started, in milliseconds since the epoch.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// The states it went through.
    pub trail: Trail,
}

/// The executions of a fare, oldest first, and what was not looked at.
///
/// An execution of a fare has the fare's name. One of the recovery machine is named by EventBridge, so its input tells:
/// the event of the execution that it is for. So does that of an execution under another name, once it was recovered.
pub(super) async fn runs(stack: &Stack, fare_id: &str) -> Result<(Vec<Run>, Vec<String>)> {
    let machine = &stack.outputs.state_machine_arn;
    let by_name = describe(stack, &ExecutionArn::of(machine, fare_id)).await?;
    let mut found: Vec<(Machine, Described)> = Vec::new();
    let mut left_out = Vec::new();
    // One that succeeded, or has not ended, was not recovered.
    let ended_badly = by_name
        .as_ref()
        .is_none_or(|execution| !matches!(execution.status, ExecutionStatus::Running | ExecutionStatus::Succeeded));
    if ended_badly {
        let since = by_name.as_ref().and_then(|execution| execution.ended_at);
        let (recoveries, all) = recoveries_since(stack, since).await?;
        if !all {
            let which = if since.is_some() { "first that began after the fare's execution ended" } else { "newest" };
            left_out
                .push(format!("of the {LISTED} newest recoveries, no more than the {ASKED} {which} were looked at"));
        }
        let mut others = BTreeSet::new();
        for recovery in recoveries {
            let Some(recovered) = recovered_execution(recovery.input_json().as_ref(), fare_id) else { continue };
            if by_name.as_ref().is_none_or(|execution| execution.arn != recovered) {
                others.insert(recovered);
            }
            found.push((Machine::Recovery, recovery));
        }
        for other in others {
            found.extend(describe(stack, &other).await?.map(|execution| (Machine::Collection, execution)));
        }
    }
    found.extend(by_name.map(|execution| (Machine::Collection, execution)));
    let mut runs = stream::iter(found)
        .map(async |(machine, execution)| run(stack, machine, execution).await)
        .buffer_unordered(AT_A_TIME)
        .try_collect::<Vec<_>>()
        .await?;
    runs.sort_by(|one, other| (one.started_at, one.arn.as_str()).cmp(&(other.started_at, other.arn.as_str())));
    Ok((runs, left_out))
}

async fn run(stack: &Stack, machine: Machine, execution: Described) -> Result<Run> {
    let Described { arn, status, error, started_at, ended_at, .. } = execution;
    let trail = trail(stack, &arn).await?;
    Ok(Run { machine, arn, status, error, started_at, ended_at, trail })
}

/// The first executions of the recovery machine since then, or the newest, and whether those are all.
async fn recoveries_since(stack: &Stack, since: Option<i64>) -> Result<(Vec<Described>, bool)> {
    let earliest = since.map(|since| since.saturating_sub(SKEW));
    let machine = without_qualifier(&stack.outputs.recovery_state_machine_arn);
    let request = stack.clients.sfn.list_executions().state_machine_arn(machine);
    let mut pages = request.into_paginator().send();
    let mut listed: usize = 0;
    let mut all = true;
    let mut candidates = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::aws("ListExecutions")(error.into()))?;
        listed = listed.saturating_add(page.executions().len());
        for execution in page.executions() {
            let started = millis(Some(execution.start_date())).unwrap_or_default();
            if earliest.is_none_or(|earliest| started >= earliest) {
                candidates.push((started, ExecutionArn::new(execution.execution_arn())));
            }
        }
        if listed >= LISTED {
            all = page.next_token().is_none();
            break;
        }
    }
    candidates.sort_unstable();
    if since.is_none() {
        candidates.reverse();
    }
    all &= candidates.len() <= ASKED;
    let described = stream::iter(candidates.into_iter().take(ASKED))
        .map(async |(_, arn)| describe(stack, &arn).await)
        .buffered(AT_A_TIME)
        .try_collect::<Vec<_>>()
        .await?;
    Ok((described.into_iter().flatten().collect(), all))
}

/// The execution that a recovery is for, if that was of this fare.
fn recovered_execution(event: Option<&Value>, fare_id: &str) -> Option<ExecutionArn> {
    let detail = event?.get("detail")?;
    let arn = detail.get("executionArn")?.as_str()?;
    let name_is_fares = arn.rsplit(':').next() == Some(fare_id);
    let input = detail.get("input").and_then(Value::as_str);
    let input = input.and_then(|input| serde_json::from_str::<Value>(input).ok());
    let input_is_fares = input.is_some_and(|input| input.get("fareId").and_then(Value::as_str) == Some(fare_id));
    (name_is_fares || input_is_fares).then(|| ExecutionArn::new(arn))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_recovery_is_known_by_the_execution_it_is_for_or_by_the_fare_in_its_input() {
        let event = |name: &str, fare: &str| {
            let input = json!({ "fareId": fare }).to_string();
            json!({"detail": {"executionArn": format!("arn:aws:states:r:1:execution:m:{name}"), "input": input}})
        };
        let recovered = |event: &Value| recovered_execution(Some(event), "wr_1").map(|arn| arn.to_string());
        assert!(recovered(&event("wr_1", "wr_1")).is_some());
        assert!(recovered(&event("by-hand", "wr_1")).unwrap().ends_with(":by-hand"));
        assert!(recovered(&event("wr_1", "other")).is_some());
        assert_eq!(recovered(&event("wr_11", "wr_11")), None);
        assert_eq!(recovered(&json!({"detail": 7})), None);
    }
}
