//! What an answer of the gateway means: done, definitely not done, or unknown.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Dated, GatewayResponse, IntentStatus, PaymentIntent, Refund, TransportError};

/// A request that did not succeed. The variants say what may have happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum GatewayError {
    /// The card's issuer said no. Definite: this request moved and holds nothing.
    #[error("declined: {reason}")]
    Declined {
        /// The decline code, or the error code.
        reason: Reason,
        /// The state that the payment was left in, if the gateway says.
        left: Option<IntentStatus>,
    },
    /// The gateway finds the request invalid. Definite: this request had no effect.
    #[error("refused: {reason}")]
    Refused {
        /// The error code, or `invalid_` and the parameter.
        reason: Reason,
        /// The state that the payment was left in, if the gateway says.
        left: Option<IntentStatus>,
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
    /// The gateway keeps a failure under this key and will answer nothing else. The request may have had its effect
    /// before; it never will from now on.
    #[error("the gateway keeps a failure under this key")]
    KeySpent,
    /// The key has come with another request before, which may be under way or done. This one had no effect.
    #[error("the key was used for another request")]
    KeyTaken,
}

impl GatewayError {
    /// Whether the gateway may say this for ever under the same key.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::KeySpent
            | Self::KeyTaken
            | Self::Declined { .. }
            | Self::Refused { .. }
            | Self::UnexpectedState { .. } => true,
            Self::Unavailable { .. } | Self::OutcomeUnknown { .. } => false,
        }
    }
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
    param: Option<String>,
    payment_intent: Option<IntentInError>,
}

#[derive(Deserialize)]
struct IntentInError {
    status: IntentStatus,
}

/// A page of a list, or of what a search has found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Page<T> {
    /// The objects on this page.
    pub data: Vec<T>,
    /// Whether there are more after them.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// The page, unless it is empty and says that there are more after it.
    pub(super) fn or_nonsense(self) -> Result<Self, GatewayError> {
        if self.has_more && self.data.is_empty() { Err(unreadable()) } else { Ok(self) }
    }
}

/// What became of a request that was sent once or several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// What came of the last attempt.
    pub(super) last: Result<GatewayResponse, TransportError>,
    /// Whether an attempt before it may have had the request's effect.
    pub(super) may_have_happened_before: bool,
}

pub(super) fn read_intent(answer: Answer) -> Result<PaymentIntent, GatewayError> {
    let intent: PaymentIntent = read(answer)?;
    if is_plain_id(&intent.id, "pi_") { Ok(intent) } else { Err(unreadable()) }
}

pub(super) fn read_intents(answer: Answer) -> Result<Page<PaymentIntent>, GatewayError> {
    let page: Page<PaymentIntent> = read(answer)?;
    if page.data.iter().all(|intent| is_plain_id(&intent.id, "pi_")) { Ok(page) } else { Err(unreadable()) }
}

pub(super) fn read_refund(answer: Answer) -> Result<Refund, GatewayError> {
    let refund: Refund = read(answer)?;
    if is_plain_id(&refund.id, "re_") { Ok(refund) } else { Err(unreadable()) }
}

pub(super) fn read_refunds(answer: Answer) -> Result<Vec<Refund>, GatewayError> {
    let page: Page<Refund> = read(answer)?;
    let complete = !page.has_more && page.data.iter().all(|refund| is_plain_id(&refund.id, "re_"));
    if complete { Ok(page.data) } else { Err(unreadable()) }
}

/// A payment with its times.
pub(super) fn read_dated_intent(answer: Answer) -> Result<Dated<PaymentIntent>, GatewayError> {
    let intent: Dated<PaymentIntent> = read(answer)?;
    if is_plain_id(&intent.object.id, "pi_") { Ok(intent) } else { Err(unreadable()) }
}

/// All refunds of a payment with their times.
pub(super) fn read_dated_refunds(answer: Answer) -> Result<Vec<Dated<Refund>>, GatewayError> {
    let page: Page<Dated<Refund>> = read(answer)?;
    let complete = !page.has_more && page.data.iter().all(|refund| is_plain_id(&refund.object.id, "re_"));
    if complete { Ok(page.data) } else { Err(unreadable()) }
}

