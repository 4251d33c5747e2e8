//! Waiting until everything has come to rest after the faults have ceased: executions, recoveries, and what still runs in the
//! name of an execution that was stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{self, Ended, ExecutionArn};
use fare_cli::{Error, Result, Stack};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::progress::Progress;
use crate::snapshot::Recovery;

const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// How many questions are asked at the same time.
const QUESTIONS: usize = 8;
/// The error of an execution that has taken everything back and said so: nothing is left to recover.
pub(crate) const CLEAN_FAILURE: &str = "FareProcessingFailed";

/// How executions ended, and which recoveries their ends have started.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    ended: BTreeMap<ExecutionArn, Ended>,
    recoveries: BTreeMap<ExecutionArn, Vec<Recovery>>,
    /// Each recovery that was read, so that it is read once.
    known: BTreeSet<ExecutionArn>,
}

impl Ends {
    /// How an execution ended; `None` if it has not.
    pub(crate) fn of(&self, execution: &ExecutionArn) -> Option<Ended> {
        self.ended.get(execution).cloned()
    }

    /// The recoveries that its end has started.
    pub(crate) fn recoveries_of(&self, execution: &ExecutionArn) -> Vec<Recovery> {
        self.recoveries.get(execution).cloned().unwrap_or_default()
    }

    /// Whether an execution ended in a way after which nothing is left to do.
    fn is_over(&self, execution: &ExecutionArn) -> bool {
        let Some(ended) = self.ended.get(execution) else { return false };
        is_clean(ended) || self.recoveries.get(execution).is_some_and(|all| all.iter().all(|one| one.ended.is_some()))
    }
}

/// Whether an execution has settled its fare itself.
pub(crate) fn is_clean(ended: &Ended) -> bool {
    ended.status == ExecutionStatus::Succeeded || ended.error.as_deref() == Some(CLEAN_FAILURE)
}

/// Waits until all of these executions are over, but no longer than `limit`, and tells how each ended by then.
pub(crate) async fn settle(
    stack: &Stack,
    executions: &[ExecutionArn],
    limit: Duration,
    progress: &Progress,
) -> Result<Ends> {
    let deadline = Instant::now() + limit;
    let mut ends = Ends::default();
    let mut shown = None;
    let mut before = None;
    let total = executions.len().try_into().unwrap_or(u64::MAX);
    loop {
        look_at_executions(stack, executions, &mut ends).await?;
        look_at_recoveries(stack, &mut ends).await?;
        let over: u64 = executions.iter().map(|execution| u64::from(ends.is_over(execution))).sum();
        if shown != Some(over) {
            progress.parts("waiting for everything to end", over, total);
            shown = Some(over);
        }
        // The engine reports a stopped execution whose last task fails twice, so another recovery may follow.
        let at_rest = over == total && before.replace(ends.known.len()) == Some(ends.known.len());
        if at_rest || Instant::now() >= deadline {
            return Ok(ends);
        }
        sleep(LOOK_INTERVAL).await;
    }
}

async fn look_at_executions(stack: &Stack, executions: &[ExecutionArn], ends: &mut Ends) -> Result<()> {
    let open: Vec<_> = executions.iter().filter(|execution| ends.of(execution).is_none()).cloned().collect();
    let looks = stream::iter(open).map(async |execution| {
        let mut ended = execution::ended(stack, &execution).await?;
        // The engine goes on with the task in which an execution was stopped, its retries too.
        if is_stopped(ended.as_ref()) && still_works(stack, &execution).await? {
            ended = None;
        }
        if is_stopped(ended.as_ref()) {
            // Its last task may have failed in between, which the engine takes for the execution's own failure.
            ended = execution::ended(stack, &execution).await?;
        }
        Ok::<_, Error>((execution, ended))
    });
    let found: Vec<_> = looks.buffer_unordered(QUESTIONS).try_collect().await?;
    ends.ended.extend(found.into_iter().filter_map(|(execution, ended)| Some((execution, ended?))));
    Ok(())
}

fn is_stopped(ended: Option<&Ended>) -> bool {
    ended.is_some_and(|ended| ended.status == ExecutionStatus::Aborted)
}

/// Whether a task that was entered has not been left yet.
async fn still_works(stack: &Stack, execution: &ExecutionArn) -> Result<bool> {
    let request = stack.clients.sfn.get_execution_history().execution_arn(execution.as_str());
    let mut events = request.include_execution_data(false).into_paginator().items().send();
    let mut inside = false;
    while let Some(event) = events.next().await {
        let event =
            event.map_err(|source| Error::Aws { operation: "GetExecutionHistory", source: Box::new(source) })?;
        inside = match event.r#type().as_str() {
            "TaskStateEntered" => true,
            "TaskStateExited" | "ExecutionFailed" => false,
            _ => inside,
        };
    }
    Ok(inside)
}

async fn look_at_recoveries(stack: &Stack, ends: &mut Ends) -> Result<()> {
    let machine = &stack.outputs.recovery_state_machine_arn;
    let unknown: Vec<_> =
        execution::all(stack, machine).await?.into_iter().filter(|arn| !ends.known.contains(arn)).collect();
    let inputs = stream::iter(unknown).map(async |arn| {
        let input = execution::input_of(stack, &arn).await?.unwrap_or_default();
        let recovered = input.pointer("/detail/executionArn").and_then(Value::as_str).map(ExecutionArn::new);
        Ok::<_, Error>((arn, recovered))
    });
    let found: Vec<_> = inputs.buffer_unordered(QUESTIONS).try_collect().await?;
    for (arn, recovered) in found {
        ends.known.insert(arn.clone());
        if let Some(recovered) = recovered {
            ends.recoveries.entry(recovered).or_default().push(Recovery { arn, ended: None });
        }
    }
    let open = ends.recoveries.values_mut().flatten().filter(|recovery| recovery.ended.is_none());
    let looks = stream::iter(open).map(async |recovery| {
        recovery.ended = execution::ended(stack, &recovery.arn).await?;
        Ok::<_, Error>(())
    });
    looks.buffer_unordered(QUESTIONS).try_collect().await
}
