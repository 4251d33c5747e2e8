//! What is asked by whoever looks on and changes nothing: people, and reconciliation.
//!
//! An account may be shared, and anybody may write in it by hand. So an object that makes no sense is told as such, and the
//! others are read.

use std::collections::BTreeSet;

use fare_values::{Clock, FareId, Millis};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{Answer, is_plain_id, read, unreadable};
use super::operations::{listing, refunds_of};
use super::{GatewayError, GatewayRequest, Page, Pause, PaymentIntent, Refund, Session, Transport};

/// An object of the gateway's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed<T> {
    /// One that can be read.
    Read(T),
    /// One that makes no sense: of another version, or of no kind that is known here.
    Strange(Strange),
}

/// What is known of an object that makes no sense. Texts are as the gateway has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strange {
    /// Its id.
    pub id: Option<String>,
    /// The payment that it refunds.
    pub payment_intent: Option<String>,
    /// The deployment and the fare that are written on it.
    pub fare_reference: Option<String>,
}

/// A page of a list that may hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage<T> {
    /// The objects on this page.
    pub data: Vec<Listed<T>>,
    /// After which object the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// Whether the gateway could have given a payment this id.
#[must_use]
pub fn is_payment_id(id: &str) -> bool {
    is_plain_id(id, "pi_")
}

impl<T: Transport, C: Clock + Pause> Session<'_, T, C> {
    /// The payments of a fare as they stand now: those that the search finds, and of the known ones, which it may not know
    /// yet, those that are of this fare.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn payments_of(
        &self,
        fare_id: &FareId,
        known: impl IntoIterator<Item = String> + Send,
    ) -> Result<Vec<Listed<PaymentIntent>>, GatewayError> {
        let found = read_page(self.send(self.search_request(fare_id)).await, is_payment)?;
        let mut payments = Vec::new();
        if found.next.is_some() {
            // Somebody has written this fare on more payments than anybody would: that is told, and what is shown is read.
            payments.push(Listed::Strange(Strange::default()));
        }
        let found = found.data.into_iter().filter_map(|listed| match listed {
            Listed::Read(intent) => Some(intent.id),
            Listed::Strange(strange) => strange.id,
        });
        let ids: BTreeSet<String> = found.chain(known).filter(|id| is_payment_id(id)).collect();
        for id in ids {
            match self.look_up(&id).await? {
                Some(Listed::Read(intent)) if self.is_for(&intent, fare_id) => payments.push(Listed::Read(intent)),
                Some(Listed::Strange(strange)) if self.is_of(&strange, fare_id) => {
                    payments.push(Listed::Strange(strange))
                }
                // A search compares without regard to case, and a record may hold the id of another fare's payment.
                Some(_) | None => {}
            }
        }
        Ok(payments)
    }

    /// A payment as it stands now, if the gateway has one of this id.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn look_up(&self, payment_id: &str) -> Result<Option<Listed<PaymentIntent>>, GatewayError> {
        if !is_payment_id(payment_id) {
            return Ok(None);
        }
        let request = GatewayRequest::get(format!("/v1/payment_intents/{payment_id}"));
        match read::<Value>(self.send(request).await) {
            Ok(object) if text(&object, "id").as_deref() != Some(payment_id) => Err(unreadable()),
            Ok(object) => Ok(Some(listed(object, is_payment))),
            Err(GatewayError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All refunds of a payment, whoever made them, as they stand now.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn all_refunds_of(&self, payment_id: &str) -> Result<Vec<Listed<Refund>>, GatewayError> {
        let mut refunds = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut request = refunds_of(payment_id);
            if let Some(after) = after {
                request = request.with("starting_after", after);
            }
            let page = read_page(self.send(request).await, is_refund)?;
            refunds.extend(page.data);
            if page.next.is_none() {
                return Ok(refunds);
            }
            after = page.next;
        }
    }

    /// A page of the account's payments, newest first, as they stand now: after that one, or from the newest on.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn payments_page(
        &self,
        since: Option<Millis>,
        after: Option<&str>,
    ) -> Result<ListPage<PaymentIntent>, GatewayError> {
        read_page(self.send(listing("/v1/payment_intents", since, after)).await, is_payment)
    }

    /// A page of the account's refunds, newest first, as they stand now: after that one, or from the newest on.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn refunds_page(
        &self,
        since: Option<Millis>,
        after: Option<&str>,
    ) -> Result<ListPage<Refund>, GatewayError> {
        read_page(self.send(listing("/v1/refunds", since, after)).await, is_refund)
    }

    fn is_of(&self, strange: &Strange, fare_id: &FareId) -> bool {
        strange.fare_reference.as_deref() == Some(self.gateway.fare_reference(fare_id).as_str())
    }
}

fn is_payment(intent: &PaymentIntent) -> bool {
    is_payment_id(&intent.id)
}

/// Refunds of other kinds of payments have ids of another kind.
fn is_refund(refund: &Refund) -> bool {
    ["re_", "pyr_"].iter().any(|prefix| is_plain_id(&refund.id, prefix))
}

fn read_page<T: DeserializeOwned>(answer: Answer, is_sound: fn(&T) -> bool) -> Result<ListPage<T>, GatewayError> {
    let page: Page<Value> = read::<Page<Value>>(answer)?.or_nonsense()?;
    let last = page.data.last().and_then(|object| text(object, "id"));
    let next = if page.has_more { Some(last.ok_or_else(unreadable)?) } else { None };
    Ok(ListPage { data: page.data.into_iter().map(|object| listed(object, is_sound)).collect(), next })
}

fn listed<T: DeserializeOwned>(object: Value, is_sound: fn(&T) -> bool) -> Listed<T> {
    match T::deserialize(&object) {
        Ok(read) if is_sound(&read) => Listed::Read(read),
        Ok(_) | Err(_) => Listed::Strange(Strange {
            id: text(&object, "id"),
            payment_intent: text(&object, "payment_intent"),
            fare_reference: object.get("metadata").and_then(|metadata| text(metadata, "fare_reference")),
        }),
    }
}

fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests;
