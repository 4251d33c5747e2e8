//! What the gateway answers, and when the answer is let out.

use serde_json::Value;

use crate::refusal::Refusal;

/// How an answer reaches the client. The effect, if any, is done by the time a [`Reply`] exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The answer is delivered at once.
    AtOnce,
    /// The answer is delivered this much later; a client with a shorter timeout never sees it.
    After {
        /// How late, in milliseconds.
        milliseconds: u64,
    },
}

/// One HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: Value,
    /// `Request-Id`; absent on the simulator's own views.
    pub request_id: Option<String>,
    /// `Original-Request`: on a replay, the id of the request whose answer this is.
    pub original_request: Option<String>,
    /// `Idempotent-Replayed`: this is the kept answer of an earlier request, and nothing was executed.
    pub idempotent_replayed: bool,
    /// `Stripe-Should-Retry`, where the gateway is sure either way.
    pub should_retry: Option<bool>,
    /// `Retry-After`, in whole seconds.
    pub retry_after_seconds: Option<u64>,
    /// When to let the answer out.
    pub delivery: Delivery,
}

impl Reply {
    /// The response headers, by name.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(self.request_id.iter().map(|id| ("Request-Id", id.clone())));
        headers.extend(self.original_request.iter().map(|id| ("Original-Request", id.clone())));
        if self.idempotent_replayed {
            headers.push(("Idempotent-Replayed", "true".to_owned()));
        }
        headers.extend(self.should_retry.map(|retry| ("Stripe-Should-Retry", retry.to_string())));
        headers.extend(self.retry_after_seconds.map(|seconds| ("Retry-After", seconds.to_string())));
        headers
    }

    /// A plain answer with this status and body.
    pub(crate) fn plain(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            request_id: None,
            original_request: None,
            idempotent_replayed: false,
            should_retry: None,
            retry_after_seconds: None,
            delivery: Delivery::AtOnce,
        }
    }

    /// A refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self { should_retry: refusal.should_retry(), ..Self::plain(refusal.status(), refusal.body()) }
    }
}
