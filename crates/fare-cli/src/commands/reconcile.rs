//! `fare reconcile`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fare_cli::report::{Disagreements, disagreement_to_json, outcome_to_json, without_card_numbers};
use fare_cli::{Error, Result, books};
use reconciliation::{Book, Disagreement, LedgerReading, Listener, Settings, Time, reconcile};
use serde_json::json;

use super::target::{interruptible, stack};
use crate::cli::{Ledger, OutputFormat, Reconcile};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: Reconcile) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &Reconcile, progress: &Progress) -> Result<Exit> {
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    let books = books(&stack)?;
    let settings = Settings {
        time: Time { now: millis(SystemTime::now()), patience: whole_millis(arguments.patience) },
        since: arguments.since.map(millis),
        ledger: match arguments.ledger {
            Ledger::Whole => LedgerReading::Whole,
            Ledger::ByFare => LedgerReading::ByFare,
        },
        directory: arguments.work_dir.clone().unwrap_or_else(std::env::temp_dir),
    };
    progress.step("reading the books");
    let outcome = match arguments.output {
        OutputFormat::Json => {
            let mut document = JsonDocument { progress, rows: 0, disagreements: 0, written: Ok(()) };
            document.write("{\"disagreements\":[");
            let outcome = match reconcile(&books, &settings, &mut document).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    let error = Error::from(error);
                    // What was found so far is a document too.
                    let rest = json!({ "agree": false, "error": error.in_full() }).to_string();
                    document.write(&format!("],{}\n", rest.trim_start_matches('{')));
                    return Err(error);
                }
            };
            let rest = outcome_to_json(&outcome).to_string();
            document.write(&format!("],{}\n", rest.trim_start_matches('{')));
            document.written?;
            outcome
        }
        OutputFormat::Table => {
            let mut kept = Kept { progress, rows: 0, disagreements: Disagreements::default() };
            let outcome = reconcile(&books, &settings, &mut kept).await?;
            progress.clear();
            let width = say::width();
            say::result(&kept.disagreements.to_table(&outcome, width, say::colours()))?;
            outcome
        }
    };
    Ok(if outcome.all_agree() { Exit::AsExpected } else { Exit::Differs })
}

/// Keeps what a table shows.
struct Kept<'a> {
    progress: &'a Progress,
    rows: usize,
    disagreements: Disagreements,
}

impl Listener for Kept<'_> {
    fn read(&mut self, book: Book, rows: usize) {
        self.rows = self.rows.saturating_add(rows);
        show_reading(self.progress, book, self.rows);
    }

    fn disagree(&mut self, disagreement: Disagreement) {
        self.disagreements.add(disagreement);
    }
}

/// Writes each disagreement when it is found, so that none need be kept.
struct JsonDocument<'a> {
    progress: &'a Progress,
    rows: usize,
    disagreements: u64,
    written: Result<()>,
}

impl JsonDocument<'_> {
    fn write(&mut self, text: &str) {
        if self.written.is_ok() {
            self.written = say::result(text);
        }
    }
}

impl Listener for JsonDocument<'_> {
    fn read(&mut self, book: Book, rows: usize) {
        self.rows = self.rows.saturating_add(rows);
        show_reading(self.progress, book, self.rows);
    }

    fn disagree(&mut self, disagreement: Disagreement) {
        let comma = if self.disagreements == 0 { "" } else { "," };
        self.disagreements = self.disagreements.saturating_add(1);
        self.write(&format!("{comma}\n{}", without_card_numbers(disagreement_to_json(&disagreement))));
    }
}

fn show_reading(progress: &Progress, book: Book, rows: usize) {
    progress.moving(&format!("reading {book}: {rows} records so far"));
}

fn millis(time: SystemTime) -> i64 {
    whole_millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
