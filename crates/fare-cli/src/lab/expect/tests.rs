use fare_values::WireErrorName;
use serde_json::json;

use super::*;
use crate::execution::{Ended, Trail, Visited};
use crate::observe::Queue;

const FINISHED: &str = include_str!("../../../../../statemachine/fare-collection.asl.json");

fn machine() -> Machine {
    Machine::of("finished", FINISHED.as_bytes()).unwrap()
}

fn visited(state: &str, attempts: u32) -> Visited {
    Visited { state: state.to_owned(), attempts, entered_at: 0, left_at: Some(1), failed: None }
}

fn notice(queue: Queue, content: serde_json::Value) -> Notice {
    Notice { queue, body: content.to_string(), content }
}

/// What is observed of a fare that was collected without any trouble.
fn collected() -> Observed {
    let said = json!({"outcome": "success", "fareStatus": "completed", "fareId": "wr_563"});
    let execution = ObservedExecution {
        ended: Ended { status: ExecutionStatus::Succeeded, error: None },
        cause: String::new(),
        stopped_after: None,
        trail: Trail {
            visited: vec![visited("ChargeFare", 1), visited("FareProcessingSucceeded", 0)],
            ended: true,
            ..Trail::default()
        },
        notices: vec![notice(Queue::Success, said)],
        given: vec![("BeginSaga".to_owned(), "4242".to_owned()), ("RegisterFare".to_owned(), "{}".to_owned())],
    };
    Observed {
        judged: vec![execution],
        fare_id: "wr_563".to_owned(),
        fare: Some(FareStatus::Completed),
        holdings: Holdings { intents: 1, held: 0, captured: 2_000, refunded: 0 },
        balance: 2_000,
        unaddressed: vec![],
    }
}

/// What is said of it, once something is otherwise.
fn said(expect: Expect, change: impl FnOnce(&mut Observed)) -> Option<String> {
    let mut observed = collected();
    change(&mut observed);
    expect.shortcoming(&observed, &machine()).map(|shortcoming| shortcoming.what)
}

#[test]
fn a_collected_fare_is_all_that_it_must_be() {
    for expect in [
        Expect::Recorded,
        Expect::Fare(Some(FareStatus::Completed)),
        Expect::Paid(2_000),
        Expect::Balance(2_000),
        Expect::Ends(Ending::Well),
        Expect::Notice(ExpectedNotice::Completed),
        Expect::NotAnnounced("4242"),
        Expect::NotCarried("4242"),
        Expect::AskedOnce("charge"),
    ] {
        assert_eq!(said(expect, |_| ()), None, "{expect:?}");
    }
}

#[test]
fn money_that_is_held_kept_or_missing_is_missed() {
    let paid = |amount, held, captured, refunded| {
        said(Expect::Paid(amount), |observed| {
            observed.holdings = Holdings { intents: 1, held, captured, refunded };
        })
    };
    assert_eq!(paid(2_000, 0, 0, 0).unwrap(), "was not charged");
    assert_eq!(paid(2_000, 0, 4_000, 0).unwrap(), "charged $40.00 instead of $20.00");
    assert_eq!(paid(2_000, 0, 2_000, 2_000).unwrap(), "gave $20.00 back although the fare stands");
    assert_eq!(paid(0, 2_000, 0, 0).unwrap(), "left $20.00 held on the card");
    assert_eq!(paid(0, 0, 2_000, 0).unwrap(), "kept $20.00 that had been charged");
    assert_eq!(paid(0, 0, 2_000, 2_000), None);
    assert_eq!(paid(0, 0, 0, 0), None, "whether it was charged before or never");
}

#[test]
fn records_that_are_otherwise_are_missed() {
    let fare = |expected, found| said(Expect::Fare(expected), |observed| observed.fare = found);
    let failed = Some(FareStatus::Failed);
    assert_eq!(fare(failed, Some(FareStatus::Registered)).unwrap(), "left the fare `registered` instead of `failed`");
    assert_eq!(fare(failed, None).unwrap(), "left no fare on record instead of one that is `failed`");
    assert_eq!(fare(None, failed).unwrap(), "left a fare on record, `failed`");
    assert!(said(Expect::Recorded, |observed| observed.fare = None).is_some());
    let balance = said(Expect::Balance(0), |_| ()).unwrap();
    assert_eq!(balance, "left the customer's balance at $20.00 instead of $0.00");
}

