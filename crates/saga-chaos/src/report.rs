//! What is said in the end.

use std::collections::BTreeMap;
use std::fmt::Write;

use fare_cli::Result;
use fare_cli::Stack;
use fare_cli::execution::{self, Visit};
use fare_cli::observe::LogEntry;
use gateway_simulator::Fault;
use serde::Serialize;

use crate::check::{Divergence, FareVerdict, Kind, Outcome, Verdict};
use crate::snapshot::Snapshot;

/// The fares of a run from which on every fault must have struck, or the run has shown too little.
const FARES_FOR_EVERY_FAULT: usize = 500;

/// What was done to the system.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disturbance {
    pub(crate) executions: u32,
    pub(crate) stopped: u32,
    pub(crate) killed: u32,
    pub(crate) recoveries: usize,
    pub(crate) gateway_calls: usize,
    pub(crate) calls_struck: usize,
    /// By kind, how many calls it struck.
    pub(crate) faults: BTreeMap<String, u32>,
    /// Refunds that failed after they had succeeded, and were made again.
    pub(crate) refunded_again: usize,
}

impl Disturbance {
    /// Adds what the gateway's log says about all fares but those whose refund never works, which is tried so often that it
    /// would hide the rest.
    pub(crate) fn read(mut self, seen: &Snapshot) -> Self {
        let fares = seen.fares.iter().filter(|fare| !fare.story.is_permanent());
        let log: Vec<&LogEntry> = fares.flat_map(|fare| &fare.log).collect();
        self.gateway_calls = log.len();
        for fault in log.iter().filter_map(|entry| entry.fault.clone()) {
            self.calls_struck = self.calls_struck.saturating_add(1);
            let count = self.faults.entry(fault).or_default();
            *count = count.saturating_add(1);
        }
        self
    }

    /// What a run of this size should have met and has not; empty for a run that is small or was not to be disturbed.
    pub(crate) fn not_met(&self, fares: usize, misbehave: u32) -> Vec<Divergence> {
        if fares < FARES_FOR_EVERY_FAULT || misbehave == 0 {
            return vec![];
        }
        let missing = Fault::all().map(Fault::name).filter(|fault| !self.faults.contains_key(*fault));
        let said = |fault| Divergence {
            invariant: "I15",
            kind: Kind::Other,
            what: format!("no call met the fault {fault}, so the run shows nothing about it"),
        };
        missing.map(said).collect()
    }
}

/// The result of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report<'a> {
    pub(crate) seed: u64,
    pub(crate) seconds: u64,
    fares: usize,
    completed: usize,
    failed: usize,
    attention: usize,
    lost: usize,
    double: usize,
    holds: usize,
    pub(crate) disturbance: Disturbance,
    violations: Vec<Violation<'a>>,
    elsewhere: Vec<Divergence>,
}

/// A fare that is not as it must be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Violation<'a> {
    fare: &'a str,
    outcome: Outcome,
    executions: Vec<&'a str>,
    divergences: &'a [Divergence],
}

impl<'a> Report<'a> {
    pub(crate) fn new(verdict: &'a Verdict<'a>, seed: u64, seconds: u64, disturbance: Disturbance) -> Self {
        let fares = &verdict.fares;
        let ended = |outcome: Outcome| fares.iter().filter(|fare| fare.outcome == outcome).count();
        let everywhere = |kind: Kind| {
            let fares = fares.iter().filter(|fare| fare.divergences.iter().any(|one| one.kind == kind)).count();
            fares.saturating_add(verdict.elsewhere.iter().filter(|one| one.kind == kind).count())
        };
        Self {
            seed,
            seconds,
            fares: fares.len(),
            completed: ended(Outcome::Completed),
            failed: ended(Outcome::Failed),
            attention: ended(Outcome::Attention),
            lost: everywhere(Kind::Lost),
            double: everywhere(Kind::Double),
            holds: everywhere(Kind::Hold),
            disturbance,
            violations: violated(verdict).map(Violation::of).collect(),
            elsewhere: verdict.elsewhere.clone(),
        }
    }

    /// Whether every invariant holds.
    pub(crate) fn holds(&self) -> bool {
        self.violations.is_empty() && self.elsewhere.is_empty()
    }

    /// The result for people; its last line is the one that everything is known by.
    pub(crate) fn to_text(&self) -> String {
        let Self { seed, seconds, fares, completed, failed, attention, lost, double, holds, disturbance, .. } = self;
        let mut text = String::new();
        for violation in &self.violations {
            let Violation { fare, outcome, executions, divergences } = violation;
            // Writing to a string never fails.
            let _written = writeln!(text, "fare {fare} ({outcome:?}, seed {seed}):");
            for Divergence { invariant, what, .. } in *divergences {
                let _written = writeln!(text, "  {invariant}: {what}");
            }
            for execution in executions {
                let _written = writeln!(text, "  {execution}");
            }
        }
        for Divergence { invariant, what, .. } in &self.elsewhere {
            let _written = writeln!(text, "{invariant}: {what}");
        }
        let Disturbance {
            executions,
            stopped,
            killed,
            recoveries,
            gateway_calls,
            calls_struck,
            faults,
            refunded_again,
        } = disturbance;
        let share = calls_struck.saturating_mul(100).checked_div(*gateway_calls).unwrap_or_default();
        let _written = writeln!(
            text,
            "{executions} executions, {stopped} stopped, {recoveries} recoveries; {killed} processes killed; \
             {calls_struck} of {gateway_calls} gateway calls struck ({share} %) by {} kinds of fault; {refunded_again} \
             refunds made again; seed {seed}; {seconds} s",
            faults.len(),
        );
        let _written = writeln!(
            text,
            "chaos: fares={fares} completed={completed} failed={failed} attention={attention} lost={lost} \
             double={double} holds={holds}",
        );
        text
    }

    /// The result for machines.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which never happens.
    pub(crate) fn to_json(&self) -> Result<String> {
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        Ok(json)
    }
}

impl<'a> Violation<'a> {
    fn of(verdict: &'a FareVerdict<'a>) -> Self {
        let fare = verdict.fare;
        Self {
            fare: &fare.id,
            outcome: verdict.outcome,
            executions: fare.executions.iter().map(|execution| execution.arn.as_str()).collect(),
            divergences: &verdict.divergences,
        }
    }
}

fn violated<'a>(verdict: &'a Verdict<'a>) -> impl Iterator<Item = &'a FareVerdict<'a>> {
    verdict.fares.iter().filter(|fare| !fare.divergences.is_empty())
}

/// Everything about each fare that is not as it must be, with the paths of its executions and recoveries: records, gateway
/// log, notices. None of it is secret.
pub(crate) async fn evidence(stack: &Stack, verdict: &Verdict<'_>) -> Result<String> {
    let mut text = String::new();
    for FareVerdict { fare, divergences, .. } in violated(verdict) {
        let _written = writeln!(text, "{divergences:#?}\n{fare:#?}");
        for execution in &fare.executions {
            for arn in std::iter::once(&execution.arn).chain(execution.recoveries.iter().map(|recovery| &recovery.arn))
            {
                let path: Vec<String> = execution::path(stack, arn).await?.iter().map(visit).collect();
                let _written = writeln!(text, "{arn}: {}", path.join(" > "));
            }
        }
    }
    Ok(text)
}

fn visit(visit: &Visit) -> String {
    if visit.attempts > 1 { format!("{} x{}", visit.state, visit.attempts) } else { visit.state.clone() }
}
