use std::collections::BTreeMap;

use fare_values::{FareStatus, PaymentStatus};

use super::*;
use crate::execution::{Ended, ExecutionArn};
use crate::observe::{Account, Entry, FareRecord, Holdings, LedgerEntries, LogEntry, PaymentRecord};
use crate::scenarios::catalogue;

fn scenario(name: &str) -> (Scenario, Ids) {
    let scenario = catalogue().into_iter().find(|scenario| scenario.name == name).unwrap();
    let ids = Ids::of(&scenario, "r", 1);
    (scenario, ids)
}

fn execution(expected: &ExpectedExecution, ids: &Ids) -> ObservedExecution {
    let attempts = |state: &str| if expected.retried == Some(state) { 2 } else { 1 };
    let visit = |state: &&str| Visit { state: (*state).to_owned(), attempts: attempts(state) };
    let rejected = matches!(expected.notice, ExpectedNotice::Rejected(_));
    let mut content = serde_json::json!({
        "outcome": queue_name(expected.notice.queue()),
        "fareStatus": expected.notice.fare_status(),
        "fareId": if rejected { None } else { Some(&ids.fare) },
    });
    if let Some(error) = expected.notice.error() {
        content["error"] = error.into();
    }
    ObservedExecution {
        arn: ExecutionArn::new("arn"),
        ended: Ended {
            status: if expected.succeeds { ExecutionStatus::Succeeded } else { ExecutionStatus::Failed },
            error: (!expected.succeeds).then(|| "FareProcessingFailed".to_owned()),
        },
        path: expected.path.iter().map(visit).collect(),
        notices: vec![Notice { queue: expected.notice.queue(), body: content.to_string(), content }],
    }
}

/// What a run finds in which everything went as it should.
fn fare_record(status: FareStatus) -> FareRecord {
    FareRecord { status, customer_id: None, amount: None, currency: None, registered_at: None, decided_at: None }
}

fn as_it_should_be(scenario: &Scenario, ids: &Ids) -> Observed {
    let expected = scenario.expected;
    let credit = Entry {
        state: EntryState::Standing,
        amount: Some(expected.balance),
        currency: None,
        customer_id: None,
        posted_at: None,
    };
    let executions = expected_executions(scenario).into_iter().map(|each| execution(each, ids)).collect();
    Observed {
        executions,
        fare: expected.fare.map(fare_record),
        payment: expected.payment.map(|status| PaymentRecord {
            status,
            payment_id: None,
            refund_id: None,
            amount: None,
            currency: None,
            reason: None,
            created_at: None,
            updated_at: None,
        }),
        entries: LedgerEntries { credit: (expected.balance > 0).then_some(credit), reversal: None },
        account: (expected.balance > 0)
            .then(|| Account { open: true, balances: BTreeMap::from([("usd".to_owned(), expected.balance)]) }),
        holdings: Holdings { intents: 1, held: 0, captured: expected.captured, refunded: expected.refunded },
        log: vec![],
    }
}

/// The columns that are marked when `change` has been made to a run that went as it should.
fn marked(name: &str, change: impl Fn(&mut Observed)) -> Vec<Column> {
    let (scenario, ids) = scenario(name);
    let mut observed = as_it_should_be(&scenario, &ids);
    change(&mut observed);
    let cells = all(&scenario, &ids, &observed);
    cells.into_iter().filter(|cell| !cell.as_expected).map(|cell| cell.column).collect()
}

#[test]
fn a_run_that_went_as_it_should_has_no_mark_in_any_scenario() {
    for scenario in catalogue() {
        assert_eq!(marked(scenario.name, |_| ()), [], "{}", scenario.name);
    }
}

#[test]
fn a_hold_that_is_left_is_marked() {
    assert_eq!(marked("capture refused", |run| run.holdings.held = 2000), [Column::Gateway]);
}

#[test]
fn a_second_capture_is_marked_even_if_the_sum_is_right() {
    let entry = LogEntry {
        sequence: 1,
        at: 0,
        operation: "capture".to_owned(),
        payment_intent: None,
        fare_reference: None,
        amount: None,
        currency: None,
        idempotency_key: None,
        replayed: false,
        status: 200,
        effect: "captured".to_owned(),
        fault: None,
    };
    let replayed = LogEntry { replayed: true, ..entry.clone() };
    assert_eq!(marked("collected", |run| run.log = vec![entry.clone(), replayed.clone()]), []);
    assert_eq!(marked("collected", |run| run.log = vec![entry.clone(), entry.clone()]), [Column::Gateway]);
}

#[test]
fn a_fare_that_must_not_be_there_is_marked() {
    let fare = fare_record(FareStatus::Registered);
    assert_eq!(marked("bad amount", |run| run.fare = Some(fare.clone())), [Column::Records]);
}

#[test]
fn a_payment_record_that_disagrees_is_marked() {
    let wrong = |run: &mut Observed| run.payment.as_mut().unwrap().status = PaymentStatus::Cancelling;
    assert_eq!(marked("account closed", wrong), [Column::Records]);
}

#[test]
fn a_balance_that_its_postings_do_not_explain_is_marked() {
    assert_eq!(marked("collected", |run| run.entries = LedgerEntries::default()), [Column::Balance]);
}

#[test]
fn a_retry_that_did_not_happen_is_marked() {
    let never = |run: &mut Observed| run.executions[0].path.iter_mut().for_each(|visit| visit.attempts = 1);
    assert_eq!(marked("refund fails at first", never), [Column::Path]);
}

#[test]
fn a_notice_in_the_other_queue_is_marked() {
    let stray = |run: &mut Observed| {
        let mut stray = run.executions[0].notices[0].clone();
        stray.queue = Queue::Failure;
        run.executions[0].notices.push(stray);
    };
    assert_eq!(marked("collected", stray), [Column::Queue]);
}

#[test]
fn a_missing_notice_is_marked() {
    assert_eq!(marked("card declined", |run| run.executions[0].notices.clear()), [Column::Queue]);
}

#[test]
fn a_notice_that_repeats_a_card_number_is_marked() {
    let leak = |run: &mut Observed| run.executions[0].notices[0].body.push_str(" 4242424242424242");
    assert_eq!(marked("card data", leak), [Column::Queue]);
}

#[test]
fn an_execution_that_broke_is_not_taken_for_a_clean_failure() {
    let broke = |run: &mut Observed| run.executions[0].ended.error = Some("States.Runtime".to_owned());
    assert_eq!(marked("card declined", broke), [Column::Outcome]);
}

#[test]
fn an_execution_too_many_is_marked() {
    let more = |run: &mut Observed| run.executions.push(run.executions[0].clone());
    assert_eq!(marked("same fare twice", more), [Column::Outcome, Column::Path, Column::Queue]);
}

#[test]
fn a_scenario_that_could_not_be_observed_is_marked_in_every_cell_and_says_why() {
    let (scenario, _) = scenario("collected");
    let cells = unobserved(&scenario, "it had not ended after 60 s");
    assert!(cells.iter().all(|cell| !cell.as_expected));
    assert_eq!(cells[0].found, "it had not ended after 60 s");
}