/// Ids go into paths and records, so they are held to their alphabet.
pub(super) fn is_plain_id(id: &str, prefix: &str) -> bool {
    id.len() <= 128
        && id.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}

pub(super) fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, GatewayError> {
    match read_last(answer.last) {
        // This attempt had no effect, but one before it may have had.
        Err(GatewayError::Unavailable { reason }) if answer.may_have_happened_before => {
            Err(GatewayError::OutcomeUnknown { reason })
        }
        // Nor is it kept that a request is invalid, so it may have been valid to the attempt before.
        Err(error @ GatewayError::Refused { .. }) if answer.may_have_happened_before => {
            Err(GatewayError::OutcomeUnknown { reason: error.to_string() })
        }
        other => other,
    }
}

pub(super) fn read_last<T: DeserializeOwned>(last: Result<GatewayResponse, TransportError>) -> Result<T, GatewayError> {
    let response = last.map_err(|error| match error {
        TransportError::NotSent { .. } => GatewayError::Unavailable { reason: error.to_string() },
        TransportError::NoAnswer { .. } => GatewayError::OutcomeUnknown { reason: error.to_string() },
    })?;
    if response.status == 200 {
        return serde_json::from_slice(&response.body).map_err(|_| unreadable());
    }
    Err(failure(&response, serde_json::from_slice(&response.body).ok()))
}

pub(super) fn unreadable() -> GatewayError {
    GatewayError::OutcomeUnknown { reason: "the answer makes no sense".to_owned() }
}

/// The meaning of a status that is not 200 (API reference, "Errors" and "Idempotent requests").
fn failure(response: &GatewayResponse, body: Option<ErrorBody>) -> GatewayError {
    body.and_then(|body| definite(response.status, body.error)).or_else(|| turned_away(response.status)).unwrap_or_else(
        || match response {
            GatewayResponse { replayed: true, .. } => GatewayError::KeySpent,
            GatewayResponse { status, .. } => {
                GatewayError::OutcomeUnknown { reason: format!("the gateway answered {status}") }
            }
        },
    )
}

/// Errors that the gateway explains, and that say that nothing happened.
fn definite(status: u16, error: ErrorObject) -> Option<GatewayError> {
    let left = error.payment_intent.map(|intent| intent.status);
    let code = error.code.as_deref();
    match (status, error.kind.as_str()) {
        (400, "idempotency_error") => Some(GatewayError::KeyTaken),
        (402, "card_error") => {
            let reason = Reason::new(error.decline_code.as_deref().or(code).unwrap_or_default());
            Some(GatewayError::Declined { reason, left })
        }
        (400, "invalid_request_error") if code == Some("payment_intent_unexpected_state") => {
            Some(GatewayError::UnexpectedState { status: left })
        }
        (400 | 404, "invalid_request_error") => {
            let field = || error.param.map(|param| format!("invalid_{param}"));
            let reason = Reason::new(&error.code.or_else(field).unwrap_or_default());
            Some(GatewayError::Refused { reason, left })
        }
        _ => None,
    }
}

/// Whether an attempt that came to this may have had the request's effect.
pub(super) fn may_have_happened(attempt: &Result<GatewayResponse, TransportError>) -> bool {
    match attempt {
        Err(TransportError::NotSent { .. }) => false,
        Err(TransportError::NoAnswer { .. }) => true,
        Ok(response) => turned_away(response.status).is_none(),
    }
}

/// Statuses that say enough by themselves. 5xx never does: the effect may have happened before the failure. Nor does 409,
/// which says that the same request is just being executed.
fn turned_away(status: u16) -> Option<GatewayError> {
    let reason = match status {
        401 | 403 => "the gateway does not accept our key",
        429 => "the gateway is turning requests away",
        _ => return None,
    };
    Some(GatewayError::Unavailable { reason: reason.to_owned() })
}

#[cfg(test)]
mod tests;
