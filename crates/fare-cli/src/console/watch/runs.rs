//! The executions of one fare: that of its name, others that are known to be of it, and its recoveries.

use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::steps::Steps;
use crate::console::shared::Shared;
use crate::dossier::Machine;
use crate::error::Result;
use crate::execution::{Among, Described, ExecutionArn, Visited, describe, events_after, recoveries};
use crate::report::visible;

/// How often it is looked whether a recovery has begun: on this machine, and in an account.
const LOOKING_FOR_RECOVERIES: (Duration, Duration) = (Duration::from_millis(900), Duration::from_secs(15));

/// The executions of a fare, oldest first.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    looked_for_recoveries: Option<Instant>,
}

/// One execution.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) machine: Machine,
    pub(super) described: Described,
    pub(super) steps: Steps,
    /// Whether its history was read to its end.
    whole: bool,
}

impl Runs {
    /// Looks at everything that can have changed.
    pub(super) async fn look(&mut self, shared: &Shared, fare_id: &str, others: &[ExecutionArn]) -> Result<()> {
        let named = ExecutionArn::of(&shared.stack.outputs.state_machine_arn, fare_id);
        for arn in [named].iter().chain(others) {
            self.add(shared, Machine::Collection, arn).await?;
        }
        self.look_for_recoveries(shared, fare_id).await?;
        for run in &mut self.runs {
            run.look(shared).await?;
        }
        self.runs.sort_by(|one, other| {
            let key = |run: &Run| (run.described.started_at, run.described.arn.clone());
            key(one).cmp(&key(other))
        });
        Ok(())
    }

    async fn add(&mut self, shared: &Shared, machine: Machine, arn: &ExecutionArn) -> Result<()> {
        if self.runs.iter().all(|run| run.described.arn != *arn)
            && let Some(described) = describe(&shared.stack, arn).await?
        {
            self.runs.push(Run { machine, described, steps: Steps::default(), whole: false });
        }
        Ok(())
    }

    /// Every execution that ends otherwise than well starts a recovery, which may find that there is nothing to do.
    async fn look_for_recoveries(&mut self, shared: &Shared, fare_id: &str) -> Result<()> {
        let ended_badly = self.collections().any(|run| !run.described.is_running() && !run.succeeded());
        let pause = shared.pace(LOOKING_FOR_RECOVERIES.0, LOOKING_FOR_RECOVERIES.1);
        if !ended_badly || self.looked_for_recoveries.is_some_and(|at| at.elapsed() < pause) {
            return Ok(());
        }
        self.looked_for_recoveries = Some(Instant::now());
        let first = self.collections().filter_map(|run| run.described.ended_at).min();
        let among = first.map(|ended_at| Among::For { ended_at: Some(ended_at) });
        for recovery in recoveries(&shared.stack, fare_id, among).await?.found {
            self.add(shared, Machine::Recovery, &recovery.execution.arn).await?;
        }
        Ok(())
    }

    fn collections(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.machine == Machine::Collection)
    }

    pub(super) fn is_known(&self) -> bool {
        !self.runs.is_empty()
    }

    pub(super) fn all(&self) -> &[Run] {
        &self.runs
    }

    /// Whether anything is under way.
    pub(super) fn at_work(&self) -> bool {
        self.runs.is_empty() || self.runs.iter().any(|run| !run.whole)
    }

    pub(super) fn to_json(&self) -> Vec<Value> {
        self.runs.iter().map(Run::to_json).collect()
    }
}

impl Run {
    async fn look(&mut self, shared: &Shared) -> Result<()> {
        if self.whole {
            return Ok(());
        }
        // Asked first, so that the history of one that has ended is whole.
        if let Some(described) = describe(&shared.stack, &self.described.arn).await? {
            self.described = described;
        }
        let events = events_after(&shared.stack, &self.described.arn, self.steps.trail.last_event).await?;
        self.steps.take(&events);
        self.whole = !self.described.is_running();
        Ok(())
    }

    pub(super) fn visited(&self) -> &[Visited] {
        &self.steps.trail.visited
    }

    pub(super) fn is_recovery(&self) -> bool {
        self.machine == Machine::Recovery
    }

    fn succeeded(&self) -> bool {
        self.described.status == ExecutionStatus::Succeeded
    }

    fn was_stopped(&self) -> bool {
        matches!(self.described.status, ExecutionStatus::Aborted | ExecutionStatus::TimedOut)
    }

    fn to_json(&self) -> Value {
        json!({
            "machine": if self.is_recovery() { "recovery" } else { "collection" },
            "arn": self.described.arn.as_str(),
            "name": visible(self.described.arn.name()),
            "status": self.described.status.as_str(),
            "error": self.described.error.as_deref().map(visible),
            "startedAt": self.described.started_at,
            "endedAt": self.described.ended_at,
            "steps": self.steps.to_json(self.was_stopped()),
        })
    }
}
