//! How a request reaches the gateway.

use std::future::Future;
use std::time::Duration;

use fare_values::PaymentMethod;

/// The HTTP method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; parameters travel in the query.
    Get,
    /// Writes; parameters travel in the body.
    Post,
}

/// One request to the gateway, before authentication.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GatewayRequest {
    /// The method.
    pub method: Method,
    /// The path, starting with a slash.
    pub path: String,
    /// The parameters, not encoded.
    pub parameters: Vec<(&'static str, String)>,
    /// Under which key the gateway executes it at most once.
    pub idempotency_key: Option<String>,
}

impl GatewayRequest {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), parameters: Vec::new(), idempotency_key: None }
    }

    pub(super) fn post(path: impl Into<String>) -> Self {
        Self { method: Method::Post, ..Self::get(path) }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// A token of the older kind stands for a card, of which a payment method is made on the way (API reference, "Create
    /// a PaymentIntent", `payment_method_data`).
    pub(super) fn with_method(self, method: &PaymentMethod) -> Self {
        if method.as_str().starts_with("tok_") {
            self.with("payment_method_data[type]", "card").with("payment_method_data[card][token]", method.as_str())
        } else {
            self.with("payment_method", method.as_str())
        }
    }

    pub(super) fn under_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }
}

/// What the gateway answered, unread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GatewayResponse {
    /// The HTTP status.
    pub status: u16,
    /// `Stripe-Should-Retry`, where the gateway is sure either way.
    pub should_retry: Option<bool>,
    /// `Retry-After`: for how long not to ask again.
    pub retry_after: Option<Duration>,
    /// `Idempotent-Replayed`: this is the answer kept under the request's key, and will be the answer for as long as the
    /// key is kept.
    pub replayed: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TransportError {
    /// The request never left: the gateway has done nothing.
    #[error("the request could not be sent: {reason}")]
    NotSent {
        /// What the client saw.
        reason: String,
    },
    /// The request may have arrived: the gateway may have done anything.
    #[error("no usable answer came: {reason}")]
    NoAnswer {
        /// What the client saw.
        reason: String,
    },
}

/// Carries requests to the gateway.
pub trait Transport: Send + Sync {
    /// Sends one request, once, and waits at most so long for its whole answer.
    ///
    /// # Errors
    /// [`TransportError`], which says whether the request may have arrived.
    fn send(
        &self,
        request: GatewayRequest,
        time_limit: Duration,
    ) -> impl Future<Output = Result<GatewayResponse, TransportError>> + Send;
}
