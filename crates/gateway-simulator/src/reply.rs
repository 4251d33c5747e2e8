//! What the gateway answers, and how the answer is let out.

use serde_json::Value;

use crate::delivery::Delivery;
use crate::refusal::Refusal;

/// One HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    /// The HTTP status that the client sees; 0 if the request was lost, so that there is none.
    pub status: u16,
    /// The JSON body. [`delivered_body`](Self::delivered_body) tells what becomes of it on its way.
    pub body: Value,
    /// `Request-Id`; absent on the simulator's own views.
    pub request_id: Option<String>,
    /// `Idempotency-Key`: the key of a write, as it was sent.
    pub idempotency_key: Option<String>,
    /// `Original-Request`: for a write under a key, the id of the request whose answer this is; on a replay, an earlier one.
    pub original_request: Option<String>,
    /// `Idempotent-Replayed`: this is the kept answer of an earlier request, and nothing was executed.
    pub idempotent_replayed: bool,
    /// `Stripe-Should-Retry`, where the gateway is sure either way.
    pub should_retry: Option<bool>,
    /// `Retry-After`, in whole seconds.
    pub retry_after_seconds: Option<u64>,
    /// `Stripe-Version`: the one that was asked for, or the account's; absent on the simulator's own views.
    pub stripe_version: Option<String>,
    /// `Location`.
    pub location: Option<&'static str>,
    /// How the answer reaches the client.
    pub delivery: Delivery,
}

impl Reply {
    /// The response headers, by name, but for those that frame the body. A page of HTML comes from something in front of
    /// the API, and so without the API's own headers.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Content-Type", self.delivery.content_type().to_owned())];
        headers.extend(self.location.map(|location| ("Location", location.to_owned())));
        if self.delivery == Delivery::Page {
            return headers;
        }
        headers.extend(self.request_id.iter().map(|id| ("Request-Id", id.clone())));
        headers.extend(self.idempotency_key.iter().map(|key| ("Idempotency-Key", key.clone())));
        headers.extend(self.original_request.iter().map(|id| ("Original-Request", id.clone())));
        headers.extend(self.stripe_version.iter().map(|version| ("Stripe-Version", version.clone())));
        if self.idempotent_replayed {
            headers.push(("Idempotent-Replayed", "true".to_owned()));
        }
        headers.extend(self.should_retry.map(|retry| ("Stripe-Should-Retry", retry.to_string())));
        headers.extend(self.retry_after_seconds.map(|seconds| ("Retry-After", seconds.to_string())));
        headers
    }

    /// The bytes of the body that arrive at the client. After [`Delivery::Lost`] and [`Delivery::Truncated`] the
    /// connection closes, so that the client can tell that they are not all.
    pub fn delivered_body(&self) -> Vec<u8> {
        self.delivery.arriving(&self.body)
    }

    /// What `Content-Length` says, which is more than arrives when the delivery is [`Delivery::Truncated`].
    pub fn content_length(&self) -> usize {
        self.delivery.announced(&self.body).len()
    }

    /// 503, for a desk that cannot reach its gateway: nothing has happened, and the client may try again.
    pub fn unavailable() -> Self {
        Self::refused(&Refusal::unavailable(), None)
    }

    /// A plain answer with this status and body.
    pub(crate) fn plain(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            request_id: None,
            idempotency_key: None,
            original_request: None,
            idempotent_replayed: false,
            should_retry: None,
            retry_after_seconds: None,
            stripe_version: None,
            location: None,
            delivery: Delivery::AtOnce,
        }
    }

    /// A refusal, of an API request if it has an id.
    pub(crate) fn refused(refusal: &Refusal, request_id: Option<&str>) -> Self {
        Self {
            should_retry: refusal.should_retry(),
            retry_after_seconds: refusal.retry_after_seconds(),
            ..Self::plain(refusal.status(), refusal.body(request_id))
        }
    }
}
