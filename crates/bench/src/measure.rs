//! Measures all programs, in turns.

use std::path::Path;

use serde::Serialize;

use crate::artefact::Artefact;
use crate::endpoint::{Calls, Endpoint};
use crate::error::{BenchError, Result};
use crate::gateway::Gateway;
use crate::progress::Progress;
use crate::running::Running;
use crate::statistics::{Spread, percentile};
use crate::subjects::Subject;
use crate::workload::{FareIds, Workload};

/// How many events a program is given in its turn.
const TURN: u32 = 50;

/// What was measured of one program. Times are in nanoseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) program: &'static str,
    /// From the start of the process until it waits for its first event.
    pub(crate) start_ns: Spread,
    /// From its first event to the answer.
    pub(crate) first_ns: Spread,
    /// How long its threads were on a processor until it waited for its second event.
    pub(crate) processor_to_first_ns: Spread,
    /// From a later event to the answer: the middle one.
    pub(crate) warm_p50_ns: u64,
    /// The same: what one in a hundred exceeds.
    pub(crate) warm_p99_ns: u64,
    /// How long its threads were on a processor for each of these events: other work on the machine hardly changes it.
    pub(crate) warm_processor_ns: u64,
    /// The most memory that the process was given, after all of its events.
    pub(crate) peak_resident_kib: u64,
    /// How large it is, where the program is all there is to deploy.
    pub(crate) artefact: Option<Artefact>,
    /// What the first event made it ask of AWS.
    pub(crate) aws_calls_at_first: Calls,
    /// What each later event made it ask of AWS.
    pub(crate) aws_calls: Calls,
    /// What each later event made it ask of the gateway.
    pub(crate) gateway_calls: Calls,
}

/// What the programs talk to, and how much they are asked.
pub(crate) struct Plan<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) gateway: &'a Gateway,
    pub(crate) scratch: &'a Path,
    pub(crate) progress: &'a Progress,
    pub(crate) starts: u32,
    pub(crate) invocations: u32,
}

#[derive(Default)]
struct Samples {
    starts: Vec<u64>,
    firsts: Vec<u64>,
    processor: Vec<u64>,
    warm: Vec<u64>,
    warm_processor: u64,
    peak_resident_kib: u64,
    calls_at_first: Calls,
    calls: Calls,
    gateway_calls: Calls,
}

impl Plan<'_> {
    /// Measures these programs.
    pub(crate) async fn measure(&self, subjects: &[Subject], ids: &mut FareIds) -> Result<Vec<Measured>> {
        let mut all: Vec<(&Subject, Samples)> = subjects.iter().map(|subject| (subject, Samples::default())).collect();
        for round in 1..=self.starts {
            for (subject, samples) in &mut all {
                self.start_once(subject, samples, ids).await?;
            }
            self.progress.parts("starting each program in its turn", round, self.starts);
        }
        self.keep_warm(&mut all, ids).await?;
        self.progress.step("packing the functions");
        all.into_iter().map(|(subject, samples)| samples.measured(subject, self.invocations)).collect()
    }

    async fn start_once(&self, subject: &Subject, samples: &mut Samples, ids: &mut FareIds) -> Result<()> {
        let mut running = Running::start(subject, self.scratch).await?;
        self.endpoint.take_calls();
        samples.starts.push(running.start_ns);
        samples.firsts.push(running.invoke(&ids.next()).await?);
        samples.processor.push(running.time_on_processor()?);
        samples.calls_at_first = self.endpoint.take_calls();
        running.stop().await;
        Ok(())
    }

    async fn keep_warm(&self, all: &mut [(&Subject, Samples)], ids: &mut FareIds) -> Result<()> {
        let mut running = Vec::new();
        for (subject, _) in all.iter() {
            let mut process = Running::start(subject, self.scratch).await?;
            for _ in 0..TURN {
                process.invoke(&ids.next()).await?;
            }
            let processor_before = process.time_on_processor()?;
            running.push((process, processor_before));
        }
        self.endpoint.take_calls();
        let gateway_before = self.gateway.calls().await?;
        let mut done = 0;
        while done < self.invocations {
            let turn = TURN.min(self.invocations - done);
            for ((process, _), (_, samples)) in running.iter_mut().zip(all.iter_mut()) {
                for _ in 0..turn {
                    samples.warm.push(process.invoke(&ids.next()).await?);
                }
                add(&mut samples.calls, self.endpoint.take_calls());
            }
            done += turn;
            self.progress.parts("events to each program in its turn", done, self.invocations);
        }
        let gateway_after = self.gateway.calls().await?;
        for ((process, processor_before), (subject, samples)) in running.into_iter().zip(all.iter_mut()) {
            samples.warm_processor = process.time_on_processor()?.saturating_sub(processor_before);
            samples.peak_resident_kib = process.peak_resident_kib()?;
            if subject.workload == Workload::Charge {
                samples.gateway_calls = difference(&gateway_before, &gateway_after);
            }
            process.stop().await;
        }
        Ok(())
    }
}

