//! Every divergence that a check is there for is made here, one by one, and must be found.

use fare_cli::execution::{Ended, ExecutionArn};
use fare_cli::observe::{Account, Entry, FareRecord, Holdings, LedgerEntries, LogEntry, Notice, PaymentRecord, Queue};
use fare_values::{EntryState, FareStatus, PaymentStatus};
use serde_json::{Value, json};

use super::{Kind, Outcome, check};
use crate::plan::{Payload, Story};
use crate::snapshot::{ExecutionSnapshot, FareSnapshot, Recovery, Snapshot};

const ID: &str = "chaos_r_7";
const AMOUNT: i64 = 2000;

type Change = fn(&mut FareSnapshot);

fn notice(queue: Queue, content: Value) -> Notice {
    Notice { queue, body: content.to_string(), content }
}

fn success() -> Notice {
    let content = json!({"outcome": "success", "fareStatus": "completed", "fareId": ID, "customerId": "c",
        "amount": AMOUNT, "currency": "usd"});
    notice(Queue::Success, content)
}

fn failure() -> Notice {
    notice(Queue::Failure, json!({"outcome": "failure", "fareStatus": "failed", "fareId": ID}))
}

fn rejection() -> Notice {
    notice(Queue::Failure, json!({"outcome": "failure", "fareStatus": "rejected", "fareId": null}))
}

fn call() -> Notice {
    notice(Queue::Attention, json!({"execution": "arn:first", "status": "FAILED"}))
}

fn ended(status: &str, error: Option<&str>) -> Option<Ended> {
    Some(Ended { status: status.into(), error: error.map(str::to_owned) })
}

fn execution(name: &str, payload: Option<usize>, ended: Option<Ended>, notice: Notice) -> ExecutionSnapshot {
    let arn = ExecutionArn::new(format!("arn:{name}"));
    ExecutionSnapshot { arn, payload, ended, recoveries: vec![], notices: vec![notice] }
}

fn asked(operation: &str, effect: &str, at: i64) -> LogEntry {
    LogEntry {
        sequence: 1,
        at,
        operation: operation.to_owned(),
        payment_intent: Some("pi_1".to_owned()),
        fare_reference: Some(format!("s/{ID}")),
        amount: Some(AMOUNT),
        currency: Some("usd".to_owned()),
        idempotency_key: Some(format!("s/{ID}/{operation}/1")),
        replayed: false,
        status: 200,
        effect: effect.to_owned(),
        fault: None,
    }
}

fn entry(state: EntryState) -> Option<Entry> {
    let (amount, currency) = (Some(AMOUNT), Some("usd".to_owned()));
    Some(Entry { state, amount, currency, customer_id: Some("c".to_owned()), posted_at: None })
}

fn completed() -> FareSnapshot {
    let payment = PaymentRecord {
        status: PaymentStatus::Captured,
        payment_id: Some("pi_1".to_owned()),
        refund_id: None,
        amount: Some(AMOUNT),
        currency: Some("usd".to_owned()),
        reason: None,
        created_at: Some(5),
        updated_at: Some(7),
    };
    FareSnapshot {
        id: ID.to_owned(),
        story: Story::Good,
        payloads: vec![
            Payload { customer: "c".to_owned(), amount: AMOUNT, currency: "usd" },
            Payload { customer: "c".to_owned(), amount: 7700, currency: "usd" },
        ],
        executions: vec![
            execution("first", Some(0), ended("SUCCEEDED", None), success()),
            execution("other", Some(1), ended("FAILED", Some("FareProcessingFailed")), rejection()),
            execution("refused", None, ended("FAILED", Some("FareProcessingFailed")), rejection()),
        ],
        fare: Some(FareRecord {
            status: FareStatus::Completed,
            customer_id: Some("c".to_owned()),
            amount: Some(AMOUNT),
            currency: Some("usd".to_owned()),
            registered_at: Some(4),
            decided_at: Some(8),
        }),
        payment: Some(payment),
        entries: LedgerEntries { credit: entry(EntryState::Standing), reversal: None },
        holdings: Holdings { intents: 1, held: 0, captured: AMOUNT, refunded: 0 },
        log: vec![asked("authorise", "hold_placed", 6), asked("capture", "captured", 7)],
    }
}

