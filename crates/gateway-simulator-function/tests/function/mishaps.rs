//! Writes whose answer is lost, writers who are always too late, and journals that make no sense.

use std::sync::atomic::{AtomicBool, Ordering};

use fare_values::StoreUnavailable;
use gateway_simulator::Request;
use gateway_simulator::server::Desk;
use gateway_simulator_function::JournalledDesk;
use gateway_simulator_function::journal::{Appended, Entry, InMemoryJournal, Journal, Mishap, Page};

use crate::{NOON, SetClock, authorise, instance, log, money};

/// What somebody else wrote, which changes no payment.
fn others_entry(position: u64) -> Entry {
    Entry {
        position,
        id: format!("another {position}"),
        at_ms: NOON.unsigned_abs(),
        request: Request::post("/_simulator/faults/clear", &[]),
    }
}

#[tokio::test]
async fn a_write_that_never_arrives_leaves_nothing_behind() {
    let journal = InMemoryJournal::default();
    let instance = instance(&journal, "first");
    journal.plan(Mishap::Lost);
    assert_eq!(instance.handle(authorise("key")).await.status, 500);
    assert_eq!(money(&instance).await, (0, 0, 0));
    let executed = instance.handle(authorise("key")).await;
    assert!(executed.status == 200 && !executed.idempotent_replayed);
    assert_eq!(money(&instance).await, (2000, 0, 0));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_found_again() {
    let journal = InMemoryJournal::default();
    let instance = instance(&journal, "first");
    journal.plan(Mishap::AnswerLost);
    let unknown = instance.handle(authorise("key")).await;
    assert_eq!((unknown.status, unknown.should_retry), (500, None));
    let replayed = instance.handle(authorise("key")).await;
    assert!(replayed.status == 200 && replayed.idempotent_replayed);
    assert_eq!(money(&instance).await, (2000, 0, 0));
}

#[tokio::test]
async fn a_request_that_always_comes_too_late_is_turned_away_without_effect() {
    let journal = InMemoryJournal::default();
    for position in 1..=10 {
        journal.plan(Mishap::Overtaken(others_entry(position)));
    }
    let instance = instance(&journal, "first");
    let turned_away = instance.handle(authorise("key")).await;
    assert_eq!((turned_away.status, turned_away.should_retry), (503, Some(true)));
    assert_eq!(money(&instance).await, (0, 0, 0));
    assert!(log(&instance).await.is_empty());
    assert_eq!(instance.handle(authorise("key")).await.status, 200);
}

#[tokio::test]
async fn a_journal_with_a_gap_is_refused_each_time() {
    let journal = InMemoryJournal::default();
    for position in [1, 3] {
        assert_eq!(journal.append(&others_entry(position)).await, Ok(Appended::Written));
    }
    let instance = instance(&journal, "first");
    for _ in 0..2 {
        assert_eq!(instance.handle(authorise("key")).await.status, 503);
    }
}

/// A journal of which every second read fails.
#[derive(Debug)]
struct Shaky {
    journal: InMemoryJournal,
    fails_next: AtomicBool,
}

impl Journal for Shaky {
    async fn read_after(&self, position: u64) -> Result<Page, StoreUnavailable> {
        if self.fails_next.fetch_xor(true, Ordering::Relaxed) {
            return Err(StoreUnavailable::because("timed out"));
        }
        self.journal.read_after(position).await
    }

    async fn append(&self, entry: &Entry) -> Result<Appended, StoreUnavailable> {
        self.journal.append(entry).await
    }
}

#[tokio::test]
async fn a_replay_that_was_interrupted_goes_on_where_it_was() {
    let journal = InMemoryJournal::default();
    for position in 1..=7 {
        assert_eq!(journal.append(&others_entry(position)).await, Ok(Appended::Written));
    }
    // Three pages, so that no attempt gets through them all.
    let shaky = Shaky { journal, fails_next: AtomicBool::new(false) };
    let instance = JournalledDesk::new(shaky, SetClock::at(NOON), "first");
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(instance.handle(authorise("key")).await.status);
    }
    assert_eq!(statuses, [503, 503, 200]);
}
