//! What an answer of the gateway means: done, definitely not done, or unknown.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{GatewayResponse, IntentStatus, PaymentIntent, Refund, TransportError};

/// A request that did not succeed. The variants say what may have happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The card's issuer said no. Definite: this request moved and holds nothing.
    #[error("declined: {reason}")]
    Declined {
        /// The decline code, or the error code.
        reason: Reason,
    },
    /// The gateway finds the request invalid. Definite: this request had no effect.
    #[error("refused: {reason}")]
    Refused {
        /// The error code.
        reason: Reason,
    },
    /// The payment is not in a state for this. Definite: this request had no effect.
    #[error("the payment is in another state")]
    UnexpectedState {
        /// The state it is in, if the gateway says.
        status: Option<IntentStatus>,
    },
    /// The gateway did not take the request now. Definite: this request had no effect, and may be sent again.
    #[error("{reason}")]
    Unavailable {
        /// What the client saw.
        reason: String,
    },
    /// The request may have had its effect. It may be sent again under the same key.
    #[error("{reason}")]
    OutcomeUnknown {
        /// What the client saw.
        reason: String,
    },
}

/// A code of the gateway's, such as `insufficient_funds`: lower-case letters and `_`. Nothing else is ever repeated from
/// its answers, since free text may hold anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason(String);

