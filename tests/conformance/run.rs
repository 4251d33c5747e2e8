//! Plays all sequences of one store.

use std::collections::BTreeSet;
use std::fmt::Write;

use futures::future::join_all;

use crate::draw::Names;
use crate::judge::{Difference, judge, play};
use crate::sequence::{Step, Subject, drawn};
use crate::shrink::shrunk;

/// How many sequences of one store are played at a time.
const LANES: usize = 4;

/// After how many sequences their records are read, all in one request.
const READ_AFTER: usize = 16;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// How many sequences each store gets.
    pub(crate) sequences: u64,
}

/// What became of one store's sequences.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sequences: u64,
    pub(crate) operations: u64,
    /// For people to read.
    pub(crate) differences: Vec<String>,
    store: &'static str,
    kinds: &'static [&'static str],
    met: BTreeSet<String>,
}

impl Tally {
    /// The kinds of answers that never came.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let unmet = self.kinds.iter().filter(|kind| !self.met.contains(**kind));
        unmet.map(|kind| format!("{} {kind}", self.store)).collect()
    }
}

/// Plays the plan's sequences on a few lanes, each with a subject of its own. A lane ends at its first difference.
pub(crate) async fn compare<S: Subject, F: Future<Output = S>>(plan: Plan, subject: impl Fn() -> F) -> Tally {
    let mut lanes = Vec::new();
    for first in 0..LANES {
        let subject = subject().await;
        lanes.push(tokio::spawn(async move {
            let tally = run_lane(&subject, plan, first).await;
            subject.close().await;
            tally
        }));
    }
    let mut whole = Tally { store: S::NAME, kinds: S::KINDS, ..Tally::default() };
    for tally in join_all(lanes).await {
        let tally = tally.expect("the lane comes to its end");
        whole.sequences += tally.sequences;
        whole.operations += tally.operations;
        whole.met.extend(tally.met);
        whole.differences.extend(tally.differences);
    }
    whole
}

async fn run_lane<S: Subject>(subject: &S, plan: Plan, first: usize) -> Tally {
    let mut tally = Tally::default();
    let numbers: Vec<_> = (0..plan.sequences).skip(first).step_by(LANES).collect();
    for numbers in numbers.chunks(READ_AFTER) {
        let mut played = Vec::new();
        for number in numbers {
            let (steps, names) = (drawn::<S>(plan.seed, *number), Names::fresh());
            let answers = play(subject, &steps, &names).await;
            played.push((*number, steps, names, answers));
        }
        let names: Vec<_> = played.iter().map(|(_, _, names, _)| names.clone()).collect();
        let records = subject.table_states(&names).await;
        for ((number, steps, names, answers), records) in played.into_iter().zip(records) {
            tally.sequences += 1;
            for (step, answers) in steps.iter().zip(&answers) {
                for (operation, answer) in step.operations().iter().zip(answers) {
                    tally.operations += 1;
                    tally.met.insert(S::kind(operation, answer, &names));
                }
            }
            if let Err(difference) = judge::<S>(&steps, &names, &answers, &records).await {
                let (steps, difference) = shrunk(subject, steps, difference).await;
                tally.differences.push(told::<S>(plan.seed, number, &steps, &difference));
                return tally;
            }
        }
    }
    tally
}

fn told<S: Subject>(seed: u64, number: u64, steps: &[Step<S::Operation>], difference: &Difference) -> String {
    let mut text = format!("{}: the twin and the table differ (seed {seed}, sequence {number})\n", S::NAME);
    for (position, step) in steps.iter().enumerate() {
        let here = if difference.step == Some(position) { "  <- here" } else { "" };
        writeln!(text, "  {}. {step:?}{here}", position + 1).expect("text can be written");
    }
    if difference.step.is_none() {
        text.push_str("  every answer is the same, but not the records\n");
    }
    write!(text, "table: {}\ntwin:  {}", difference.table, difference.twin.join("\nor:    "))
        .expect("text can be written");
    text
}