fn failed() -> FareSnapshot {
    let mut fare = completed();
    fare.fare.as_mut().unwrap().status = FareStatus::Failed;
    fare.payment.as_mut().unwrap().status = PaymentStatus::Refunded;
    fare.entries = LedgerEntries { credit: entry(EntryState::Reversed), reversal: entry(EntryState::Standing) };
    fare.holdings.refunded = AMOUNT;
    fare.log.push(asked("refund", "refunded", 8));
    let first = execution("first", Some(0), ended("FAILED", Some("FareProcessingFailed")), failure());
    fare.executions[0] = first;
    fare
}

/// Stopped half-way, and settled by its recovery.
fn recovered() -> FareSnapshot {
    let mut fare = failed();
    fare.executions[0].ended = ended("ABORTED", None);
    fare.executions[0].recoveries =
        vec![Recovery { arn: ExecutionArn::new("arn:recovery"), ended: ended("SUCCEEDED", None) }];
    fare
}

/// Left to a person, since the refund never works.
fn left() -> FareSnapshot {
    let mut fare = recovered();
    fare.story = Story::RefundNeverWorks;
    fare.payment.as_mut().unwrap().status = PaymentStatus::Cancelling;
    fare.entries = LedgerEntries { credit: entry(EntryState::Tombstone), reversal: None };
    fare.holdings.refunded = 0;
    fare.log.pop();
    let first = &mut fare.executions[0];
    first.ended = ended("FAILED", Some("PaymentGatewayUnavailable"));
    first.recoveries[0].ended = ended("FAILED", Some("FareNeedsAttention"));
    first.notices = vec![call()];
    fare
}

fn snapshot(fare: FareSnapshot) -> Snapshot {
    let sum = [&fare.entries.credit, &fare.entries.reversal].into_iter().flatten().fold(0, |sum, entry| {
        let reversed = fare.entries.reversal.as_ref() == Some(entry);
        if entry.state == EntryState::Tombstone {
            sum
        } else if reversed {
            sum - AMOUNT
        } else {
            sum + AMOUNT
        }
    });
    let account = Account { open: true, balances: [("usd".to_owned(), sum)].into() };
    Snapshot { fares: vec![fare], accounts: [("c".to_owned(), account)].into(), ..Snapshot::default() }
}

#[test]
fn fares_that_are_as_they_must_be_are_not_complained_of() {
    let fares = [
        (completed(), Outcome::Completed),
        (failed(), Outcome::Failed),
        (recovered(), Outcome::Failed),
        (left(), Outcome::Attention),
    ];
    for (fare, outcome) in fares {
        let snapshot = snapshot(fare);
        let verdict = check(&snapshot);
        assert_eq!((&verdict.fares[0].divergences, &verdict.elsewhere), (&vec![], &vec![]), "{outcome:?}");
        assert_eq!(verdict.fares[0].outcome, outcome);
    }
}

/// Makes the change, and wants a complaint of this invariant and kind.
fn bites(fare: fn() -> FareSnapshot, invariant: &str, kind: Kind, name: &str, change: Change) {
    let mut fare = fare();
    change(&mut fare);
    let snapshot = snapshot(fare);
    let found = check(&snapshot).fares.remove(0).divergences;
    assert!(found.iter().any(|one| (one.invariant, one.kind) == (invariant, kind)), "{name}: {found:?}");
}

#[test]
fn money_that_is_not_what_the_decision_says_is_found() {
    bites(completed, "I1", Kind::Lost, "refunded", |fare| fare.holdings.refunded = AMOUNT);
    bites(completed, "I1", Kind::Lost, "never captured", |fare| fare.holdings.captured = 0);
    bites(completed, "I1", Kind::Double, "captured twice", |fare| fare.holdings.captured = 2 * AMOUNT);
    bites(failed, "I1", Kind::Lost, "not refunded", |fare| fare.holdings.refunded = 0);
    bites(failed, "I1", Kind::Lost, "refunded too little", |fare| fare.holdings.refunded -= 1);
    bites(completed, "I2", Kind::Hold, "held too", |fare| fare.holdings.held = AMOUNT);
    bites(failed, "I2", Kind::Hold, "still held", |fare| fare.holdings.held = AMOUNT);
    bites(left, "I2", Kind::Hold, "held for a person", |fare| fare.holdings.held = AMOUNT);
}

