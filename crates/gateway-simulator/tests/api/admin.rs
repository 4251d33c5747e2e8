//! What can be changed from outside the API.

use gateway_simulator::{Fault, KEY_LIFETIME_MS};
use serde_json::json;

use crate::{Merchant, NOON, refusal};

#[test]
fn a_fault_is_planned_by_its_name() {
    let mut merchant = Merchant::new();
    let planned = merchant.post("/_simulator/faults", &[("fault", "answer_lost")]).body;
    assert_eq!(planned, json!({ "fault": "answer_lost", "operation": null, "skip": 0, "times": 1 }));
    let form =
        [("fault", "answer_late"), ("operation", "capture"), ("times", "2"), ("skip", "1"), ("milliseconds", "250")];
    merchant.post("/_simulator/faults", &form);
    merchant.post("/_simulator/faults", &[("fault", "rate_limited"), ("retry_after_seconds", "3")]);
    let shown = merchant.get("/_simulator/faults", &[]).body;
    assert_eq!(
        shown["faults"][1],
        json!({ "fault": "answer_late", "milliseconds": 250, "operation": "capture", "skip": 1, "times": 2 })
    );
    let planned: Vec<_> = merchant.gateway.misbehaviours().iter().map(|planned| planned.fault).collect();
    let rate_limited = Fault::RateLimited { retry_after_seconds: 3 };
    assert_eq!(planned, [Fault::AnswerLost, Fault::AnswerLate { milliseconds: 250 }, rate_limited]);
    assert_eq!(merchant.post("/_simulator/faults/clear", &[]).body, json!({ "faults": [] }));
    assert!(merchant.gateway.misbehaviours().is_empty());
}

#[test]
fn every_fault_can_be_planned_by_its_name() {
    for fault in Fault::all() {
        let mut merchant = Merchant::new();
        assert_eq!(merchant.post("/_simulator/faults", &[("fault", fault.name())]).status, 200, "{fault:?}");
        assert_eq!(merchant.gateway.misbehaviours()[0].fault, fault);
    }
}

#[test]
fn a_planned_fault_strikes_and_is_logged_by_its_name() {
    let mut merchant = Merchant::new();
    merchant.post("/_simulator/faults", &[("fault", "server_error_after"), ("operation", "authorise")]);
    assert_eq!(merchant.hold("pm_card_visa").status, 500);
    let entry = &merchant.get("/_simulator/log", &[]).body["entries"][0];
    assert_eq!(
        (&entry["fault"], &entry["effect"], &entry["status"]),
        (&json!("server_error_after"), &json!("hold_placed"), &json!(500))
    );
    merchant.hold("pm_card_visa");
    assert!(merchant.get("/_simulator/log", &[]).body["entries"][1]["fault"].is_null());
}

#[test]
fn a_plan_that_makes_no_sense_is_refused_by_field() {
    for (form, field) in [
        (vec![], "fault"),
        (vec![("fault", "nonsense")], "fault"),
        (vec![("fault", "garbage"), ("operation", "nonsense")], "operation"),
        (vec![("fault", "fails_later"), ("operation", "capture")], "operation"),
        (vec![("fault", "garbage"), ("milliseconds", "5")], "milliseconds"),
        (vec![("fault", "slow"), ("milliseconds", "soon")], "milliseconds"),
        (vec![("fault", "slow"), ("retry_after_seconds", "5")], "retry_after_seconds"),
        (vec![("fault", "garbage"), ("times", "0")], "times"),
        (vec![("fault", "garbage"), ("times", "4294967296")], "times"),
        (vec![("fault", "garbage"), ("skip", "-1")], "skip"),
        (vec![("fault", "garbage"), ("colour", "red")], "colour"),
    ] {
        let mut merchant = Merchant::new();
        let reply = merchant.post("/_simulator/faults", &form);
        assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some(field)), "{form:?}");
        assert!(merchant.gateway.misbehaviours().is_empty(), "{form:?}");
    }
}

#[test]
fn the_clock_goes_forward_and_stays_ahead() {
    let mut merchant = Merchant::new();
    let moved = merchant.post("/_simulator/clock", &[("advance_milliseconds", "1500")]).body;
    assert_eq!(moved, json!({ "now": NOON + 1_500, "ahead_milliseconds": 1_500 }));
    merchant.now_ms += 1_000;
    merchant.post("/_simulator/clock", &[("advance_milliseconds", "500")]);
    let clock = merchant.get("/_simulator/clock", &[]).body;
    assert_eq!(clock, json!({ "now": NOON + 3_000, "ahead_milliseconds": 2_000 }));
    let created = merchant.hold("pm_card_visa").body["created"].as_u64();
    assert_eq!(created, Some((NOON + 3_000) / 1000));
}

#[test]
fn what_time_brings_about_follows_the_clock() {
    let mut merchant = Merchant::new();
    let form = crate::hold_form("pm_card_visa");
    merchant.post_under("key", "/v1/payment_intents", &form);
    merchant.post("/_simulator/clock", &[("advance_milliseconds", &KEY_LIFETIME_MS.to_string())]);
    assert!(!merchant.post_under("key", "/v1/payment_intents", &form).idempotent_replayed);
}

#[test]
fn the_clock_never_goes_back() {
    let mut merchant = Merchant::new();
    for bad in ["0", "-1", "1.5", "soon", ""] {
        let reply = merchant.post("/_simulator/clock", &[("advance_milliseconds", bad)]);
        assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some("advance_milliseconds")), "{bad}");
    }
    assert_eq!(merchant.post("/_simulator/clock", &[]).status, 400);
    assert_eq!(merchant.post("/_simulator/clock", &[("now", "1")]).status, 400);
    assert_eq!(merchant.gateway.ahead_ms(), 0);
}

#[test]
fn nothing_else_can_be_changed() {
    let mut merchant = Merchant::new();
    for page in ["log", "holdings", "health", "nonsense", "faults/nonsense", ""] {
        assert_eq!(refusal(&merchant.post(&format!("/_simulator/{page}"), &[])).0, 404, "{page}");
    }
    for page in ["faults/clear", "nonsense"] {
        assert_eq!(merchant.get(&format!("/_simulator/{page}"), &[]).status, 404, "{page}");
    }
}