impl Reason {
    /// The code, or `unspecified` if it does not look like one.
    #[must_use]
    pub fn new(code: &str) -> Self {
        let plain = !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        Self(if plain { code } else { "unspecified" }.to_owned())
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Reason {
    fn default() -> Self {
        Self::new("")
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Stripe's error object (API reference, "Errors").
#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorObject,
}

#[derive(Deserialize)]
struct ErrorObject {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    payment_intent: Option<IntentInError>,
}

#[derive(Deserialize)]
struct IntentInError {
    status: IntentStatus,
}

/// A list or a search result.
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

type Answer = Result<GatewayResponse, TransportError>;

pub(super) fn read_intent(answer: Answer) -> Result<PaymentIntent, GatewayError> {
    let intent: PaymentIntent = read(answer)?;
    if is_plain_id(&intent.id, "pi_") { Ok(intent) } else { Err(unreadable()) }
}

pub(super) fn read_intents(answer: Answer) -> Result<Vec<PaymentIntent>, GatewayError> {
    let found: Page<PaymentIntent> = read(answer)?;
    let complete = !found.has_more && found.data.iter().all(|intent| is_plain_id(&intent.id, "pi_"));
    if complete { Ok(found.data) } else { Err(unreadable()) }
}

pub(super) fn read_refund(answer: Answer) -> Result<Refund, GatewayError> {
    let refund: Refund = read(answer)?;
    if is_plain_id(&refund.id, "re_") { Ok(refund) } else { Err(unreadable()) }
}

pub(super) fn read_refunds(answer: Answer) -> Result<Vec<Refund>, GatewayError> {
    let found: Page<Refund> = read(answer)?;
    let complete = !found.has_more && found.data.iter().all(|refund| is_plain_id(&refund.id, "re_"));
    if complete { Ok(found.data) } else { Err(unreadable()) }
}

/// Ids go into paths and records, so they are held to their alphabet.
fn is_plain_id(id: &str, prefix: &str) -> bool {
    id.len() <= 128
        && id.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, GatewayError> {
    let response = answer.map_err(|error| match error {
        TransportError::NotSent { .. } => GatewayError::Unavailable { reason: error.to_string() },
        TransportError::NoAnswer { .. } => GatewayError::OutcomeUnknown { reason: error.to_string() },
    })?;
    if response.status == 200 {
        return serde_json::from_slice(&response.body).map_err(|_| unreadable());
    }
    Err(failure(response.status, serde_json::from_slice(&response.body).ok()))
}

fn unreadable() -> GatewayError {
    GatewayError::OutcomeUnknown { reason: "the answer makes no sense".to_owned() }
}

/// The meaning of a status that is not 200 (API reference, "Errors" and "Idempotent requests").
fn failure(status: u16, body: Option<ErrorBody>) -> GatewayError {
    let unknown = || GatewayError::OutcomeUnknown { reason: format!("the gateway answered {status}") };
    let Some(ErrorBody { error }) = body else { return without_error_object(status).unwrap_or_else(unknown) };
    let code = error.code.as_deref().unwrap_or_default();
    match (status, error.kind.as_str()) {
        (402, "card_error") => {
            GatewayError::Declined { reason: Reason::new(error.decline_code.as_deref().unwrap_or(code)) }
        }
        (400, "invalid_request_error") if code == "payment_intent_unexpected_state" => {
            GatewayError::UnexpectedState { status: error.payment_intent.map(|intent| intent.status) }
        }
        (400 | 404, "invalid_request_error") => GatewayError::Refused { reason: Reason::new(code) },
        _ => without_error_object(status).unwrap_or_else(unknown),
    }
}

/// Statuses that say enough by themselves. 5xx never does: the effect may have happened before the failure.
fn without_error_object(status: u16) -> Option<GatewayError> {
    let reason = match status {
        401 | 403 => "the gateway does not accept our key",
        409 => "the gateway is busy with the same request",
        429 => "the gateway is turning requests away",
        _ => return None,
    };
    Some(GatewayError::Unavailable { reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn answer(status: u16, body: &Value) -> Answer {
        Ok(GatewayResponse { status, body: body.to_string().into_bytes() })
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

    #[test]
    fn a_card_error_is_a_decline_with_its_code() {
        let body =
            json!({"error": {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}});
        assert_eq!(error(402, &body), GatewayError::Declined { reason: Reason::new("insufficient_funds") });
        let body = json!({"error": {"type": "card_error", "code": "expired_card"}});
        assert_eq!(error(402, &body), GatewayError::Declined { reason: Reason::new("expired_card") });
    }

    #[test]
    fn an_invalid_request_had_no_effect() {
        let body = json!({"error": {"type": "invalid_request_error", "code": "resource_missing"}});
        for status in [400, 404] {
            assert_eq!(error(status, &body), GatewayError::Refused { reason: Reason::new("resource_missing") });
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
        for status in [401, 403, 409, 429] {
            for body in [&body, &json!({}), &Value::Null] {
                assert!(matches!(error(status, body), GatewayError::Unavailable { .. }), "{status}");
            }
        }
        let key_reused = json!({"error": {"type": "idempotency_error"}});
        for (status, body) in [
            (400, &key_reused),
            (400, &json!({})),
            (402, &body),
            (424, &body),
            (500, &body),
            (503, &body),
            (302, &body),
            (201, &intent()),
        ] {
            assert!(matches!(error(status, body), GatewayError::OutcomeUnknown { .. }), "{status}");
        }
    }

    #[test]
    fn a_request_that_never_left_had_no_effect_and_one_without_an_answer_may_have() {
        let not_sent = TransportError::NotSent { reason: "connection refused".to_owned() };
        assert!(matches!(read_intent(Err(not_sent)), Err(GatewayError::Unavailable { .. })));
        let no_answer = TransportError::NoAnswer { reason: "timed out".to_owned() };
        assert!(matches!(read_intent(Err(no_answer)), Err(GatewayError::OutcomeUnknown { .. })));
    }

    #[test]
    fn a_reason_never_repeats_free_text() {
        for text in ["Your card 4242424242424242 was declined", "", "Expired", "4242"] {
            assert_eq!(Reason::new(text).as_str(), "unspecified");
        }
    }

    #[test]
    fn a_search_that_shows_only_some_is_not_believed() {
        let body = json!({"object": "search_result", "data": [intent()], "has_more": true});
        assert!(matches!(read_intents(answer(200, &body)), Err(GatewayError::OutcomeUnknown { .. })));
    }
}