#[test]
fn what_the_gateway_did_twice_is_found() {
    bites(completed, "I8", Kind::Double, "captured", |fare| fare.log.push(asked("capture", "captured", 9)));
    bites(completed, "I8", Kind::Other, "authorised", |fare| fare.log.push(asked("authorise", "hold_placed", 9)));
    bites(failed, "I8", Kind::Other, "refunded", |fare| fare.log.push(asked("refund", "refunded", 9)));
}

#[test]
fn a_refund_that_was_made_again_because_the_first_one_failed_is_one_refund() {
    let mut fare = failed();
    fare.log[2].fault = Some("fails_later".to_owned());
    fare.log.push(asked("refund", "refunded", 9));
    let snapshot = snapshot(fare);
    assert_eq!(check(&snapshot).fares[0].divergences, []);
}

#[test]
fn a_person_may_be_called_for_a_refund_that_failed_after_it_had_succeeded() {
    let mut fare = left();
    let mut refund = asked("refund", "refunded", 9);
    refund.fault = Some("fails_later".to_owned());
    fare.log.push(refund);
    set(&mut fare, PaymentStatus::Refunded);
    fare.executions.push(execution("before", Some(0), ended("FAILED", Some("FareProcessingFailed")), failure()));
    let good = snapshot(fare.clone());
    assert_eq!(check(&good).fares[0].divergences, []);
    fare.log.pop();
    let bad = snapshot(fare);
    let found: Vec<_> = check(&bad).fares.remove(0).divergences.into_iter().map(|one| one.invariant).collect();
    assert_eq!(found, ["I6", "I12", "I13"]);
}

#[test]
fn a_record_that_contradicts_the_gateway_or_the_decision_is_found() {
    bites(completed, "I4", Kind::Other, "too late", |fare| fare.payment.as_mut().unwrap().created_at = Some(7));
    bites(completed, "I4", Kind::Other, "missing", |fare| fare.payment = None);
    bites(failed, "I6", Kind::Other, "missing", |fare| fare.payment = None);
    bites(completed, "I6", Kind::Other, "pending", |fare| set(fare, PaymentStatus::Pending));
    bites(failed, "I6", Kind::Other, "captured", |fare| set(fare, PaymentStatus::Captured));
    bites(failed, "I6", Kind::Other, "voided", |fare| set(fare, PaymentStatus::Voided));
    bites(failed, "I6", Kind::Other, "cancelled", |fare| set(fare, PaymentStatus::Cancelled));
    bites(failed, "I6", Kind::Other, "cancelling", |fare| set(fare, PaymentStatus::Cancelling));
    bites(completed, "I6", Kind::Other, "of no payload", |fare| fare.fare.as_mut().unwrap().amount = Some(1));
}

fn set(fare: &mut FareSnapshot, status: PaymentStatus) {
    fare.payment.as_mut().unwrap().status = status;
}

#[test]
fn a_ledger_that_contradicts_the_decision_is_found() {
    bites(completed, "I3", Kind::Lost, "no credit", |fare| fare.entries.credit = None);
    bites(completed, "I3", Kind::Lost, "tombstone", |fare| fare.entries.credit = entry(EntryState::Tombstone));
    bites(completed, "I3", Kind::Lost, "reversal", |fare| fare.entries.reversal = entry(EntryState::Standing));
    bites(failed, "I3", Kind::Lost, "stands", |fare| fare.entries.credit = entry(EntryState::Standing));
    bites(failed, "I3", Kind::Lost, "no reversal", |fare| fare.entries.reversal = None);
    bites(failed, "I3", Kind::Lost, "reversal alone", |fare| fare.entries.credit = None);
    bites(completed, "I3", Kind::Other, "other amount", |fare| {
        fare.entries.credit.as_mut().unwrap().amount = Some(1);
    });
    bites(completed, "I3", Kind::Other, "other customer", |fare| {
        fare.entries.credit.as_mut().unwrap().customer_id = Some("d".to_owned());
    });
}

#[test]
fn a_balance_that_is_not_the_sum_of_the_entries_is_found() {
    for (balance, kind) in [(AMOUNT + 1, Kind::Double), (AMOUNT - 1, Kind::Lost), (0, Kind::Lost)] {
        let mut snapshot = snapshot(completed());
        snapshot.accounts.get_mut("c").unwrap().balances.insert("usd".to_owned(), balance);
        let found = check(&snapshot).elsewhere;
        assert!(found.iter().any(|one| (one.invariant, one.kind) == ("I3", kind)), "{balance}: {found:?}");
    }
    let mut snapshot = snapshot(completed());
    snapshot.accounts.clear();
    assert_eq!(check(&snapshot).elsewhere.len(), 1);
}

