//! A million fares in little memory. Prints the figures; fails where one is not as it should be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

#[path = "generated/mod.rs"]
#[allow(dead_code, reason = "the other test reads sound books too")]
mod generated;

use std::collections::BTreeSet;
use std::process::ExitCode;

use generated::{Generated, NOW, PATIENCE};
use reconciliation::{Book, Disagreement, Kind, LedgerReading, Listener, Settings, Subject, Time, reconcile};

const FARES: u64 = 1_000_000;
const MOST_MIB: u64 = 256;

#[derive(Default)]
struct Told(Vec<(Subject, Kind)>);

impl Listener for Told {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        self.0.push((disagreement.subject, disagreement.kind));
    }
}

/// The most memory that this process ever had, in MiB (proc(5), `VmHWM`).
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap().div_ceil(1024)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // `cargo test -- --list` and filters by name are for the tests that have names.
    if std::env::args().nth(1).is_some_and(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let books = Generated::seeded(FARES);
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        time: Time { now: NOW, patience: PATIENCE },
        since: None,
        ledger: LedgerReading::Whole,
        directory: directory.path().to_owned(),
    };
    let mut told = Told::default();
    let outcome = reconcile(&books, &settings, &mut told).await.unwrap();
    let expected: BTreeSet<_> = books.expected().into_iter().collect();
    let found: BTreeSet<_> = told.0.iter().cloned().collect();
    let right = found.intersection(&expected).count();
    let wrong = told.0.len() - right;
    let (fares, seeded, rss) = (outcome.counts.fares, expected.len(), peak_mib());
    println!("reconcile: fares={fares} seeded={seeded} found={right} false={wrong} rss_mib={rss}");
    for missed in expected.difference(&found) {
        println!("not found: {missed:?}");
    }
    for mistaken in found.difference(&expected) {
        println!("not sown: {mistaken:?}");
    }
    let is_right = right == seeded && wrong == 0 && rss <= MOST_MIB && fares + 3 >= FARES;
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
