//! Several instances over one journal are one gateway.

use futures::future::join_all;
use gateway_simulator::Request;
use gateway_simulator::server::Desk;
use gateway_simulator_function::journal::{InMemoryJournal, Mishap};

use crate::{authorise, instance, log, money, on};

#[tokio::test]
async fn what_one_instance_does_the_other_knows() {
    let journal = InMemoryJournal::default();
    let (first, second) = (instance(&journal, "first"), instance(&journal, "second"));
    let authorised = first.handle(authorise("key")).await;
    assert_eq!(money(&second).await, (2000, 0, 0));
    assert_eq!(second.handle(on(&authorised, "capture")).await.status, 200);
    assert_eq!(money(&first).await, (0, 2000, 0));
}

#[tokio::test]
async fn a_key_that_one_instance_has_executed_the_other_replays() {
    let journal = InMemoryJournal::default();
    let executed = instance(&journal, "first").handle(authorise("key")).await;
    let second = instance(&journal, "second");
    let replayed = second.handle(authorise("key")).await;
    assert!(replayed.idempotent_replayed && !executed.idempotent_replayed);
    assert_eq!(replayed.body, executed.body);
    assert_eq!(money(&second).await, (2000, 0, 0));
}

#[tokio::test]
async fn an_instance_that_was_overtaken_replays_the_others_answer() {
    let (journal, elsewhere) = (InMemoryJournal::default(), InMemoryJournal::default());
    let executed = instance(&elsewhere, "second").handle(authorise("key")).await;
    journal.plan(Mishap::Overtaken(elsewhere.entries().remove(0)));
    let first = instance(&journal, "first");
    let replayed = first.handle(authorise("key")).await;
    assert!(replayed.idempotent_replayed);
    assert_eq!(replayed.body, executed.body);
    assert_eq!(money(&first).await, (2000, 0, 0));
}

#[tokio::test]
async fn of_many_who_execute_one_key_at_once_one_does() {
    let journal = InMemoryJournal::default();
    let instances: Vec<_> = (0..6).map(|number| instance(&journal, &format!("instance {number}"))).collect();
    let replies = join_all(instances.iter().map(|instance| instance.handle(authorise("key")))).await;
    assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == replies[0].body), "{replies:?}");
    assert_eq!(replies.iter().filter(|reply| !reply.idempotent_replayed).count(), 1);
    assert_eq!(money(&instances[0]).await, (2000, 0, 0));
}

#[tokio::test]
async fn of_a_capture_and_a_void_at_once_one_succeeds() {
    let journal = InMemoryJournal::default();
    let (first, second) = (instance(&journal, "first"), instance(&journal, "second"));
    let authorised = first.handle(authorise("key")).await;
    let (capture, void) = (on(&authorised, "capture"), on(&authorised, "cancel"));
    let (captured, voided) = futures::join!(first.handle(capture), second.handle(void));
    assert_eq!([captured.status, voided.status].iter().filter(|status| **status == 200).count(), 1);
    let money = money(&first).await;
    assert!(money == (0, 2000, 0) || money == (0, 0, 0), "{money:?}");
}

#[tokio::test]
async fn a_crowd_leaves_a_journal_without_gaps_that_everybody_reads_alike() {
    let journal = InMemoryJournal::default();
    let instances: Vec<_> = (0..4).map(|number| instance(&journal, &format!("instance {number}"))).collect();
    for round in 0..5 {
        let requests = instances.iter().enumerate();
        let replies =
            join_all(requests.map(|(number, instance)| instance.handle(authorise(&format!("{round} {number}"))))).await;
        assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    }
    let positions: Vec<_> = journal.entries().iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (1..=20).collect::<Vec<_>>());
    let truth = log(&instance(&journal, "fresh")).await;
    assert_eq!(truth.len(), 20);
    for instance in &instances {
        assert_eq!(log(instance).await, truth);
    }
}

#[tokio::test]
async fn a_fault_planned_at_one_instance_strikes_at_another_and_only_once() {
    let journal = InMemoryJournal::default();
    let (first, second) = (instance(&journal, "first"), instance(&journal, "second"));
    let planned = first.handle(Request::post("/_simulator/faults", &[("fault", "unavailable")])).await;
    assert_eq!(planned.status, 200, "{planned:?}");
    assert_eq!(second.handle(authorise("key")).await.status, 503);
    assert_eq!(first.handle(authorise("key")).await.status, 200);
}

#[tokio::test]
async fn reading_the_simulators_own_pages_is_not_written_down() {
    let journal = InMemoryJournal::default();
    let instance = instance(&journal, "first");
    instance.handle(authorise("key")).await;
    assert_eq!(money(&instance).await, (2000, 0, 0));
    assert_eq!(log(&instance).await.len(), 1);
    assert_eq!(journal.entries().len(), 1);
}