#[test]
fn a_fare_that_is_not_settled_is_found() {
    bites(completed, "I9", Kind::Lost, "no record", |fare| fare.fare = None);
    bites(completed, "I5", Kind::Lost, "undecided", |fare| {
        fare.fare.as_mut().unwrap().status = FareStatus::Registered;
    });
    bites(failed, "I5", Kind::Other, "hangs", |fare| fare.executions[0].ended = None);
    bites(failed, "I5", Kind::Other, "not recovered", |fare| fare.executions[0].ended = ended("ABORTED", None));
    bites(recovered, "I5", Kind::Other, "recovery hangs", |fare| fare.executions[0].recoveries[0].ended = None);
    bites(recovered, "I5", Kind::Other, "recovery failed", |fare| {
        fare.executions[0].recoveries[0].ended = ended("FAILED", Some("States.Runtime"));
    });
}

#[test]
fn a_call_for_a_person_is_found_where_it_is_missing_or_not_needed() {
    bites(recovered, "I5", Kind::Other, "not needed", |fare| fare.executions[0].notices.push(call()));
    bites(left, "I5", Kind::Other, "twice", |fare| fare.executions[0].notices.push(call()));
    bites(left, "I5", Kind::Other, "missing", |fare| fare.executions[0].notices.clear());
    bites(left, "I1", Kind::Lost, "missing", |fare| fare.executions[0].notices.clear());
}

#[test]
fn an_execution_that_says_something_else_than_the_decision_is_found() {
    bites(failed, "I12", Kind::Other, "succeeded", |fare| fare.executions[0].ended = ended("SUCCEEDED", None));
    bites(completed, "I12", Kind::Other, "failed", |fare| {
        fare.executions[0].ended = ended("FAILED", Some("FareProcessingFailed"));
    });
    bites(completed, "I12", Kind::Other, "another payload", |fare| {
        fare.executions[1].ended = ended("SUCCEEDED", None);
    });
    bites(completed, "I12", Kind::Other, "a refused input", |fare| {
        fare.executions[2].ended = ended("SUCCEEDED", None);
    });
}

#[test]
fn a_notice_that_is_missing_or_wrong_is_found() {
    bites(completed, "I13", Kind::Other, "none", |fare| fare.executions[0].notices.clear());
    bites(completed, "I13", Kind::Other, "no rejection", |fare| fare.executions[2].notices.clear());
    bites(recovered, "I13", Kind::Other, "none after recovery", |fare| fare.executions[0].notices.clear());
    bites(completed, "I13", Kind::Other, "a failure too", |fare| fare.executions[0].notices.push(failure()));
    bites(failed, "I13", Kind::Other, "a success too", |fare| fare.executions[0].notices.push(success()));
    bites(left, "I13", Kind::Other, "a failure", |fare| fare.executions[0].notices.push(failure()));
    bites(completed, "I13", Kind::Other, "rejected", |fare| fare.executions[0].notices.push(rejection()));
    bites(completed, "I13", Kind::Other, "another's name", |fare| fare.executions[1].notices.push(success()));
    bites(completed, "I13", Kind::Other, "wrong amount", |fare| {
        fare.executions[0].notices[0].content["amount"] = json!(1);
    });
    bites(completed, "I13", Kind::Other, "wrong fare", |fare| {
        fare.executions[0].notices[0].content["fareId"] = json!("chaos_r_8");
    });
    bites(completed, "I13", Kind::Other, "a rejection that names the fare", |fare| {
        fare.executions[2].notices[0].content["fareId"] = json!(ID);
    });
}

#[test]
fn what_belongs_to_no_fare_is_found() {
    let elsewhere = |change: fn(&mut Snapshot)| {
        let mut snapshot = snapshot(completed());
        change(&mut snapshot);
        check(&snapshot).elsewhere.into_iter().map(|one| one.invariant).collect::<Vec<_>>()
    };
    assert_eq!(elsewhere(|snapshot| snapshot.strangers.push("fare x".to_owned())), ["I9"]);
    assert_eq!(elsewhere(|snapshot| snapshot.card_numbers.push("the tables")), ["I11"]);
    assert_eq!(elsewhere(|snapshot| snapshot.dead_letters = 1), ["I13"]);
}
