//! Each store in memory is a true twin of its DynamoDB adapter. Whatever is proved over the twins, above all by the
//! exploration of every fault, is worth as much as this.
//!
//! Seeded random sequences of 3 to 8 operations, most of them short, are played on an adapter over a table, and held
//! against the twin: every answer, with the old item or the cancellation that it tells of, and at the end every record,
//! attribute by attribute. What a sequence is drawn from:
//! * one to three fares and one or two customers; other payloads under the same id; every currency; amounts and times up
//!   to the largest; every operation with every parameter, such as any states to move from;
//! * operations at once: their answers, and what follows, must be those of the twin in some order;
//! * a lost answer: the effect stands and the client sends the request again, with the token that it has, if any.
//!
//! The engine and not AWS is what the adapters are held against here. It handles one request at a time, so that two
//! transactions never cancel each other, as they may on AWS; then the adapter says that the outcome is unknown.
//!
//! Nothing that it writes stays in the tables.
//!
//! Run it as `fare local -- cargo test -p integration-tests --test conformance`. `CONFORMANCE_SEED` draws other sequences,
//! `CONFORMANCE_SEQUENCES` more of them, over all four stores.

mod client;
mod draw;
mod fares;
mod items;
mod journal;
mod judge;
mod ledger;
mod payments;
mod run;
mod sequence;
mod shrink;
mod toy;

use std::io::Write;

use fare_cli::Stack;
use futures::future::ready;

use fares::Fares;
use journal::Journals;
use ledger::Ledger;
use payments::Payments;
use run::{Plan, Tally, compare};

const STORES: u64 = 4;
const SEQUENCES: u64 = 20_000;
const SEED: u64 = 4;

/// From how many sequences of a store on every kind of answer must have been met.
const TELLING: u64 = 1_000;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} must be a whole number")),
        Err(_) => default,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_twin_answers_as_its_table_does() {
    let plan = Plan {
        seed: setting("CONFORMANCE_SEED", SEED),
        sequences: setting("CONFORMANCE_SEQUENCES", SEQUENCES).div_ceil(STORES),
    };
    let stack = Stack::from_environment().await.expect("a stack is deployed: run `make test`");
    let (of_fares, of_payments, of_ledger, of_journals) = tokio::join!(
        compare(plan, || ready(Fares::of(&stack))),
        compare(plan, || ready(Payments::of(&stack))),
        compare(plan, || ready(Ledger::of(&stack))),
        compare(plan, || Journals::create(&stack)),
    );

    let tallies = [of_fares, of_payments, of_ledger, of_journals];
    let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let (sequences, operations) = (sum(|tally| tally.sequences), sum(|tally| tally.operations));
    let differences: usize = tallies.iter().map(|tally| tally.differences.len()).sum();
    // One of each store is enough to read.
    for difference in tallies.iter().filter_map(|tally| tally.differences.first()) {
        say(&format!("{difference}\n"));
    }
    say(&format!(
        "conformance: sequences={sequences} operations={operations} stores={STORES} differences={differences} seed={}\n",
        plan.seed
    ));
    assert_eq!(differences, 0, "a twin and its table differ");
    if plan.sequences >= TELLING {
        let unmet: Vec<_> = tallies.iter().flat_map(Tally::unmet).collect();
        assert!(unmet.is_empty(), "these answers never came, so nothing was learnt about them: {unmet:?}");
    }
}

/// Says it although the test may succeed; `println!` would be kept back.
fn say(text: &str) {
    std::io::stdout().write_all(text.as_bytes()).expect("there is an output");
}
