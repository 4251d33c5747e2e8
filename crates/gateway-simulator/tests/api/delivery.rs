//! What a client in the same process makes of an answer that does not come as it should.

use gateway_simulator::{Delivery, Fault, HUGE_BYTES, Operation, Reply};
use serde_json::Value;

use crate::Merchant;

/// A capture that meets this fault, and what it would have answered.
fn struck(fault: Fault) -> (Reply, Value) {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let mut truth = Merchant { gateway: merchant.gateway.clone(), now_ms: merchant.now_ms };
    merchant.misbehave(Operation::Capture, fault);
    (merchant.capture(&intent, &[]), truth.capture(&intent, &[]).body)
}

fn header(reply: &Reply, name: &str) -> Option<String> {
    reply.headers().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[test]
fn an_answer_in_order_is_delivered_as_it_is() {
    let mut merchant = Merchant::new();
    let reply = merchant.hold("pm_card_visa");
    assert_eq!(reply.delivery, Delivery::AtOnce);
    assert_eq!(serde_json::from_slice::<Value>(&reply.delivered_body()).unwrap(), reply.body);
    assert_eq!(reply.content_length(), reply.delivered_body().len());
    assert_eq!(header(&reply, "Content-Type").as_deref(), Some("application/json"));
}

#[test]
fn a_late_answer_and_a_dripping_one_are_whole() {
    for fault in
        [Fault::AnswerLate { milliseconds: 9 }, Fault::Slow { milliseconds: 9 }, Fault::SlowDrip { milliseconds: 9 }]
    {
        let (reply, truth) = struck(fault);
        assert_eq!(serde_json::from_slice::<Value>(&reply.delivered_body()).unwrap(), truth, "{fault:?}");
    }
}

#[test]
fn a_lost_request_or_answer_delivers_nothing() {
    for fault in [Fault::RequestLost, Fault::AnswerLost] {
        let (reply, _) = struck(fault);
        assert_eq!((reply.status, reply.delivered_body().len()), (0, 0), "{fault:?}");
    }
}

#[test]
fn garbage_calls_itself_json_and_is_none() {
    let (reply, _) = struck(Fault::Garbage);
    assert_eq!(header(&reply, "Content-Type").as_deref(), Some("application/json"));
    assert!(serde_json::from_slice::<Value>(&reply.delivered_body()).is_err());
    assert!(reply.body.is_null());
}

#[test]
fn a_truncated_answer_announces_more_than_comes() {
    let (reply, truth) = struck(Fault::Truncated);
    assert_eq!(reply.content_length(), truth.to_string().len());
    assert_eq!(reply.delivered_body().len(), reply.content_length() / 2);
    assert!(serde_json::from_slice::<Value>(&reply.delivered_body()).is_err());
}

#[test]
fn a_huge_answer_is_true_and_too_large() {
    let (reply, truth) = struck(Fault::Huge);
    assert_eq!(reply.delivered_body().len(), HUGE_BYTES);
    assert_eq!(serde_json::from_slice::<Value>(&reply.delivered_body()).unwrap(), truth);
}

#[test]
fn a_page_of_html_is_not_the_apis() {
    for (fault, status) in [(Fault::BadGateway, 502), (Fault::WrongContentType, 200), (Fault::Redirect, 302)] {
        let (reply, _) = struck(fault);
        assert_eq!(reply.status, status, "{fault:?}");
        assert_eq!(header(&reply, "Content-Type").as_deref(), Some("text/html; charset=utf-8"), "{fault:?}");
        assert!(reply.delivered_body().starts_with(b"<!doctype html>"), "{fault:?}");
        assert_eq!(header(&reply, "Request-Id"), None, "{fault:?}");
    }
}

#[test]
fn a_redirect_leads_elsewhere() {
    assert_eq!(header(&struck(Fault::Redirect).0, "Location").as_deref(), Some("http://127.0.0.1:9/elsewhere"));
}

#[test]
fn a_client_is_told_when_to_come_again() {
    let (reply, _) = struck(Fault::RateLimited { retry_after_seconds: 7 });
    assert_eq!(header(&reply, "Retry-After").as_deref(), Some("7"));
    assert_eq!(reply.body["error"]["code"], "rate_limit");
    let (reply, _) = struck(Fault::Unavailable);
    assert_eq!(header(&reply, "Stripe-Should-Retry").as_deref(), Some("true"));
}
