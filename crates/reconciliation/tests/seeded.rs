//! Every kind of disagreement is found, and nothing else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

#[path = "generated/mod.rs"]
mod generated;

use std::collections::BTreeSet;

use generated::{Generated, NOW, PATIENCE, SINCE};
use reconciliation::{Book, Disagreement, Kind, LedgerReading, Listener, Outcome, Settings, Subject, Time, reconcile};

const FARES: u64 = 12_000;

#[derive(Default)]
struct Told(BTreeSet<(Subject, Kind)>);

impl Listener for Told {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        let is_new = self.0.insert((disagreement.subject.clone(), disagreement.kind));
        assert!(is_new, "told twice: {disagreement:?}");
    }
}

async fn reconciled(
    books: &Generated,
    ledger: LedgerReading,
    since: Option<i64>,
) -> (BTreeSet<(Subject, Kind)>, Outcome) {
    let directory = tempfile::tempdir().unwrap();
    let time = Time { now: NOW, patience: PATIENCE };
    let settings = Settings { time, since, ledger, directory: directory.path().to_owned() };
    let mut told = Told::default();
    let outcome = reconcile(books, &settings, &mut told).await.unwrap();
    (told.0, outcome)
}

#[tokio::test]
async fn every_kind_of_disagreement_is_found_and_nothing_else() {
    let books = Generated::seeded(FARES);
    let (found, outcome) = reconciled(&books, LedgerReading::Whole, None).await;
    assert_eq!(found, books.expected().into_iter().collect());
    assert_eq!(outcome.disagreements(), u64::try_from(found.len()).unwrap());
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong_however_much_moves_meanwhile() {
    for ledger in [LedgerReading::Whole, LedgerReading::ByFare] {
        let (found, outcome) = reconciled(&Generated::sound(FARES), ledger, None).await;
        assert_eq!((found.len(), outcome.disagreements()), (0, 0));
        assert_eq!((outcome.counts.fares, outcome.counts.looked_at_again), (FARES, FARES / 100));
    }
}

#[tokio::test]
async fn read_fare_by_fare_the_ledger_hides_only_what_nothing_else_knows_of() {
    let books = Generated::seeded(FARES);
    let (found, _) = reconciled(&books, LedgerReading::ByFare, None).await;
    let expected: BTreeSet<_> = books.expected().into_iter().collect();
    let missed: BTreeSet<_> = expected.difference(&found).map(|(_, kind)| *kind).collect();
    assert_eq!(missed, [Kind::EntryWithoutFare].into());
    // The orphan shows in the balance of its account.
    let beyond: Vec<_> = found.difference(&expected).map(|(_, kind)| *kind).collect();
    assert_eq!(beyond, [Kind::BalanceDiffers; 3]);
}

#[tokio::test]
async fn since_a_time_everything_is_found_that_was_touched_after_it() {
    let books = Generated::seeded(FARES);
    let (found, outcome) = reconciled(&books, LedgerReading::Whole, Some(SINCE)).await;
    assert_eq!(found, books.expected_since().into_iter().collect());
    assert!(outcome.counts.fares < FARES);
}

#[tokio::test]
async fn what_is_older_than_asked_for_is_not_taken_for_missing() {
    for ledger in [LedgerReading::Whole, LedgerReading::ByFare] {
        let (found, outcome) = reconciled(&Generated::sound(FARES), ledger, Some(SINCE)).await;
        assert_eq!(found.len(), 0, "{found:?}");
        assert!(outcome.counts.fares < FARES);
    }
}