#[test]
fn an_end_of_the_other_kind_is_missed() {
    assert!(said(Expect::Ends(Ending::Badly), |_| ()).unwrap().starts_with("ended well in FareProcessingSucceeded"));
    let broke = said(Expect::Ends(Ending::Badly), |observed| {
        observed.judged[0].ended.status = ExecutionStatus::Failed;
        observed.judged[0].trail.visited = vec![visited("ChargeFare", 1)];
    });
    assert_eq!(broke.unwrap(), "broke the execution instead of ending it");
    let running = said(Expect::Ends(Ending::Well), |observed| {
        observed.judged[0].ended.status = ExecutionStatus::Running;
        observed.judged[0].stopped_after = Some(std::time::Duration::from_secs(30));
    });
    assert!(running.unwrap().starts_with("was still running after 30 s, in FareProcessingSucceeded"));
}

#[test]
fn a_notice_that_is_missing_doubled_misplaced_or_of_another_fare_is_missed() {
    let expected = Expect::Notice(ExpectedNotice::Completed);
    let told = |notices: Vec<Notice>| said(expected, |observed| observed.judged[0].notices = notices);
    assert_eq!(told(vec![]).unwrap(), "was announced to nobody");
    let right = collected().judged[0].notices[0].clone();
    assert_eq!(told(vec![right.clone(), right]).unwrap(), "was announced 2 times");
    assert!(told(vec![notice(Queue::Failure, json!({}))]).unwrap().contains("let its `outcome` be `success`"));
    let other = json!({"outcome": "success", "fareStatus": "completed", "fareId": "wr_564"});
    assert!(told(vec![notice(Queue::Success, other)]).unwrap().contains("fareId of another fare"));

    let rejected = Expect::Notice(ExpectedNotice::Rejected(WireErrorName::InvalidFare));
    let names_it = json!({"outcome": "failure", "fareStatus": "rejected", "fareId": "wr_563", "error": "InvalidFare"});
    let said_of_it = said(rejected, |observed| observed.judged[0].notices = vec![notice(Queue::Failure, names_it)]);
    assert!(said_of_it.unwrap().contains("names no fare"));
    let unaddressed = said(expected, |observed| {
        observed.judged[0].notices.clear();
        observed.unaddressed = vec![notice(Queue::Success, json!({"fareId": "wr_563"}))];
    });
    assert!(unaddressed.unwrap().contains("names no execution"));
}

#[test]
fn a_text_that_is_carried_or_announced_is_missed_wherever_it_is() {
    let carried = said(Expect::NotCarried("4242"), |observed| observed.judged[0].given[1].1 = "4242".to_owned());
    assert!(carried.unwrap().starts_with("was carried on to RegisterFare"));
    let announced = said(Expect::NotAnnounced("4242"), |observed| {
        observed.unaddressed = vec![notice(Queue::Failure, json!({"cc": "4242"}))];
    });
    assert!(announced.is_some());
}

#[test]
fn attempts_are_counted_at_the_state_that_sends_the_action_and_of_the_execution_that_shows_it() {
    assert!(said(Expect::Retried("charge"), |_| ()).unwrap().starts_with("was not tried again"));
    let again = said(Expect::Retried("charge"), |observed| observed.judged[0].trail.visited[0].attempts = 2);
    assert_eq!(again, None);
    let mut twins = collected();
    twins.judged.push(twins.judged[0].clone());
    twins.judged[1].trail.visited[0].attempts = 5;
    let shortcoming = Expect::AskedOnce("charge").shortcoming(&twins, &machine()).unwrap();
    assert!(shortcoming.what.starts_with("was asked 5 times") && shortcoming.execution == 1, "{shortcoming:?}");
}
