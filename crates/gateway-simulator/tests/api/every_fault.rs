//! Every fault on every operation: does the request take effect, what is kept under its key, what does the client see.

use gateway_simulator::{Delivery, Effect, Fault, Operation, Reply};

use crate::{Merchant, hold_form};

/// What a replay under the same key gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Nothing was kept: the request executes now.
    Nothing,
    /// The answer that the request would have got without the fault.
    TheTruth,
    /// A 500, whatever has happened.
    AnError,
}

/// Effect, what is kept, status and delivery, as the documentation of each fault says.
fn documented(fault: Fault) -> (bool, Kept, u16, Delivery) {
    match fault {
        Fault::AnswerLate { milliseconds } | Fault::Slow { milliseconds } => {
            (true, Kept::TheTruth, 200, Delivery::After { milliseconds })
        }
        Fault::RequestLost => (false, Kept::Nothing, 0, Delivery::Lost),
        Fault::AnswerLost => (true, Kept::TheTruth, 0, Delivery::Lost),
        Fault::ServerErrorBefore => (false, Kept::Nothing, 500, Delivery::AtOnce),
        Fault::ServerErrorAfter => (true, Kept::TheTruth, 500, Delivery::AtOnce),
        Fault::ServerErrorKept => (false, Kept::AnError, 500, Delivery::AtOnce),
        Fault::ServerErrorKeptAfter => (true, Kept::AnError, 500, Delivery::AtOnce),
        Fault::Unavailable => (false, Kept::Nothing, 503, Delivery::AtOnce),
        Fault::BadGateway => (false, Kept::Nothing, 502, Delivery::Page),
        Fault::FailedDependency => (false, Kept::Nothing, 424, Delivery::AtOnce),
        Fault::KeyInUse => (false, Kept::Nothing, 409, Delivery::AtOnce),
        Fault::RateLimited { .. } => (false, Kept::Nothing, 429, Delivery::AtOnce),
        Fault::Unauthorised => (false, Kept::Nothing, 401, Delivery::AtOnce),
        Fault::Garbage => (true, Kept::TheTruth, 200, Delivery::Garbage),
        Fault::Truncated => (true, Kept::TheTruth, 200, Delivery::Truncated),
        Fault::Huge => (true, Kept::TheTruth, 200, Delivery::Huge),
        Fault::WrongContentType => (true, Kept::TheTruth, 200, Delivery::Page),
        Fault::SlowDrip { milliseconds } => (true, Kept::TheTruth, 200, Delivery::Drip { milliseconds }),
        Fault::Redirect => (true, Kept::TheTruth, 302, Delivery::Page),
        Fault::Refused => (false, Kept::TheTruth, 402, Delivery::AtOnce),
        Fault::FailsLater | Fault::PendingFirst => (true, Kept::TheTruth, 200, Delivery::AtOnce),
    }
}

const OPERATIONS: [(Operation, Effect); 4] = [
    (Operation::Authorise, Effect::HoldPlaced),
    (Operation::Capture, Effect::Captured),
    (Operation::Void, Effect::Voided),
    (Operation::Refund, Effect::Refunded),
];

/// An operation under a key, on an intent that is ready for it.
struct Attempt {
    merchant: Merchant,
    path: String,
    form: Vec<(&'static str, String)>,
}

impl Attempt {
    fn ready_for(operation: Operation) -> Self {
        let mut merchant = Merchant::new();
        let mut form = vec![];
        let path = if operation == Operation::Authorise {
            form.extend(hold_form("pm_card_visa").map(|(name, value)| (name, value.to_owned())));
            "/v1/payment_intents".to_owned()
        } else if operation == Operation::Refund {
            form.push(("payment_intent", merchant.captured("pm_card_visa")));
            "/v1/refunds".to_owned()
        } else {
            let deed = if operation == Operation::Capture { "capture" } else { "cancel" };
            format!("/v1/payment_intents/{}/{deed}", merchant.held("pm_card_visa"))
        };
        Self { merchant, path, form }
    }

