//! A request that is being executed for a while excludes others.

use gateway_simulator::{Delivery, Effect, Fault, Operation, Reply};

use crate::{Merchant, hold_form, refusal};

fn slow_capture() -> (Merchant, String, Reply) {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    merchant.misbehave(Operation::Capture, Fault::Slow { milliseconds: 2_000 });
    let reply = capture(&mut merchant, &intent);
    (merchant, intent, reply)
}

fn capture(merchant: &mut Merchant, intent: &str) -> Reply {
    merchant.post_under("capture", &format!("/v1/payment_intents/{intent}/capture"), &[])
}

#[test]
fn its_key_is_in_use_until_it_is_done() {
    let (mut merchant, intent, first) = slow_capture();
    assert_eq!(first.delivery, Delivery::After { milliseconds: 2_000 });
    merchant.now_ms += 1_999;
    let meanwhile = capture(&mut merchant, &intent);
    assert_eq!(refusal(&meanwhile), (409, "idempotency_key_in_use"));
    assert!(!meanwhile.idempotent_replayed);
    merchant.now_ms += 1;
    let afterwards = capture(&mut merchant, &intent);
    assert_eq!((afterwards.status, afterwards.idempotent_replayed), (200, true));
    assert_eq!(afterwards.body, first.body);
}

#[test]
fn no_other_write_gets_at_its_intent_until_it_is_done() {
    let (mut merchant, intent, _) = slow_capture();
    assert_eq!(refusal(&merchant.cancel(&intent)), (429, "lock_timeout"));
    assert_eq!(refusal(&merchant.capture(&intent, &[])), (429, "lock_timeout"));
    assert_eq!(refusal(&merchant.refund(&intent, &[])), (429, "lock_timeout"));
    merchant.now_ms += 2_000;
    assert_eq!(refusal(&merchant.cancel(&intent)), (400, "payment_intent_unexpected_state"));
    assert_eq!(merchant.refund(&intent, &[]).status, 200);
}

#[test]
fn reads_and_other_intents_are_not_excluded() {
    let (mut merchant, intent, _) = slow_capture();
    assert_eq!(merchant.intent(&intent).status, 200);
    let other = merchant.held("pm_card_visa");
    assert_eq!(merchant.capture(&other, &[]).status, 200);
}

#[test]
fn what_was_excluded_is_not_kept() {
    let (mut merchant, intent, _) = slow_capture();
    let form = [("payment_intent", intent.as_str())];
    assert_eq!(merchant.post_under("refund", "/v1/refunds", &form).status, 429);
    merchant.now_ms += 2_000;
    let reply = merchant.post_under("refund", "/v1/refunds", &form);
    assert_eq!((reply.status, reply.idempotent_replayed), (200, false));
}

#[test]
fn a_slow_authorisation_has_its_key_and_its_intent_to_itself() {
    let mut merchant = Merchant::new();
    merchant.misbehave(Operation::Authorise, Fault::Slow { milliseconds: 2_000 });
    let form = hold_form("pm_card_visa");
    let held = merchant.post_under("authorise", "/v1/payment_intents", &form);
    assert_eq!(refusal(&merchant.post_under("authorise", "/v1/payment_intents", &form)).0, 409);
    assert_eq!(refusal(&merchant.cancel(held.body["id"].as_str().unwrap())), (429, "lock_timeout"));
    let effects: Vec<_> = merchant.gateway.log().iter().map(|entry| entry.effect).collect();
    assert_eq!(effects, [Effect::HoldPlaced, Effect::None, Effect::None]);
}
