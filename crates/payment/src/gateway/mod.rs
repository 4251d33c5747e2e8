//! The payment gateway: Stripe's PaymentIntents and Refunds, as far as this system uses them.
//!
//! Requests and answers follow Stripe's API reference (sections Payment Intents, Refunds, Idempotent requests, Errors).
//! How a request travels is the business of a [`Transport`]: over HTTP in the function, in process in tests. When it is
//! sent again is that of [`retry`], and how long all of it may take that of a [`Session`].

mod answer;
mod api_key;
mod gist;
mod http;
mod intent;
mod operations;
mod overview;
pub mod retry;
mod secrets_manager;
mod session;
mod transport;

use std::time::Duration;

use fare_values::{FareId, Millis};

pub use answer::{GatewayError, Page, Reason};
pub use api_key::{ApiKeySource, ApiKeyUnavailable, InMemoryApiKeys};
pub use gist::Gist;
pub use http::{Authorities, HttpTransport, InvalidGatewayUrl};
pub use intent::{Dated, IntentStatus, PaymentIntent, Refund, RefundStatus};
pub use operations::Authorise;
pub use overview::{ListPage, Listed, Strange, is_payment_id};
pub use secrets_manager::SecretsManagerKey;
pub use session::{Pause, Session};
pub use transport::{GatewayRequest, GatewayResponse, Method, Transport, TransportError};

/// The gateway account as this deployment uses it.
///
/// Idempotency keys and the merchant's reference come from the deployment, the fare, the step and the generation, never
/// from an attempt or an execution, so that whoever asks again, however much later, asks for the same thing.
#[derive(Clone, Debug)]
pub struct Gateway<T> {
    transport: T,
    namespace: String,
    time_limit: Duration,
}

impl<T> Gateway<T> {
    /// The gateway over this transport, which waits at most `time_limit` for any one answer. The namespace keeps
    /// deployments apart that share one gateway account.
    pub fn new(transport: T, namespace: impl Into<String>, time_limit: Duration) -> Self {
        Self { transport, namespace: namespace.into(), time_limit }
    }

    /// The gateway for one invocation: nothing that is asked through it takes longer than until `over_by`.
    pub fn until<'a, C>(&'a self, over_by: Millis, time: &'a C) -> Session<'a, T, C> {
        Session { gateway: self, time, over_by }
    }

    fn fare_reference(&self, fare_id: &FareId) -> String {
        format!("{}/{fare_id}", self.namespace)
    }

    /// The fare that this reference is of, if it is one of this deployment's.
    #[must_use]
    pub fn fare_of<'a>(&self, reference: &'a str) -> Option<&'a str> {
        reference.strip_prefix(self.namespace.as_str())?.strip_prefix('/')
    }

    fn key(&self, fare_id: &FareId, step: &str, generation: i64) -> String {
        format!("{}/{fare_id}/{step}/{generation}", self.namespace)
    }
}