    fn send(&mut self) -> Reply {
        let form: Vec<_> = self.form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.merchant.post_under("key", &self.path, &form)
    }
}

#[test]
fn every_fault_does_keeps_and_shows_what_its_documentation_says() {
    let mut cells = 0;
    for (operation, effect) in OPERATIONS {
        for fault in Fault::all().filter(|fault| fault.concerns(operation)) {
            let (happens, kept, status, delivery) = documented(fault);
            let cell = format!("{operation:?} {fault:?}");
            let mut attempt = Attempt::ready_for(operation);
            attempt.merchant.misbehave(operation, fault);

            let seen = attempt.send();
            assert_eq!((seen.status, seen.delivery), (status, delivery), "{cell}");
            let entry = attempt.merchant.gateway.log().last().unwrap().clone();
            assert_eq!((entry.effect, entry.status), (if happens { effect } else { Effect::None }, status), "{cell}");
            assert_eq!((entry.fault, entry.replayed), (Some(fault), false), "{cell}");
            assert!(attempt.merchant.gateway.misbehaviours().is_empty(), "{cell}");

            // A slow request has to end before its key can be used again.
            attempt.merchant.now_ms += 60_000;
            let replay = attempt.send();
            let entry = attempt.merchant.gateway.log().last().unwrap().clone();
            let (replayed, effect_now) = if kept == Kept::Nothing { (false, effect) } else { (true, Effect::None) };
            assert_eq!((replay.idempotent_replayed, entry.effect, entry.fault), (replayed, effect_now, None), "{cell}");
            let truth = if fault == Fault::Refused { 402 } else { 200 };
            assert_eq!(replay.status, if kept == Kept::AnError { 500 } else { truth }, "{cell}");
            let effects = attempt.merchant.gateway.log().iter().filter(|entry| entry.effect == effect).count();
            let expected = usize::from(happens || kept == Kept::Nothing);
            assert_eq!(effects, expected, "{cell}");
            cells += 1;
        }
    }
    // 20 faults on all four, a refusal on two of them, and two faults of refunds.
    assert_eq!(cells, 20 * 4 + 2 + 2);
}

#[test]
fn a_read_that_meets_a_fault_changes_nothing() {
    for fault in Fault::all().filter(|fault| fault.concerns(Operation::Retrieve)) {
        let mut merchant = Merchant::new();
        let intent = merchant.held("pm_card_visa");
        merchant.misbehave(Operation::Retrieve, fault);
        let (_, kept, mut status, delivery) = documented(fault);
        if kept == Kept::AnError {
            status = 500;
        }
        let seen = merchant.intent(&intent);
        assert_eq!((seen.status, seen.delivery), (status, delivery), "{fault:?}");
        assert_eq!(merchant.intent(&intent).body["status"], "requires_capture", "{fault:?}");
        assert_eq!(merchant.money(), (2000, 0, 0), "{fault:?}");
    }
}

#[test]
fn without_a_key_nothing_is_kept() {
    for fault in [Fault::ServerErrorKept, Fault::ServerErrorKeptAfter] {
        let mut merchant = Merchant::new();
        let intent = merchant.held("pm_card_visa");
        merchant.misbehave(Operation::Void, fault);
        assert_eq!(merchant.cancel(&intent).status, 500);
        let again = if fault == Fault::ServerErrorKept { 200 } else { 400 };
        assert_eq!(merchant.cancel(&intent).status, again, "{fault:?}");
    }
}

#[test]
fn a_kept_error_does_not_replace_a_kept_answer() {
    let mut attempt = Attempt::ready_for(Operation::Capture);
    attempt.send();
    attempt.merchant.misbehave(Operation::Capture, Fault::ServerErrorKept);
    let replay = attempt.send();
    assert_eq!((replay.status, replay.idempotent_replayed), (200, true));
    assert_eq!(attempt.merchant.gateway.misbehaviours().len(), 1);
}

#[test]
fn an_error_is_kept_for_a_request_that_would_have_been_refused_too() {
    for fault in [Fault::ServerErrorKept, Fault::ServerErrorKeptAfter] {
        let mut merchant = Merchant::new();
        merchant.misbehave(Operation::Refund, fault);
        for replayed in [false, true] {
            let reply = merchant.post_under("key", "/v1/refunds", &[("payment_intent", "pi_none")]);
            assert_eq!((reply.status, reply.idempotent_replayed), (500, replayed), "{fault:?}");
        }
    }
}

#[test]
fn a_replay_can_meet_a_fault_of_the_answer_too() {
    let mut attempt = Attempt::ready_for(Operation::Capture);
    attempt.send();
    attempt.merchant.misbehave(Operation::Capture, Fault::ServerErrorAfter);
    assert_eq!(attempt.send().status, 500);
    let entry = attempt.merchant.gateway.log().last().unwrap();
    assert_eq!((entry.effect, entry.replayed), (Effect::None, true));
    assert_eq!(attempt.send().status, 200);
}
