use aws_sdk_sfn::types::ExecutionStatus;
use reconciliation::{
    Amount, Entry, EntryKind, Fare, FareFacts, GatewayPayment, GivenBack, Payment, PaymentStands, Time, judge,
};

use super::*;

const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:collect:live";
const HOUR: i64 = 60 * 60 * 1000;

fn request() -> FareRequest {
    let input = json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&input).unwrap()
}

fn ended(status: ExecutionStatus, error: Option<&str>) -> Option<Described> {
    Some(Described {
        arn: ExecutionArn::of(MACHINE, "wr_563"),
        status,
        error: error.map(str::to_owned),
        input: Some("{\"fareId\":\"wr_563\",\"of\":\"the execution\"}".to_owned()),
        started_at: None,
        ended_at: None,
        redriven: false,
        redrive: None,
        redrive_reason: None,
    })
}

fn case_of(facts: FareFacts, execution: Option<Described>) -> Case {
    let now = 10 * HOUR;
    let request = facts.fare.is_some().then(request);
    let findings = judge(&facts, Time { now, patience: 0 });
    let arn = ExecutionArn::of(MACHINE, "wr_563");
    Case { fare_id: "wr_563".to_owned(), arn, execution, request, facts, findings, now }
}

/// A fare that was registered five hours ago and is captured and credited.
fn charged(decision: Decision) -> FareFacts {
    let usd = || Amount::new(2000, "usd");
    let payload_hash = request().payload_hash().as_str().to_owned();
    FareFacts {
        fare: Some(Fare {
            decision,
            customer_id: "3".to_owned(),
            amount: usd(),
            payload_hash: payload_hash.clone(),
            registered_at: Some(5 * HOUR),
            decided_at: None,
        }),
        payment: Some(Payment {
            stands: PaymentStands::Captured,
            amount: usd(),
            payload_hash: payload_hash.clone(),
            payment_id: Some("pi_1".to_owned()),
        }),
        entries: vec![Entry { kind: EntryKind::Standing, customer_id: "3".to_owned(), amount: usd(), payload_hash }],
        gateway: vec![GatewayPayment {
            id: "pi_1".to_owned(),
            held: 0,
            captured: 2000,
            currency: "usd".to_owned(),
            given_back: GivenBack::default(),
        }],
        unreadable: vec![],
    }
}

/// The same, taken back in all its records; at the gateway so.
fn taken_back(given_back: GivenBack) -> FareFacts {
    let mut facts = charged(Decision::Failed);
    facts.payment.as_mut().unwrap().stands = PaymentStands::Refunded;
    facts.entries[0].kind = EntryKind::Reversed;
    facts.entries.push(Entry { kind: EntryKind::Reversal, ..facts.entries[0].clone() });
    facts.gateway[0].given_back = given_back;
    facts
}

fn plan(case: &Case, force: bool) -> Plan {
    judge_recovery(case, force).unwrap()
}

#[test]
fn an_undecided_fare_whose_execution_was_stopped_is_decided_and_taken_back() {
    let plan = plan(&case_of(charged(Decision::Undecided), ended(ExecutionStatus::Aborted, None)), false);
    let expected = [
        "decides the fare failed, for good, and undoes all that was done for it",
        "$20.00, captured by pi_1, is refunded",
        "the credit of $20.00 to customer 3 is reversed",
    ];
    assert_eq!(plan.lines, expected);
    let event = plan.event("by-hand-wr_563-1", MACHINE);
    assert_eq!(event["id"], "by-hand-wr_563-1");
    assert_eq!(event["detail"]["status"], "ABORTED");
    assert_eq!(event["detail"]["executionArn"], "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563");
    let input: Value = serde_json::from_str(event["detail"]["input"].as_str().unwrap()).unwrap();
    assert_eq!(FareRequest::from_json(&input).unwrap().payload_hash(), request().payload_hash());
}

#[test]
fn a_fare_that_its_execution_has_announced_as_collected_is_not_taken_back_whatever_its_record_says() {
    for decision in [Decision::Undecided, Decision::Failed] {
        let case = case_of(charged(decision), ended(ExecutionStatus::Succeeded, None));
        let left_alone = judge_recovery(&case, false).unwrap_err();
        assert!(matches!(&left_alone, LeftAlone::ByHand(lines) if lines[0].contains("restore")), "{left_alone:?}");
    }
}

#[test]
fn an_event_never_has_the_error_for_which_the_machine_passes_a_fare_over() {
    let came_back = GivenBack { failed: 2000, ..GivenBack::default() };
    for error in ["FareProcessingFailed", "FareUndecided"] {
        let plan = plan(&case_of(taken_back(came_back), ended(ExecutionStatus::Failed, Some(error))), false);
        let event = plan.event("it", MACHINE);
        assert_eq!((event["detail"]["status"].as_str(), event["detail"].get("error")), (Some("FAILED"), None));
        assert!(event["detail"]["input"].is_string(), "or else the machine would read the error itself");
    }
}

#[test]
fn a_running_execution_is_left_alone_also_by_force() {
    let case = case_of(charged(Decision::Undecided), ended(ExecutionStatus::Running, None));
    assert_eq!(judge_recovery(&case, false), Err(LeftAlone::Running));
    assert_eq!(judge_recovery(&case, true), Err(LeftAlone::Running));
}

#[test]
fn a_fare_whose_execution_is_forgotten_is_recovered_from_its_record() {
    let plan = plan(&case_of(charged(Decision::Undecided), None), false);
    let event = plan.event("it", MACHINE);
    assert_eq!(event["detail"]["status"], "FAILED");
    assert!(event["detail"]["input"].as_str().unwrap().contains("wr_563"));
}

