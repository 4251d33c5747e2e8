use super::*;
use serde_json::{Value, json};

fn response(status: u16, body: &Value) -> GatewayResponse {
    let body = body.to_string().into_bytes();
    GatewayResponse { status, should_retry: None, retry_after: None, replayed: false, body }
}

fn of(last: Result<GatewayResponse, TransportError>) -> Answer {
    Answer { last, may_have_happened_before: false }
}

fn answer(status: u16, body: &Value) -> Answer {
    of(Ok(response(status, body)))
}

fn error(status: u16, body: &Value) -> GatewayError {
    read_intent(answer(status, body)).unwrap_err()
}

fn intent() -> Value {
    json!({"id": "pi_1", "object": "payment_intent", "status": "requires_capture", "amount": 2000,
        "amount_capturable": 2000, "currency": "usd", "metadata": {"fare_reference": "stack/wr_563"}, "new": {}})
}

#[test]
fn an_intent_is_read_and_new_fields_are_passed_over() {
    let intent = read_intent(answer(200, &intent())).unwrap();
    assert_eq!((intent.id.as_str(), intent.status), ("pi_1", IntentStatus::RequiresCapture));
    assert_eq!(intent.metadata.fare_reference.as_deref(), Some("stack/wr_563"));
}

#[test]
fn a_success_that_makes_no_sense_is_unknown() {
    let strange = |field: &str, value: Value| {
        let mut intent = intent();
        intent[field] = value;
        intent
    };
    for body in [
        json!({}),
        json!("ok"),
        strange("id", json!("../refunds")),
        strange("id", json!("pi_")),
        strange("status", json!("teleported")),
        strange("amount", json!("2000")),
        strange("amount", json!(2000.5)),
    ] {
        assert!(matches!(error(200, &body), GatewayError::OutcomeUnknown { .. }), "{body}");
    }
}

fn declined(reason: &str) -> GatewayError {
    GatewayError::Declined { reason: Reason::new(reason), left: None }
}

#[test]
fn a_card_error_is_a_decline_with_its_code() {
    let body = json!({"error": {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}});
    assert_eq!(error(402, &body), declined("insufficient_funds"));
    let body = json!({"error": {"type": "card_error", "code": "expired_card"}});
    assert_eq!(error(402, &body), declined("expired_card"));
}

#[test]
fn an_invalid_request_had_no_effect() {
    let body = json!({"error": {"type": "invalid_request_error", "code": "resource_missing"}});
    for status in [400, 404] {
        assert_eq!(error(status, &body), GatewayError::Refused { reason: Reason::new("resource_missing"), left: None });
    }
}

#[test]
fn an_unexpected_state_says_which() {
    let body = json!({"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
        "payment_intent": intent()}});
    assert_eq!(error(400, &body), GatewayError::UnexpectedState { status: Some(IntentStatus::RequiresCapture) });
}

#[test]
fn what_was_not_taken_is_unavailable_and_everything_else_is_unknown() {
    let body = json!({"error": {"type": "api_error"}});
    for status in [401, 403, 429] {
        for body in [&body, &json!({}), &Value::Null] {
            assert!(matches!(error(status, body), GatewayError::Unavailable { .. }), "{status}");
        }
    }
    for (status, body) in
        [(400, &json!({})), (402, &body), (424, &body), (500, &body), (503, &body), (302, &body), (201, &intent())]
    {
        assert!(matches!(error(status, body), GatewayError::OutcomeUnknown { .. }), "{status}");
    }
}

#[test]
fn a_key_that_came_with_another_request_is_taken() {
    assert_eq!(error(400, &json!({"error": {"type": "idempotency_error"}})), GatewayError::KeyTaken);
}

#[test]
fn a_request_that_never_left_had_no_effect_and_one_without_an_answer_may_have() {
    let not_sent = TransportError::NotSent { reason: "connection refused".to_owned() };
    assert!(matches!(read_intent(of(Err(not_sent))), Err(GatewayError::Unavailable { .. })));
    let no_answer = TransportError::NoAnswer { reason: "timed out".to_owned() };
    assert!(matches!(read_intent(of(Err(no_answer))), Err(GatewayError::OutcomeUnknown { .. })));
}

#[test]
fn a_reason_never_repeats_free_text() {
    for text in ["Your card 4242424242424242 was declined", "", "Expired", "4242"] {
        assert_eq!(Reason::new(text).as_str(), "unspecified");
    }
}

#[test]
fn a_list_of_refunds_that_shows_only_some_is_not_believed() {
    let body = json!({"object": "list", "data": [], "has_more": true});
    assert!(matches!(read_refunds(answer(200, &body)), Err(GatewayError::OutcomeUnknown { .. })));
}

#[test]
fn an_error_without_a_code_names_the_parameter() {
    let body = json!({"error": {"type": "invalid_request_error", "param": "amount"}});
    assert_eq!(error(400, &body), GatewayError::Refused { reason: Reason::new("invalid_amount"), left: None });
}

#[test]
fn an_error_tells_how_it_left_the_payment() {
    let body = json!({"error": {"type": "card_error", "code": "card_declined", "payment_intent": intent()}});
    let left = Some(IntentStatus::RequiresCapture);
    assert_eq!(error(402, &body), GatewayError::Declined { reason: Reason::new("card_declined"), left });
}

#[test]
fn a_failure_that_is_kept_under_the_key_makes_the_key_useless() {
    let body = json!({"error": {"type": "api_error"}});
    for status in [424, 500, 503] {
        let kept = GatewayResponse { replayed: true, ..response(status, &body) };
        assert_eq!(read_intent(of(Ok(kept))), Err(GatewayError::KeySpent), "{status}");
    }
}

#[test]
fn a_decline_that_is_kept_under_the_key_is_a_decline() {
    let body = json!({"error": {"type": "card_error", "code": "expired_card"}});
    let kept = GatewayResponse { replayed: true, ..response(402, &body) };
    assert_eq!(read_intent(of(Ok(kept))), Err(declined("expired_card")));
}

#[test]
fn being_turned_away_says_nothing_about_an_attempt_before() {
    for last in [Ok(response(429, &json!({}))), Err(TransportError::NotSent { reason: "refused".to_owned() })] {
        let again = Answer { last, may_have_happened_before: true };
        assert!(matches!(read_intent(again), Err(GatewayError::OutcomeUnknown { .. })));
    }
}

#[test]
fn a_definite_answer_settles_the_attempts_before_it() {
    let body = json!({"error": {"type": "card_error", "code": "expired_card"}});
    let again = Answer { last: Ok(response(402, &body)), may_have_happened_before: true };
    assert_eq!(read_intent(again), Err(declined("expired_card")));
}

#[test]
fn only_a_request_that_was_turned_away_or_never_left_had_certainly_no_effect() {
    let empty = json!({});
    for status in [401, 403, 429] {
        assert!(!may_have_happened(&Ok(response(status, &empty))), "{status}");
    }
    assert!(!may_have_happened(&Err(TransportError::NotSent { reason: "refused".to_owned() })));
    for status in [200, 302, 409, 424, 500, 502, 503] {
        assert!(may_have_happened(&Ok(response(status, &empty))), "{status}");
    }
    assert!(may_have_happened(&Err(TransportError::NoAnswer { reason: "timed out".to_owned() })));
}
