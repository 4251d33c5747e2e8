//! Instances whose clocks disagree.

use gateway_simulator::Request;
use gateway_simulator::server::Desk;
use gateway_simulator_function::JournalledDesk;
use gateway_simulator_function::journal::InMemoryJournal;

use crate::{NOON, SetClock, authorise, instance, log, money};

#[tokio::test]
async fn time_never_goes_back_from_entry_to_entry() {
    let journal = InMemoryJournal::default();
    let fast = JournalledDesk::new(journal.clone(), SetClock::at(NOON + 60_000), "fast");
    let slow = JournalledDesk::new(journal.clone(), SetClock::at(NOON), "slow");
    fast.handle(authorise("first")).await;
    slow.handle(authorise("second")).await;
    let times: Vec<_> = journal.entries().iter().map(|entry| entry.at_ms).collect();
    assert_eq!(times, [(NOON + 60_000).unsigned_abs(); 2]);
}

#[tokio::test]
async fn looking_at_a_later_time_does_not_make_it_later() {
    let journal = InMemoryJournal::default();
    let clock = SetClock::at(NOON);
    let first = JournalledDesk::new(journal.clone(), clock.clone(), "first");
    first.handle(authorise("first")).await;
    clock.set(NOON + 8 * 24 * 3_600_000);
    assert_eq!(money(&first).await, (0, 0, 0), "the hold has expired by then");
    clock.set(NOON);
    first.handle(authorise("second")).await;
    assert_eq!(money(&first).await, (4000, 0, 0));
    assert_eq!(log(&instance(&journal, "fresh")).await, log(&first).await);
}

#[tokio::test]
async fn a_clock_put_forward_at_one_instance_is_ahead_at_all() {
    let journal = InMemoryJournal::default();
    let (first, second) = (instance(&journal, "first"), instance(&journal, "second"));
    first.handle(authorise("key")).await;
    let days = (8 * 24 * 3_600_000).to_string();
    let moved = first.handle(Request::post("/_simulator/clock", &[("advance_milliseconds", &days)])).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(money(&second).await, (0, 0, 0));
    assert!(!second.handle(authorise("key")).await.idempotent_replayed, "keys are forgotten after a day");
}

#[tokio::test]
async fn a_journal_begun_later_issues_other_ids() {
    let ids = [NOON, NOON + 1].map(|begun| async move {
        let instance = JournalledDesk::new(InMemoryJournal::default(), SetClock::at(begun), "first");
        instance.handle(authorise("key")).await.body["id"].clone()
    });
    let [first, second] = ids;
    assert_ne!(first.await, second.await);
}