#[test]
fn a_young_fare_is_left_to_an_execution_of_another_name() {
    let mut facts = charged(Decision::Undecided);
    facts.fare.as_mut().unwrap().registered_at = Some(10 * HOUR - PATIENCE + 1);
    let case = case_of(facts, None);
    assert_eq!(judge_recovery(&case, false), Err(LeftAlone::Young));
    assert!(judge_recovery(&case, true).is_ok());
}

#[test]
fn a_settled_fare_needs_nothing_and_by_force_gets_its_notice() {
    let completed = case_of(charged(Decision::Completed), ended(ExecutionStatus::Succeeded, None));
    assert_eq!(judge_recovery(&completed, false), Err(LeftAlone::Settled));
    assert_eq!(plan(&completed, true).lines, ["announces once more that the fare is collected; no money moves"]);
    let back = GivenBack { succeeded: 2000, ..GivenBack::default() };
    let failed = case_of(taken_back(back), ended(ExecutionStatus::Failed, Some("FareProcessingFailed")));
    assert_eq!(judge_recovery(&failed, false), Err(LeftAlone::Settled));
    assert!(plan(&failed, true).lines[1].starts_with("no money moves"));
}

#[test]
fn what_a_failed_fare_left_is_undone_again() {
    let clean = || ended(ExecutionStatus::Failed, Some("FareProcessingFailed"));
    // PaymentNotUndone, NotRefunded and CreditNotReversed at once; a refund that has failed; a hold.
    assert_eq!(plan(&case_of(charged(Decision::Failed), clean()), false).lines.len(), 3);
    let failed = case_of(taken_back(GivenBack { failed: 2000, ..GivenBack::default() }), clean());
    assert_eq!(plan(&failed, false).lines[1], "$20.00, captured by pi_1, is refunded");
}

#[test]
fn money_that_the_machine_never_asks_for_is_for_a_person_and_said_by_force() {
    let clean = || ended(ExecutionStatus::Failed, Some("FareProcessingFailed"));
    let mut held = taken_back(GivenBack::default());
    held.payment.as_mut().unwrap().stands = PaymentStands::Voided;
    held.gateway[0].captured = 0;
    held.gateway[0].held = 2000;
    let line = "release the hold of $20.00 by pi_1 at the gateway: the payment is voided on record";
    let held = case_of(held, clean());
    assert_eq!(judge_recovery(&held, false), Err(LeftAlone::ByHand(vec![line.to_owned()])));
    assert_eq!(plan(&held, true).lines[1], format!("is left to a person: {line}"));

    let mut lost = charged(Decision::Failed);
    lost.payment = None;
    let line = "refund $20.00 of pi_1 at the gateway: the payment is not on record";
    let lost = case_of(lost, clean());
    assert_eq!(judge_recovery(&lost, false), Err(LeftAlone::ByHand(vec![line.to_owned()])));
    // The credit is within the machine's reach, and the plan does not say so of the payment.
    let lines = [
        "undoes once more all that was done for the fare, which stays failed",
        "the credit of $20.00 to customer 3 is reversed",
        &format!("is left to a person: {line}"),
    ];
    assert_eq!(plan(&lost, true).lines, lines);
}

#[test]
fn an_undecided_fare_whose_payment_is_lost_is_for_a_person_before_a_tombstone_hides_it() {
    let mut lost = charged(Decision::Undecided);
    lost.payment = None;
    let verdict = judge_recovery(&case_of(lost, ended(ExecutionStatus::Aborted, None)), false);
    assert!(matches!(verdict, Err(LeftAlone::ByHand(_))), "{verdict:?}");
}

#[test]
fn what_recovery_does_not_change_is_left_to_time_or_to_a_person() {
    let pending = taken_back(GivenBack { pending: 2000, ..GivenBack::default() });
    let clean = ended(ExecutionStatus::Failed, Some("FareProcessingFailed"));
    assert_eq!(judge_recovery(&case_of(pending, clean), false), Err(LeftAlone::Waiting));
    let mut uncredited = charged(Decision::Completed);
    uncredited.entries.clear();
    assert_eq!(judge_recovery(&case_of(uncredited, None), false), Err(LeftAlone::ByHand(vec![])));
}

#[test]
fn a_refund_that_is_on_its_way_is_no_settled_fare() {
    let clean = || ended(ExecutionStatus::Failed, Some("FareProcessingFailed"));
    let pending = taken_back(GivenBack { pending: 2000, ..GivenBack::default() });
    assert!(!case_of(pending, clean()).is_settled());
    assert!(case_of(taken_back(GivenBack { succeeded: 2000, ..GivenBack::default() }), clean()).is_settled());
}

#[test]
fn an_execution_that_was_stopped_before_it_registered_its_fare_is_recovered_with_its_own_input() {
    let plan = plan(&case_of(FareFacts::default(), ended(ExecutionStatus::Aborted, None)), false);
    assert!(plan.event("it", MACHINE)["detail"]["input"].as_str().unwrap().contains("the execution"));
}

#[test]
fn money_without_a_fare_is_for_a_person_also_by_force() {
    let facts = FareFacts { fare: None, ..charged(Decision::Failed) };
    // The payment is on record, so that recovery could take it back, if only somebody knew which fare that was.
    assert_eq!(judge_recovery(&case_of(facts, None), true), Err(LeftAlone::ByHand(vec![])));
}

#[test]
fn an_execution_that_was_turned_away_needs_nothing() {
    let rejected = case_of(FareFacts::default(), ended(ExecutionStatus::Failed, Some("FareProcessingFailed")));
    assert_eq!(judge_recovery(&rejected, false), Err(LeftAlone::Settled));
}
