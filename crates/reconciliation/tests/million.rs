//! A million fares in little memory. Prints the figures; fails where one is not as it should be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

#[path = "generated/mod.rs"]
#[allow(dead_code, reason = "the other test reads sound books too")]
mod generated;

use std::collections::BTreeSet;
use std::process::ExitCode;

use generated::{Generated, NOW, PATIENCE};
use reconciliation::{Book, Disagreement, Kind, LedgerReading, Listener, Outcome, Settings, Subject, Time, reconcile};

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

/// What the figures are called, for whoever runs tests by their names.
const NAME: &str = "a_million_fares_are_reconciled_in_little_memory";

/// Whether this test is asked for: `cargo test NAME` runs tests by parts of their names, and may only want a list of them.
fn is_asked_for() -> bool {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        println!("{NAME}: test");
        return false;
    }
    let names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    names.is_empty() || names.iter().any(|name| NAME.contains(name.as_str()))
}

async fn reconciled(books: &Generated, ledger: LedgerReading) -> (Vec<(Subject, Kind)>, Outcome) {
    let directory = tempfile::tempdir().unwrap();
    let time = Time { now: NOW, patience: PATIENCE };
    let settings = Settings { time, since: None, ledger, directory: directory.path().to_owned() };
    let mut told = Told::default();
    let outcome = reconcile(books, &settings, &mut told).await.unwrap();
    (told.0, outcome)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if !is_asked_for() {
        return ExitCode::SUCCESS;
    }
    let books = Generated::seeded(FARES);
    let (told, outcome) = reconciled(&books, LedgerReading::Whole).await;
    let expected: BTreeSet<_> = books.expected().into_iter().collect();
    let found: BTreeSet<_> = told.iter().cloned().collect();
    let right = found.intersection(&expected).count();
    let wrong = told.len() - right;
    let (fares, seeded, rss) = (outcome.counts.fares, expected.len(), peak_mib());
    println!("reconcile: fares={fares} seeded={seeded} found={right} false={wrong} rss_mib={rss}");
    for missed in expected.difference(&found) {
        println!("not found: {missed:?}");
    }
    for mistaken in found.difference(&expected) {
        println!("not sown: {mistaken:?}");
    }
    // Some seeds are fares that are not on record.
    let mut is_right = right == seeded && wrong == 0 && rss <= MOST_MIB && fares + 9 >= FARES;

    // The workshop's only customer takes every fare, and the ledger is read as the nightly function does.
    let (told, outcome) = reconciled(&Generated::of_one_customer(FARES), LedgerReading::ByFare).await;
    let (entries, rss) = (outcome.counts.entries, peak_mib());
    println!("reconcile: customers=1 entries={entries} false={} rss_mib={rss}", told.len());
    is_right &= outcome.all_agree() && told.is_empty() && rss <= MOST_MIB;
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
