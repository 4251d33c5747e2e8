//! The account at the payment gateway: Stripe's API, as the payment service uses it.

use std::collections::BTreeSet;

use fare_values::{Clock as _, FareId, Millis, SystemClock};
use payment::gateway::{
    Gateway, GatewayError, IntentStatus, Listed, PaymentIntent, Refund, RefundStatus, Session, Strange, Transport,
};
use payment::time::SystemTime;

use crate::books::{Book, NamedPayment, NamedRefund, Pages, ReadError};
use crate::facts::{Fact, GatewayPayment, GivenBack};

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

    /// What the gateway has of a fare as it stands now: the payments that a search finds, and the known ones, which it may
    /// not know yet, where they are this fare's.
    ///
    /// # Errors
    /// When the gateway does not answer. What it says that makes no sense is no error, but a fact.
    pub async fn payments_of(&self, fare_id: &str, known: BTreeSet<String>) -> Result<Vec<Fact>, ReadError> {
        // No payment of ours was ever made for an id that is none.
        let Ok(fare_id) = FareId::new(fare_id) else { return Ok(Vec::new()) };
        let payments = self.session().payments_of(&fare_id, known).await.map_err(unreadable(Book::GatewayPayments))?;
        let mut facts = Vec::with_capacity(payments.len());
        for listed in payments {
            let intent = match listed {
                Listed::Read(intent) => intent,
                Listed::Strange(strange) => {
                    facts.push(makes_no_sense("payment", &strange));
                    continue;
                }
            };
            let mut payment = payment_of(&intent);
            if payment.captured != 0 {
                let refunds = self.session().all_refunds_of(&payment.id).await;
                for refund in refunds.map_err(unreadable(Book::GatewayRefunds))? {
                    match refund {
                        Listed::Read(refund) => payment.given_back = payment.given_back.and(given_back(&refund)),
                        Listed::Strange(strange) => facts.push(makes_no_sense("refund", &strange)),
                    }
                }
            }
            facts.push(Fact::Gateway(payment));
        }
        Ok(facts)
    }

    pub(super) async fn fare_of_payment(&self, payment_id: &str) -> Result<Option<String>, ReadError> {
        let payment = self.session().look_up(payment_id).await.map_err(unreadable(Book::GatewayPayments))?;
        let reference = payment.and_then(|listed| match listed {
            Listed::Read(intent) => intent.metadata.fare_reference,
            Listed::Strange(strange) => strange.fare_reference,
        });
        Ok(reference.and_then(|reference| self.gateway.fare_of(&reference).map(str::to_owned)))
    }

    fn named(&self, listed: &Listed<PaymentIntent>) -> Option<NamedPayment> {
        let (id, reference, payment) = match listed {
            Listed::Read(intent) => {
                (Some(&intent.id), intent.metadata.fare_reference.as_deref(), Some(payment_of(intent)))
            }
            Listed::Strange(strange) => (strange.id.as_ref(), strange.fare_reference.as_deref(), None),
        };
        let fare_id = self.gateway.fare_of(reference?)?;
        Some(NamedPayment { payment_id: id.cloned().unwrap_or_default(), fare_id: fare_id.to_owned(), payment })
    }

    fn named_refund(&self, listed: &Listed<Refund>) -> NamedRefund {
        let (payment_id, reference, given_back) = match listed {
            Listed::Read(refund) => {
                let reference = refund.metadata.as_ref().and_then(|metadata| metadata.fare_reference.as_deref());
                (refund.payment_intent.clone(), reference, Some(given_back(refund)))
            }
            Listed::Strange(strange) => {
                (strange.payment_intent.clone().unwrap_or_default(), strange.fare_reference.as_deref(), None)
            }
        };
        let fare_id = reference.and_then(|reference| self.gateway.fare_of(reference)).map(str::to_owned);
        NamedRefund { payment_id, fare_id, given_back }
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
        self.from = page.next.map(Some);
        Ok(Some(page.data.iter().filter_map(|listed| self.account.named(listed)).collect()))
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
        self.from = page.next.map(Some);
        Ok(Some(page.data.iter().map(|listed| self.account.named_refund(listed)).collect()))
    }
}

/// Which object that is, in no more of the gateway's words than its id, if that looks like one.
fn makes_no_sense(what: &str, strange: &Strange) -> Fact {
    let id = strange.id.as_deref().filter(|id| id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic()));
    Fact::Unreadable(format!("the gateway's {what} {} makes no sense", id.unwrap_or("without an id")))
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
