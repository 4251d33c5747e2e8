//! The gateway's payments, each with what was given back of it, sorted to their fares.

use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::fares::OfFare;
use super::{Listener, QUESTIONS_AT_ONCE, ReconcileError, Run, count};
use crate::books::{Book, Books, Pages as _, ReadError};
use crate::facts::{Fact, GatewayPayment, GivenBack};
use crate::spill::{Spill, SpillError};

/// A row under the payment that it is of.
#[derive(Serialize, Deserialize)]
enum OfPayment {
    /// The fare, and the payment if it makes sense.
    Payment(String, Option<GatewayPayment>),
    /// The fare if the refund names one, and the refund if it makes sense.
    Refund(Option<String>, Option<GivenBack>),
}

/// All that the lists have of one payment.
#[derive(Default)]
struct Joined {
    fare_id: Option<String>,
    payment: Option<GatewayPayment>,
    /// The fare that a refund names.
    refunded_fare: Option<String>,
    given_back: GivenBack,
    refunds: usize,
    is_strange: bool,
}

impl Joined {
    fn add(&mut self, row: OfPayment) {
        match row {
            OfPayment::Payment(fare_id, payment) => {
                self.is_strange |= payment.is_none();
                (self.fare_id, self.payment) = (Some(fare_id), payment);
            }
            OfPayment::Refund(fare_id, given_back) => {
                self.is_strange |= given_back.is_none();
                self.refunds = self.refunds.saturating_add(1);
                self.given_back = self.given_back.and(given_back.unwrap_or_default());
                self.refunded_fare = self.refunded_fare.take().or(fare_id);
            }
        }
    }
}

impl<B: Books, L: Listener> Run<'_, B, L> {
    /// A refund does not say whose it is, only which payment it refunds. So those of other deployments in the same account
    /// are kept, too, until the payments are known.
    pub(super) async fn read_gateway(&mut self) -> Result<(), ReconcileError> {
        let mut by_payment = Spill::new(&self.settings.directory)?;
        let mut pages = self.books.gateway_refunds(self.settings.since);
        while let Some(page) = pages.next().await? {
            self.listener.read(Book::GatewayRefunds, page.len());
            for refund in page {
                by_payment.put(&refund.payment_id, &OfPayment::Refund(refund.fare_id, refund.given_back))?;
            }
        }
        drop(pages);
        let mut pages = self.books.gateway_payments(self.settings.since);
        while let Some(page) = pages.next().await? {
            count(&mut self.outcome.counts.gateway_payments, page.len());
            self.listener.read(Book::GatewayPayments, page.len());
            for named in page {
                by_payment.put(&named.payment_id, &OfPayment::Payment(named.fare_id, named.payment))?;
            }
        }
        drop(pages);
        for group in by_payment.fold(Joined::add) {
            let mut nameless = Vec::new();
            for (payment_id, joined) in group? {
                let is_known = joined.fare_id.is_some() || joined.refunded_fare.is_some();
                if is_known {
                    self.keep_payment(joined)?;
                } else if self.settings.since.is_some() {
                    nameless.push(payment_id);
                }
            }
            self.look_at_fares_of(nameless).await?;
        }
        Ok(())
    }

    fn keep_payment(&mut self, joined: Joined) -> Result<(), SpillError> {
        let Joined { fare_id, payment, refunded_fare, given_back, refunds, is_strange } = joined;
        count(&mut self.outcome.counts.gateway_refunds, refunds);
        let Some(fare_id) = fare_id.or(refunded_fare) else { return Ok(()) };
        match payment {
            Some(payment) if !is_strange => {
                let payment = GatewayPayment { given_back, ..payment };
                self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Gateway(payment)))
            }
            // What makes no sense, and a refund of a payment of before the time that was asked about.
            Some(_) | None => self.by_fare.put(&fare_id, &OfFare::LookAt),
        }
    }

    /// Refunds that people make by hand name no fare. Where older payments were not read, each must be asked about: it may be
    /// another deployment's.
    async fn look_at_fares_of(&mut self, payment_ids: Vec<String>) -> Result<(), ReconcileError> {
        let books = self.books;
        let mut fares = futures::stream::iter(payment_ids)
            .map(async |payment_id| books.fare_of_payment(&payment_id).await)
            .buffer_unordered(QUESTIONS_AT_ONCE);
        while let Some(fare) = fares.next().await {
            let fare: Result<Option<String>, ReadError> = fare;
            if let Some(fare_id) = fare? {
                count(&mut self.outcome.counts.gateway_refunds, 1);
                self.by_fare.put(&fare_id, &OfFare::LookAt)?;
            }
        }
        Ok(())
    }
}
