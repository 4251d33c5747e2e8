//! The account at the payment gateway: Stripe's API, as the payment service uses it.

use std::collections::BTreeSet;

use fare_values::{Clock as _, FareId, Millis, SystemClock};
use payment::gateway::{Gateway, GatewayError, IntentStatus, PaymentIntent, Refund, RefundStatus, Session, Transport};
use payment::time::SystemTime;

use crate::books::{Book, NamedPayment, NamedRefund, Pages, ReadError};
use crate::facts::{GatewayPayment, GivenBack};

/// How long one question may take, with all its attempts. Milliseconds.
const PATIENCE: i64 = 60_000;

/// The deployment's payments in an account at the gateway.
#[derive(Debug)]
pub struct GatewayAccount<T> {
    gateway: Gateway<T>,
}

impl<T: Transport> GatewayAccount<T> {
    /// The payments that are this deployment's, by the namespace of `gateway`.
    pub fn new(gateway: Gateway<T>) -> Self {
        Self { gateway }
    }

    fn session(&self) -> Session<'_, T, SystemTime> {
        self.gateway.until(Millis(SystemClock.now().0.saturating_add(PATIENCE)), &SystemTime)
    }

    pub(super) fn payments(&self, since: Option<i64>) -> impl Pages<NamedPayment> + Send {
        PaymentPages { account: self, since: since.map(Millis), from: Some(None) }
    }

    pub(super) fn refunds(&self, since: Option<i64>) -> impl Pages<NamedRefund> + Send {
        RefundPages { account: self, since: since.map(Millis), from: Some(None) }
    }

    /// The payments of a fare as they stand now: those that a search finds, and the known ones, which it may not know yet.
    pub(super) async fn payments_of(
        &self,
        fare_id: &str,
        known: BTreeSet<String>,
    ) -> Result<Vec<GatewayPayment>, ReadError> {
        let failed = unreadable(Book::GatewayPayments);
        let mut intents = match FareId::new(fare_id) {
            Ok(fare_id) => self.session().search(&fare_id).await.map_err(&failed)?,
            // No payment of ours was ever made for an id that is none.
            Err(_) => Vec::new(),
        };
        let found: BTreeSet<_> = intents.iter().map(|intent| intent.id.clone()).collect();
        for id in known.difference(&found) {
            match self.session().retrieve(id).await {
                Ok(intent) => intents.push(intent),
                // It has no such payment, or the record's id is none that it could have.
                Err(GatewayError::Refused { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let mut payments = Vec::with_capacity(intents.len());
        for intent in intents {
            let mut payment = payment_of(&intent);
            if payment.captured != 0 {
                let refunds = self.session().refunds_of(&payment.id).await.map_err(unreadable(Book::GatewayRefunds))?;
                payment.given_back = refunds.iter().map(given_back).fold(GivenBack::default(), GivenBack::and);
            }
            payments.push(payment);
        }
        Ok(payments)
    }
}

struct PaymentPages<'a, T> {
    account: &'a GatewayAccount<T>,
    since: Option<Millis>,
    /// After which payment the next page begins, or from the newest on. `None` after the last page.
    from: Option<Option<String>>,
}

impl<T: Transport> Pages<NamedPayment> for PaymentPages<'_, T> {
    async fn next(&mut self) -> Result<Option<Vec<NamedPayment>>, ReadError> {
        let Some(from) = self.from.take() else { return Ok(None) };
        let page = self.account.session().payments_page(self.since, from.as_deref()).await;
        let page = page.map_err(unreadable(Book::GatewayPayments))?;
        self.from = page.has_more.then(|| page.data.last().map(|intent| intent.id.clone()));
        let named = page.data.iter().filter_map(|intent| {
            let fare_id = self.account.gateway.fare_of(intent.metadata.fare_reference.as_deref()?)?;
            Some(NamedPayment { fare_id: fare_id.to_owned(), payment: payment_of(intent) })
        });
        Ok(Some(named.collect()))
    }
}

struct RefundPages<'a, T> {
    account: &'a GatewayAccount<T>,
    since: Option<Millis>,
    from: Option<Option<String>>,
}

impl<T: Transport> Pages<NamedRefund> for RefundPages<'_, T> {
    async fn next(&mut self) -> Result<Option<Vec<NamedRefund>>, ReadError> {
        let Some(from) = self.from.take() else { return Ok(None) };
        let page = self.account.session().refunds_page(self.since, from.as_deref()).await;
        let page = page.map_err(unreadable(Book::GatewayRefunds))?;
        self.from = page.has_more.then(|| page.data.last().map(|refund| refund.id.clone()));
        let named = page.data.iter().map(|refund| NamedRefund {
            payment_id: refund.payment_intent.clone(),
            fare_id: refund.metadata.as_ref().and_then(|metadata| {
                let fare_id = self.account.gateway.fare_of(metadata.fare_reference.as_deref()?)?;
                Some(fare_id.to_owned())
            }),
            given_back: given_back(refund),
        });
        Ok(Some(named.collect()))
    }
}

fn payment_of(intent: &PaymentIntent) -> GatewayPayment {
    let held = match intent.status {
        IntentStatus::RequiresCapture => intent.amount_capturable,
        // May still become a hold.
        IntentStatus::Processing | IntentStatus::RequiresAction => intent.amount,
        IntentStatus::RequiresPaymentMethod
        | IntentStatus::RequiresConfirmation
        | IntentStatus::Succeeded
        | IntentStatus::Canceled => 0,
    };
    GatewayPayment {
        id: intent.id.clone(),
        held,
        captured: intent.amount_received,
        currency: intent.currency.clone(),
        given_back: GivenBack::default(),
    }
}

fn given_back(refund: &Refund) -> GivenBack {
    let none = GivenBack::default();
    match refund.status {
        RefundStatus::Succeeded => GivenBack { succeeded: refund.amount, ..none },
        RefundStatus::Pending | RefundStatus::RequiresAction => GivenBack { pending: refund.amount, ..none },
        RefundStatus::Failed | RefundStatus::Canceled => GivenBack { failed: refund.amount, ..none },
    }
}

fn unreadable(book: Book) -> impl Fn(GatewayError) -> ReadError {
    move |error| ReadError { book, reason: error.to_string() }
}
