//! The contract between the payment service and the gateway, proved by exhaustion and by chance.
//!
//! * Cells: every request that the service makes, at every point of its course, meets every answer that the simulator can
//!   give instead, over HTTP; once, and as often as the invocation asks.
//! * Sequences: charges and refunds in any order, with faults, kills, twins and late requests, in process on a virtual
//!   clock.
//!
//! Prints one line, and every violation before it; leaves with status 1 if there is any.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod cells;
mod gateway;
mod phases;
mod sequences;
mod verdict;
#[path = "../service/world.rs"]
#[allow(dead_code, reason = "the service's own tests use the rest")]
mod world;

use std::process::ExitCode;

/// How many violations are shown.
const SHOWN: usize = 20;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let cells = runtime.block_on(cells::all());
    let sequences = sequences::run();
    let passed = cells.iter().filter(|cell| cell.violations.is_empty()).count();
    let violations: Vec<String> =
        cells.iter().flat_map(|cell| &cell.violations).chain(&sequences.violations).cloned().collect();
    for violation in violations.iter().take(SHOWN) {
        eprintln!("{violation}");
    }
    println!(
        "gateway contract: cells={} passed={passed} sequences={} violations={}",
        cells.len(),
        sequences.count,
        violations.len()
    );
    if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
