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
/// How soon after an execution was stopped its recovery begins, where nothing is wrong. Milliseconds.
const RECOVERY_BEGINS_WITHIN: i64 = 60_000;

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

    /// Every execution that ends otherwise than well starts a recovery, which may find that there is nothing to do. In an
    /// account it is no longer looked for one when each has had its own, since looking costs a question for every candidate.
    async fn look_for_recoveries(&mut self, shared: &Shared, fare_id: &str) -> Result<()> {
        let pause = shared.pace(LOOKING_FOR_RECOVERIES.0, LOOKING_FOR_RECOVERIES.1);
        let enough = self.badly_ended().all(|run| !shared.is_local() && self.is_recovered(run));
        if enough || self.looked_for_recoveries.is_some_and(|at| at.elapsed() < pause) {
            return Ok(());
        }
        self.looked_for_recoveries = Some(Instant::now());
        let first = self.badly_ended().filter_map(|run| run.first_end()).min();
        let among = first.map(|ended_at| Among::For { ended_at: Some(ended_at) });
        for recovery in recoveries(&shared.stack, fare_id, among).await?.found {
            self.add(shared, Machine::Recovery, &recovery.execution.arn).await?;
        }
        Ok(())
    }

    fn badly_ended(&self) -> impl Iterator<Item = &Run> {
        let collections = self.runs.iter().filter(|run| run.machine == Machine::Collection);
        collections.filter(|run| !run.described.is_running() && !run.succeeded())
    }

    /// Whether a recovery came to its end that began after this execution had ended.
    fn is_recovered(&self, run: &Run) -> bool {
        self.runs.iter().any(|recovery| {
            recovery.is_recovery() && recovery.whole && recovery.described.started_at >= run.described.ended_at
        })
    }

    /// Whether an execution was stopped or timed out lately, and its recovery is not there yet.
    pub(super) fn awaits_recovery(&self, now: i64) -> bool {
        self.badly_ended().any(|run| {
            let lately = run.described.ended_at.is_some_and(|at| now.saturating_sub(at) < RECOVERY_BEGINS_WITHIN);
            lately && run.was_stopped() && !self.is_recovered(run)
        })
    }

    pub(super) fn is_known(&self) -> bool {
        !self.runs.is_empty()
    }

    pub(super) fn all(&self) -> &[Run] {
        &self.runs
    }

    /// Whether an execution is under way.
    pub(super) fn at_work(&self) -> bool {
        self.runs.iter().any(|run| !run.whole)
    }

    pub(super) fn to_json(&self) -> Vec<Value> {
        self.runs.iter().map(Run::to_json).collect()
    }
}

impl Run {
    async fn look(&mut self, shared: &Shared) -> Result<()> {
        // Asked first, so that the history of one that has ended is whole; and of an ended one too, which may be redriven.
        if let Some(described) = describe(&shared.stack, &self.described.arn).await? {
            if self.whole && described == self.described {
                return Ok(());
            }
            // Whatever becomes of what is asked next: this is not all there is.
            self.whole = false;
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

    /// When it ended for the first time, as far as that is known.
    fn first_end(&self) -> Option<i64> {
        match Among::those_for(Some(&self.described))? {
            Among::For { ended_at } => ended_at,
            Among::Running => None,
        }
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An execution that went through these states: when each was entered and left.
    pub(in crate::console::watch) fn run(
        machine: Machine,
        status: ExecutionStatus,
        ended_at: Option<i64>,
        states: &[(&str, i64, Option<i64>)],
    ) -> Run {
        let described = Described {
            arn: ExecutionArn::new(format!("arn:aws:states:r:1:execution:m:{machine:?}")),
            status,
            error: None,
            input: None,
            started_at: states.first().map(|(_, entered_at, _)| *entered_at),
            ended_at,
            redriven: false,
            redrive: None,
            redrive_reason: None,
        };
        let visit = |(state, entered_at, left_at): &(&str, i64, Option<i64>)| Visited {
            state: (*state).to_owned(),
            attempts: 1,
            entered_at: *entered_at,
            left_at: *left_at,
            failed: None,
        };
        let mut steps = Steps::default();
        steps.trail.visited = states.iter().map(visit).collect();
        Run { machine, described, steps, whole: ended_at.is_some() }
    }

    fn runs(of: impl IntoIterator<Item = Run>) -> Runs {
        Runs { runs: of.into_iter().collect(), looked_for_recoveries: None }
    }

    #[test]
    fn a_stopped_execution_awaits_its_recovery_for_a_while_and_until_that_has_ended() {
        let stopped =
            || run(Machine::Collection, ExecutionStatus::Aborted, Some(5_000), &[("ChargeFare", 2_000, None)]);
        assert!(runs([stopped()]).awaits_recovery(6_000));
        assert!(!runs([stopped()]).awaits_recovery(5_000 + RECOVERY_BEGINS_WITHIN));
        let recovery = |ended| run(Machine::Recovery, ExecutionStatus::Running, ended, &[("RefundFare", 7_000, None)]);
        assert!(runs([stopped(), recovery(None)]).awaits_recovery(8_000));
        assert!(!runs([stopped(), recovery(Some(9_000))]).awaits_recovery(9_000));
        let failed = run(Machine::Collection, ExecutionStatus::Failed, Some(5_000), &[]);
        assert!(!runs([failed]).awaits_recovery(6_000));
    }

    #[test]
    fn nothing_is_at_work_where_no_execution_is_known() {
        assert!(!runs([]).at_work());
        assert!(runs([run(Machine::Collection, ExecutionStatus::Running, None, &[])]).at_work());
    }
}