impl Samples {
    fn measured(self, subject: &Subject, invocations: u32) -> Result<Measured> {
        let nothing = || BenchError::Nothing { name: subject.name };
        Ok(Measured {
            program: subject.name,
            start_ns: Spread::of(&self.starts).ok_or_else(nothing)?,
            first_ns: Spread::of(&self.firsts).ok_or_else(nothing)?,
            processor_to_first_ns: Spread::of(&self.processor).ok_or_else(nothing)?,
            warm_p50_ns: percentile(&self.warm, 50).ok_or_else(nothing)?,
            warm_p99_ns: percentile(&self.warm, 99).ok_or_else(nothing)?,
            warm_processor_ns: self.warm_processor / u64::from(invocations).max(1),
            peak_resident_kib: self.peak_resident_kib,
            artefact: if subject.has_artefact { Some(Artefact::of(&subject.program)?) } else { None },
            aws_calls_at_first: self.calls_at_first,
            aws_calls: each(self.calls, invocations),
            gateway_calls: each(self.gateway_calls, invocations),
        })
    }
}

fn add(sum: &mut Calls, calls: Calls) {
    for (operation, count) in calls {
        *sum.entry(operation).or_default() += count;
    }
}

/// What was asked between two countings.
pub(crate) fn difference(before: &Calls, after: &Calls) -> Calls {
    let before = |operation: &String| before.get(operation).copied().unwrap_or_default();
    let added = after.iter().map(|(operation, count)| (operation.clone(), count.saturating_sub(before(operation))));
    added.filter(|(_, count)| *count > 0).collect()
}

/// What one event asks, rounded up: a retry would show.
fn each(calls: Calls, invocations: u32) -> Calls {
    calls.into_iter().map(|(operation, count)| (operation, count.div_ceil(u64::from(invocations).max(1)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(counts: &[(&str, u64)]) -> Calls {
        counts.iter().map(|(operation, count)| ((*operation).to_owned(), *count)).collect()
    }

    #[test]
    fn counts_add_up_and_come_apart_again() {
        let mut sum = calls(&[("PutItem", 1)]);
        add(&mut sum, calls(&[("PutItem", 2), ("UpdateItem", 1)]));
        assert_eq!(sum, calls(&[("PutItem", 3), ("UpdateItem", 1)]));
        assert_eq!(difference(&calls(&[("PutItem", 3)]), &sum), calls(&[("UpdateItem", 1)]));
    }

    #[test]
    fn one_repeated_request_shows_in_what_each_event_asks() {
        assert_eq!(each(calls(&[("PutItem", 2_000)]), 2_000), calls(&[("PutItem", 1)]));
        assert_eq!(each(calls(&[("PutItem", 2_001)]), 2_000), calls(&[("PutItem", 2)]));
    }
}
