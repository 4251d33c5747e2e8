//! The gateway's operations: one request each, except where it says otherwise.

use fare_values::{Clock, FareId, Millis, Money, PaymentMethod};

use super::answer::{read_dated_intent, read_dated_refunds, read_intent, read_intents, read_refund, read_refunds};
use super::{
    Dated, GatewayError, GatewayRequest, IntentStatus, Page, Pause, PaymentIntent, Refund, Session, Transport,
};

/// The most objects that one page shows (API reference, "Pagination"). A fare has one payment, and a payment one refund,
/// per generation, so one page shows all of a fare's.
const PAGE_SIZE: &str = "100";

/// How far the gateway's clock may be behind ours, in milliseconds, when payments are listed by the time of their making.
const CLOCK_SKEW: i64 = 5 * 60 * 1000;

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

/// What is sent under a key is sent alike for ever: the gateway refuses a key that comes back with other parameters, so
/// whoever changes a request of these must change the step's name in its key too. A test holds them fast.
impl<T: Transport, C: Clock + Pause> Session<'_, T, C> {
    /// Places a hold (a PaymentIntent with manual capture, confirmed at once).
    ///
    /// # Errors
    /// [`GatewayError`]; `Declined` and `Refused` mean that nothing is held.
    pub async fn authorise(&self, ask: &Authorise) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::post("/v1/payment_intents")
            .with("amount", ask.amount.amount().to_string())
            .with("currency", ask.amount.currency().code())
            .with_method(&ask.payment_method)
            .with("payment_method_types[]", "card")
            .with("capture_method", "manual")
            .with("confirm", "true")
            .with("metadata[fare_reference]", self.gateway.fare_reference(&ask.fare_id))
            .with("metadata[generation]", ask.generation.to_string())
            .under_key(self.gateway.key(&ask.fare_id, "authorise", ask.generation));
        read_intent(self.send(request).await)
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
            .under_key(self.gateway.key(fare_id, "capture", generation));
        read_intent(self.send(request).await)
    }

    /// Cancels a payment that is not captured, which releases its hold for good.
    ///
    /// # Errors
    /// [`GatewayError`]; `UnexpectedState` means that it was captured or cancelled before.
    pub async fn void(
        &self,
        payment_id: &str,
        fare_id: &FareId,
        generation: i64,
    ) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::post(format!("/v1/payment_intents/{payment_id}/cancel"))
            .under_key(self.gateway.key(fare_id, "void", generation));
        read_intent(self.send(request).await)
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
            .with("metadata[fare_reference]", self.gateway.fare_reference(fare_id))
            .with("metadata[generation]", generation.to_string())
            .under_key(self.gateway.key(fare_id, "refund", generation));
        read_refund(self.send(request).await)
    }

    /// The refunds of a payment, whoever made them, as they stand now.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn refunds_of(&self, payment_id: &str) -> Result<Vec<Refund>, GatewayError> {
        read_refunds(self.send(refunds_of(payment_id)).await)
    }

    /// How a payment stands now, with its times.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn dated(&self, payment_id: &str) -> Result<Dated<PaymentIntent>, GatewayError> {
        read_dated_intent(self.send(GatewayRequest::get(format!("/v1/payment_intents/{payment_id}"))).await)
    }

    /// As [`refunds_of`](Self::refunds_of), with their times.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn dated_refunds_of(&self, payment_id: &str) -> Result<Vec<Dated<Refund>>, GatewayError> {
        read_dated_refunds(self.send(refunds_of(payment_id)).await)
    }

    /// How a payment stands now.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn retrieve(&self, payment_id: &str) -> Result<PaymentIntent, GatewayError> {
        let request = GatewayRequest::get(format!("/v1/payment_intents/{payment_id}"));
        let intent = read_intent(self.send(request).await)?;
        if intent.id == payment_id {
            Ok(intent)
        } else {
            Err(GatewayError::OutcomeUnknown { reason: "the gateway shows another payment".to_owned() })
        }
    }

    /// The payments of a fare that the gateway's search knows, as they stand now. The search may lag behind: by a minute as
    /// a rule, by more in an outage ("Search", section Data freshness).
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn search(&self, fare_id: &FareId) -> Result<Vec<PaymentIntent>, GatewayError> {
        let found = read_intents(self.send(self.search_request(fare_id)).await)?;
        if found.has_more {
            return Err(GatewayError::OutcomeUnknown { reason: "the search shows only some payments".to_owned() });
        }
        let mut intents = Vec::with_capacity(found.data.len());
        for intent in found.data {
            // What a search shows may be as old as its index, and it compares without regard to case.
            let intent = self.retrieve(&intent.id).await?;
            if self.is_for(&intent, fare_id) {
                intents.push(intent);
            }
        }
        Ok(intents)
    }

    /// The payments of a fare that were made since then, all of them and as they stand now: lists do not lag behind
    /// ("Search", section Data freshness). Reads through everything that the account has taken since, so this is for the
    /// rare case in which nothing else gives proof. One request per hundred payments, for as long as there is time.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn list_since(&self, fare_id: &FareId, since: Millis) -> Result<Vec<PaymentIntent>, GatewayError> {
        let mut intents = Vec::new();
        let mut last_seen: Option<String> = None;
        loop {
            let page = self.page_since(since, last_seen.as_deref()).await?;
            last_seen = page.data.last().map(|intent| intent.id.clone());
            intents.extend(page.data.into_iter().filter(|intent| self.is_for(intent, fare_id)));
            if !page.has_more {
                return Ok(intents);
            }
        }
    }

    /// A page of the account's payments, every one of which must make sense: something is done by what they say.
    async fn page_since(&self, since: Millis, after: Option<&str>) -> Result<Page<PaymentIntent>, GatewayError> {
        let page = read_intents(self.send(listing("/v1/payment_intents", Some(since), after)).await)?;
        page.or_nonsense()
    }

    pub(super) fn search_request(&self, fare_id: &FareId) -> GatewayRequest {
        let query = format!("metadata['fare_reference']:'{}'", self.gateway.fare_reference(fare_id));
        GatewayRequest::get("/v1/payment_intents/search").with("query", query).with("limit", PAGE_SIZE)
    }

    /// Whether this is a payment of that fare.
    #[must_use]
    pub fn is_for(&self, intent: &PaymentIntent, fare_id: &FareId) -> bool {
        intent.metadata.fare_reference.as_deref() == Some(self.gateway.fare_reference(fare_id).as_str())
    }
}

pub(super) fn refunds_of(payment_id: &str) -> GatewayRequest {
    GatewayRequest::get("/v1/refunds").with("payment_intent", payment_id).with("limit", PAGE_SIZE)
}

/// A list, newest first (API reference, "Pagination").
pub(super) fn listing(path: &'static str, since: Option<Millis>, after: Option<&str>) -> GatewayRequest {
    let mut request = GatewayRequest::get(path);
    if let Some(since) = since {
        let from = since.0.saturating_sub(CLOCK_SKEW).div_euclid(1000).to_string();
        request = request.with("created[gte]", from);
    }
    request = request.with("limit", PAGE_SIZE);
    if let Some(after) = after {
        request = request.with("starting_after", after);
    }
    request
}

#[cfg(test)]
mod tests;
