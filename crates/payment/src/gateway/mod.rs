//! The payment gateway: Stripe's PaymentIntents and Refunds, as far as this system uses them.
//!
//! Requests and answers follow Stripe's API reference (sections Payment Intents, Refunds, Idempotent requests, Errors).
//! How a request travels is the business of a [`Transport`]: over HTTP in the function, in process in tests.

mod answer;
mod http;
mod intent;
mod transport;

use fare_values::{FareId, Money, PaymentMethod};

use answer::{read_intent, read_intents, read_refund, read_refunds};

pub use answer::{GatewayError, Reason};
pub use http::{HttpTransport, InvalidGatewayUrl};
pub use intent::{IntentStatus, PaymentIntent, Refund, RefundStatus};
pub use transport::{GatewayRequest, GatewayResponse, Method, Transport, TransportError};

/// The most payments of one fare, or refunds of one payment, that are asked for. There is one per generation.
const SEARCH_LIMIT: &str = "100";

/// An authorisation to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorise {
    /// The fare that is paid.
    pub fare_id: FareId,
    /// Which authorisation of this fare it is.
    pub generation: i64,
    /// How much is to be held.
    pub amount: Money,
    /// Whose money.
    pub payment_method: PaymentMethod,
}

/// The gateway's operations, over some transport.
///
/// Idempotency keys and the merchant's reference come from the deployment, the fare, the step and the generation, never
/// from an attempt or an execution, so that whoever asks again, however much later, asks for the same thing.
#[derive(Clone, Debug)]
pub struct Gateway<T> {
    transport: T,
    namespace: String,
}

impl<T: Transport> Gateway<T> {
    /// The gateway over this transport. The namespace keeps deployments apart that share one gateway account.
    pub fn new(transport: T, namespace: impl Into<String>) -> Self {
        Self { transport, namespace: namespace.into() }
    }

    /// Places a hold (a PaymentIntent with manual capture, confirmed at once).
    ///
    /// # Errors
    /// [`GatewayError`]; `Declined` and `Refused` mean that nothing is held.
    pub async fn authorise(&self, ask: &Authorise) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::post("/v1/payment_intents")
            .with("amount", ask.amount.amount().to_string())
            .with("currency", ask.amount.currency().code())
            .with("payment_method", ask.payment_method.as_str())
            .with("payment_method_types[]", "card")
            .with("capture_method", "manual")
            .with("confirm", "true")
            .with("metadata[fare_reference]", self.fare_reference(&ask.fare_id))
            .with("metadata[generation]", ask.generation.to_string())
            .under_key(self.key(&ask.fare_id, "authorise", ask.generation));
        read_intent(self.transport.send(request).await)
    }

    /// Whether this intent holds exactly what was asked for.
    #[must_use]
    pub fn holds(&self, intent: &PaymentIntent, asked: &Authorise) -> bool {
        intent.status == IntentStatus::RequiresCapture
            && intent.amount == asked.amount.amount()
            && intent.amount_capturable == asked.amount.amount()
            && intent.currency == asked.amount.currency().code()
            && self.is_for(intent, &asked.fare_id)
    }

    /// Captures a hold in full.
    ///
    /// # Errors
    /// [`GatewayError`]; `Declined` and `Refused` mean that nothing was captured.
    pub async fn capture(
        &self,
        payment_id: &str,
        fare_id: &FareId,
        generation: i64,
        amount: Money,
    ) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::post(format!("/v1/payment_intents/{payment_id}/capture"))
            .with("amount_to_capture", amount.amount().to_string())
            .under_key(self.key(fare_id, "capture", generation));
        read_intent(self.transport.send(request).await)
    }

    /// Cancels a payment that is not captured, which releases its hold for good.
    ///
    /// # Errors
    /// [`GatewayError`]; `UnexpectedState` means that it was captured or cancelled before.
    pub async fn void(&self, payment_id: &str, key: &str) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::post(format!("/v1/payment_intents/{payment_id}/cancel")).under_key(key);
        read_intent(self.transport.send(request).await)
    }

    /// The key under which a fare's hold is voided.
    #[must_use]
    pub fn void_key(&self, fare_id: &FareId, generation: i64) -> String {
        self.key(fare_id, "void", generation)
    }

    /// Refunds a capture in full.
    ///
    /// # Errors
    /// [`GatewayError`]; `Refused` means that nothing was refunded now.
    pub async fn refund(
        &self,
        payment_id: &str,
        fare_id: &FareId,
        generation: i64,
        amount: Money,
    ) -> Result<Refund, GatewayError> {
        let request = GatewayRequest::post("/v1/refunds")
            .with("payment_intent", payment_id)
            .with("amount", amount.amount().to_string())
            .with("metadata[fare_reference]", self.fare_reference(fare_id))
            .under_key(self.key(fare_id, "refund", generation));
        read_refund(self.transport.send(request).await)
    }

    /// The refunds of a payment, whoever made them, as they stand now.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn refunds_of(&self, payment_id: &str) -> Result<Vec<Refund>, GatewayError> {
        let request = GatewayRequest::get("/v1/refunds").with("payment_intent", payment_id).with("limit", SEARCH_LIMIT);
        read_refunds(self.transport.send(request).await)
    }

    /// How a payment stands now.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn retrieve(&self, payment_id: &str) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::get(format!("/v1/payment_intents/{payment_id}"));
        read_intent(self.transport.send(request).await)
    }

    /// The payments of a fare that the gateway's search knows, as they stand now. The search may lag behind by a minute.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn find(&self, fare_id: &FareId) -> Result<Vec<PaymentIntent>, GatewayError> {
        let query = format!("metadata['fare_reference']:'{}'", self.fare_reference(fare_id));
        let request =
            GatewayRequest::get("/v1/payment_intents/search").with("query", query).with("limit", SEARCH_LIMIT);
        let found = read_intents(self.transport.send(request).await)?;
        let mut intents = Vec::with_capacity(found.len());
        for intent in found {
            // What a search shows may be as old as its index, and it compares without regard to case.
            let intent = self.retrieve(&intent.id).await?;
            if self.is_for(&intent, fare_id) {
                intents.push(intent);
            }
        }
        Ok(intents)
    }

    fn is_for(&self, intent: &PaymentIntent, fare_id: &FareId) -> bool {
        intent.metadata.fare_reference.as_deref() == Some(self.fare_reference(fare_id).as_str())
    }

    fn fare_reference(&self, fare_id: &FareId) -> String {
        format!("{}/{fare_id}", self.namespace)
    }

    fn key(&self, fare_id: &FareId, step: &str, generation: i64) -> String {
        format!("{}/{fare_id}/{step}/{generation}", self.namespace)
    }
}
