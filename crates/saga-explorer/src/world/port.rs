//! The stores, the gateway and the clock as a handler sees them: every call stops the handler until it is told what came
//! of it.

use std::future::poll_fn;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use customer_accounting::store::{CreditAnswer, CreditEntry, LedgerStore};
use fare_values::{Clock, Conditional, CustomerId, Millis, StoreUnavailable};
use payment::gateway::retry::PauseRange;
use payment::gateway::{GatewayRequest, GatewayResponse, Pause, Transport, TransportError};
use payment::store::{PaymentRecord, PaymentStore, Transition};
use register_fare::store::{FareRecord, FareStore};

use super::call::{Call, StoreCall, Told};
use super::quirk::Quirk;

/// The time that everything sees, in milliseconds since the epoch.
#[derive(Clone, Debug)]
pub(crate) struct VirtualClock(Arc<AtomicI64>);

impl VirtualClock {
    pub(crate) fn starting_at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    pub(crate) fn read(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, now: i64) {
        self.0.store(now, Ordering::Relaxed);
    }
}

/// Where one invocation of a handler meets the world. Clones are the same place.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    clock: VirtualClock,
    quirk: Option<Quirk>,
    desk: Arc<Mutex<Desk>>,
}

#[derive(Debug, Default)]
struct Desk {
    asked: Option<Call>,
    told: Option<Told>,
}

impl Port {
    pub(crate) fn new(clock: VirtualClock, quirk: Option<Quirk>) -> Self {
        Self { clock, quirk, desk: Arc::default() }
    }

    /// The call that the handler has made.
    pub(crate) fn asked(&self) -> Option<Call> {
        self.desk().asked.take()
    }

    /// Tells the handler what its call came to.
    pub(crate) fn tell(&self, told: Told) {
        self.desk().told = Some(told);
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, call: Call) -> Told {
        self.desk().asked = Some(call);
        poll_fn(|_| match self.desk().told.take() {
            Some(told) => Poll::Ready(told),
            None => Poll::Pending,
        })
        .await
    }

    async fn write(&self, call: StoreCall) -> Result<Told, StoreUnavailable> {
        let told = self.ask(Call::Store(call)).await;
        if let Told::NoStore(reason) = told { Err(reason) } else { Ok(told) }
    }
}

/// The explorer told a handler the answer to another question, which is a mistake in the explorer. No handler takes it
/// for an effect, and the run ends in a violation.
fn mismatch() -> StoreUnavailable {
    StoreUnavailable::because("the explorer answered another question")
}

fn fare(told: Told) -> Result<Conditional<FareRecord>, StoreUnavailable> {
    if let Told::Fare(answer) = told { Ok(answer) } else { Err(mismatch()) }
}

fn payment(told: Told) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
    if let Told::Payment(answer) = told { Ok(answer) } else { Err(mismatch()) }
}

fn entry(told: Told) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
    if let Told::Entry(answer) = told { Ok(answer) } else { Err(mismatch()) }
}

impl FareStore for Port {
    async fn insert(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        fare(self.write(StoreCall::InsertFare(record)).await?)
    }

    async fn complete(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        fare(self.write(StoreCall::CompleteFare(record)).await?)
    }

    async fn fail(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        fare(self.write(StoreCall::FailFare(record)).await?)
    }
}

impl PaymentStore for Port {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        payment(self.write(StoreCall::InsertPayment(record)).await?)
    }

    async fn transition(&self, transition: Transition) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        payment(self.write(StoreCall::MovePayment(transition)).await?)
    }
}

impl LedgerStore for Port {
    async fn post_credit(&self, posted: CreditEntry) -> Result<CreditAnswer, StoreUnavailable> {
        let Told::Credit(answer) = self.write(StoreCall::PostCredit(posted.clone())).await? else {
            return Err(mismatch());
        };
        if answer == CreditAnswer::Posted && self.quirk.is_some_and(Quirk::credits_in_two_writes) {
            self.write(StoreCall::LayTombstone(posted)).await?;
        }
        Ok(answer)
    }

    async fn post_reversal(&self, reversal: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        let answer = entry(self.write(StoreCall::PostReversal(reversal.clone())).await?)?;
        if matches!(answer, Conditional::Written(_)) && self.quirk.is_some_and(Quirk::debits_in_two_writes) {
            self.write(StoreCall::LayTombstone(reversal)).await?;
        }
        Ok(answer)
    }

    async fn lay_tombstone(&self, tombstone: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        entry(self.write(StoreCall::LayTombstone(tombstone)).await?)
    }

    async fn close_account(&self, customer: &CustomerId) -> Result<(), StoreUnavailable> {
        let told = self.write(StoreCall::CloseAccount(customer.clone())).await?;
        if let Told::Closed = told { Ok(()) } else { Err(mismatch()) }
    }
}

impl Transport for Port {
    async fn send(&self, request: GatewayRequest, time_limit: Duration) -> Result<GatewayResponse, TransportError> {
        match self.ask(Call::Gateway(super::gateway_operation(&request), request, time_limit)).await {
            Told::Gateway(answer) => answer,
            Told::Fare(_)
            | Told::Payment(_)
            | Told::Credit(_)
            | Told::Entry(_)
            | Told::Closed
            | Told::NoStore(_)
            | Told::Paused => Err(TransportError::NoAnswer { reason: mismatch().to_string() }),
        }
    }
}

impl Clock for Port {
    fn now(&self) -> Millis {
        Millis(self.clock.read())
    }
}

impl Pause for Port {
    async fn pause(&self, range: PauseRange) {
        self.ask(Call::Pause(range)).await;
    }
}
