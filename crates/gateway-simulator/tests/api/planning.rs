//! Which requests a planned fault strikes.

use gateway_simulator::{Fault, Misbehaviour, Operation};

use crate::Merchant;

fn plan(operation: Option<Operation>, fault: Fault, skip: u32, times: u32) -> Misbehaviour {
    Misbehaviour { fault, operation, skip, times }
}

fn statuses(merchant: &mut Merchant, count: usize) -> Vec<u16> {
    (0..count).map(|_| merchant.hold("pm_card_visa").status).collect()
}

#[test]
fn a_fault_lets_some_requests_pass_and_strikes_so_often() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(Some(Operation::Authorise), Fault::Unavailable, 1, 2));
    assert_eq!(statuses(&mut merchant, 5), [200, 503, 503, 200, 200]);
}

#[test]
fn a_fault_is_for_one_operation_or_for_any() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(Some(Operation::Capture), Fault::Unavailable, 0, 1));
    let intent = merchant.held("pm_card_visa");
    assert_eq!(merchant.intent(&intent).status, 200);
    assert_eq!(merchant.capture(&intent, &[]).status, 503);

    merchant.gateway.misbehave(plan(None, Fault::Unavailable, 0, 2));
    assert_eq!(merchant.intent(&intent).status, 503);
    assert_eq!(merchant.capture(&intent, &[]).status, 503);
    assert_eq!(merchant.capture(&intent, &[]).status, 200);
}

#[test]
fn a_fault_for_any_operation_waits_for_one_that_it_concerns() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(None, Fault::FailsLater, 0, 1));
    let intent = merchant.captured("pm_card_visa");
    assert_eq!(merchant.gateway.misbehaviours().len(), 1);
    merchant.refund(&intent, &[]);
    assert!(merchant.gateway.misbehaviours().is_empty());
    merchant.now_ms += 5_000;
    merchant.intent(&intent);
    assert_eq!(merchant.money(), (0, 2000, 0));
}

#[test]
fn planned_faults_strike_one_after_the_other() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(None, Fault::Unavailable, 0, 1));
    merchant.gateway.misbehave(plan(None, Fault::FailedDependency, 0, 1));
    assert_eq!(statuses(&mut merchant, 3), [503, 424, 200]);
}

#[test]
fn what_is_planned_comes_before_what_the_payment_method_brings_along() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_sim_capture_unavailable");
    merchant.misbehave(Operation::Capture, Fault::FailedDependency);
    let seen: Vec<_> = (0..3).map(|_| merchant.capture(&intent, &[]).status).collect();
    assert_eq!(seen, [424, 503, 200]);
}

#[test]
fn a_card_keeps_its_nature_when_another_fault_strikes() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_refundFail");
    merchant.misbehave(Operation::Refund, Fault::AnswerLost);
    assert_eq!(merchant.refund(&intent, &[]).status, 0);
    assert_eq!(merchant.money(), (0, 2000, 2000));
    merchant.now_ms += 5_000;
    merchant.intent(&intent);
    assert_eq!(merchant.money(), (0, 2000, 0));
}

#[test]
fn what_is_still_to_strike_can_be_seen_and_forgotten() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(None, Fault::Unavailable, 1, 3));
    statuses(&mut merchant, 2);
    assert_eq!(merchant.gateway.misbehaviours(), [plan(None, Fault::Unavailable, 0, 2)]);
    merchant.gateway.behave();
    assert!(merchant.gateway.misbehaviours().is_empty());
    assert_eq!(statuses(&mut merchant, 1), [200]);
}

#[test]
fn a_fault_that_is_to_strike_no_time_is_none() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(None, Fault::Unavailable, 0, 0));
    assert!(merchant.gateway.misbehaviours().is_empty());
}

#[test]
fn nobody_without_a_key_uses_a_fault_up() {
    let mut merchant = Merchant::new();
    merchant.gateway.misbehave(plan(None, Fault::Unavailable, 0, 1));
    let request = gateway_simulator::Request::get("/v1/refunds", &[]);
    assert_eq!(merchant.gateway.handle(&request, merchant.now_ms).status, 401);
    assert_eq!(statuses(&mut merchant, 1), [503]);
}

#[test]
fn a_planned_refusal_is_a_decline_and_leaves_what_stands() {
    let mut merchant = Merchant::new();
    merchant.misbehave(Operation::Authorise, Fault::Refused);
    let declined = merchant.hold("pm_card_visa");
    assert_eq!(declined.body["error"]["decline_code"], "generic_decline");
    assert_eq!(declined.body["error"]["payment_intent"]["status"], "requires_payment_method");
    let intent = merchant.held("pm_card_visa");
    merchant.misbehave(Operation::Capture, Fault::Refused);
    assert_eq!(merchant.capture(&intent, &[]).status, 402);
    assert_eq!(merchant.money(), (2000, 0, 0));
    assert_eq!(merchant.capture(&intent, &[]).status, 200);
}
