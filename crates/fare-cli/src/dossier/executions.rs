//! The executions of one fare.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::execution::{Among, Described, ExecutionArn, Recovery, Trail, describe, recoveries, trail};
use crate::stack::Stack;
use aws_sdk_sfn::types::ExecutionStatus;
use futures::{StreamExt, TryStreamExt, stream};

/// How many are asked at a time.
const AT_A_TIME: usize = 8;
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
/// An execution of a fare has the fare's name. One under another name is known from its recovery, once it was recovered.
pub(super) async fn runs(stack: &Stack, fare_id: &str) -> Result<(Vec<Run>, Option<String>)> {
    let machine = &stack.outputs.state_machine_arn;
    let by_name = describe(stack, &ExecutionArn::of(machine, fare_id)).await?;
    let recoveries = recoveries(stack, fare_id, Among::those_for(by_name.as_ref())).await?;
    let mut others = BTreeSet::new();
    let mut found: Vec<(Machine, Described)> = Vec::new();
    for Recovery { execution, of } in recoveries.found {
        if by_name.as_ref().is_none_or(|execution| execution.arn != of) {
            others.insert(of);
        }
        found.push((Machine::Recovery, execution));
    }
    for other in others {
        found.extend(describe(stack, &other).await?.map(|execution| (Machine::Collection, execution)));
    }
    found.extend(by_name.map(|execution| (Machine::Collection, execution)));
    let mut runs = stream::iter(found)
        .map(async |(machine, execution)| run(stack, machine, execution).await)
        .buffer_unordered(AT_A_TIME)
        .try_collect::<Vec<_>>()
        .await?;
    runs.sort_by(|one, other| (one.started_at, one.arn.as_str()).cmp(&(other.started_at, other.arn.as_str())));
    Ok((runs, recoveries.left_out))
}

async fn run(stack: &Stack, machine: Machine, execution: Described) -> Result<Run> {
    let Described { arn, status, error, started_at, ended_at, .. } = execution;
    let trail = trail(stack, &arn).await?;
    Ok(Run { machine, arn, status, error, started_at, ended_at, trail })
}
