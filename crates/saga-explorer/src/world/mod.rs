//! The world that the handlers act on: the stores' twins in memory, the gateway's own logic, and the time.

mod branches;
mod call;
mod invocation;
mod port;
mod quirk;
mod unstamped;

use std::future::Future;
use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use customer_accounting::store::{CreditEntry, InMemoryLedger, LedgerStore};
use fare_values::{Currency, CustomerId, FareId, FaultTriggers, StoreUnavailable};
use gateway_simulator::{
    Delivery, Fault as GatewayFault, Gateway as Simulator, Holdings, LogEntry, Misbehaviour,
    Operation as GatewayOperation, Reply, Request, Settings,
};
use payment::gateway::{GatewayRequest, GatewayResponse, Method, TransportError};
use payment::store::{InMemoryPayments, PaymentRecord, PaymentStore};
use register_fare::store::{FareRecord, FareStore, InMemoryFares};

use branches::SharedGateway;
pub(crate) use call::{Call, Place, StoreCall, Told};
pub use call::{Operation, StoreOperation};
pub use invocation::Function;
pub(crate) use invocation::{Functions, Invocation, Progress, RequestId};
pub(crate) use port::VirtualClock;
pub use quirk::Quirk;
use unstamped::HashUnstamped;

/// 2026-01-01, in milliseconds since the epoch, so that no time is near zero.
const START: i64 = 1_767_225_600_000;

/// How long the payment function waits for one answer of the gateway: the template's default.
const GATEWAY_TIME_LIMIT: Duration = Duration::from_secs(8);

const NAMESPACE: &str = "stack";

/// Everything outside of the handlers and the state machines.
pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) functions: Arc<Functions>,
    fares: InMemoryFares,
    payments: InMemoryPayments,
    ledger: InMemoryLedger,
    gateway: SharedGateway,
    /// How far a quirk has moved the balance away from the ledger's, in minor units.
    drift: i64,
    /// The one fare that anything is about.
    fare_id: FareId,
}

impl World {
    /// An untouched world, in which everything will be about this fare, and whose twins have this quirk if any.
    pub(crate) fn new(fare_id: FareId, search_lag_ms: u64, quirk: Option<Quirk>) -> Self {
        let settings = Settings { search_lag_ms, ..Settings::default() };
        Self {
            clock: VirtualClock::starting_at(START),
            functions: Arc::new(Functions {
                namespace: NAMESPACE.to_owned(),
                gateway_time_limit: GATEWAY_TIME_LIMIT,
                triggers: FaultTriggers::Enabled,
                quirk,
            }),
            fares: InMemoryFares::default(),
            payments: InMemoryPayments::default(),
            ledger: InMemoryLedger::default(),
            gateway: SharedGateway::new(Simulator::new(settings)),
            drift: 0,
            fare_id,
        }
    }

    /// The time, in milliseconds since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.clock.read()
    }

    /// How long the world has existed, in milliseconds.
    pub(crate) fn age(&self) -> i64 {
        self.now() - START
    }

    /// Carries out a write, at once and as a whole.
    pub(crate) fn write(&mut self, call: &StoreCall) -> Told {
        let wrongly = self.functions.quirk.and_then(|quirk| self.write_wrongly(quirk, call));
        wrongly.unwrap_or_else(|| self.write_rightly(call))
    }

    fn write_rightly(&self, call: &StoreCall) -> Told {
        match call.clone() {
            StoreCall::InsertFare(record) => at_once(self.fares.insert(record)).map(Told::Fare),
            StoreCall::CompleteFare(record) => at_once(self.fares.complete(record)).map(Told::Fare),
            StoreCall::FailFare(record) => at_once(self.fares.fail(record)).map(Told::Fare),
            StoreCall::InsertPayment(record) => at_once(self.payments.insert(record)).map(Told::Payment),
            StoreCall::MovePayment(transition) => at_once(self.payments.transition(transition)).map(Told::Payment),
            StoreCall::PostCredit(entry) => at_once(self.ledger.post_credit(entry)).map(Told::Credit),
            StoreCall::PostReversal(entry) => at_once(self.ledger.post_reversal(entry)).map(Told::Entry),
            StoreCall::LayTombstone(entry) => at_once(self.ledger.lay_tombstone(entry)).map(Told::Entry),
            StoreCall::CloseAccount(customer) => at_once(self.ledger.close_account(&customer)).map(|()| Told::Closed),
        }
        .unwrap_or_else(Told::NoStore)
    }

    /// Lets the gateway handle a request, with this fault if there is one.
    pub(crate) fn request(&mut self, request: &GatewayRequest, fault: Option<GatewayFault>) -> Reply {
        let mut wired = wired(request);
        if self.functions.quirk == Some(Quirk::KeysForgotten) {
            wired.idempotency_key = None;
        }
        let now = self.gateway_now();
        self.gateway.change(|gateway| {
            if let Some(fault) = fault {
                gateway.misbehave(Misbehaviour { fault, operation: None, skip: 0, times: 1 });
            }
            let reply = gateway.handle(&wired, now);
            gateway.behave();
            reply
        })
    }

    /// Lets the gateway's own time catch up, in which refunds settle and holds expire.
    pub(crate) fn settle_gateway(&mut self) {
        let now = self.gateway_now();
        self.gateway.change(|gateway| gateway.advance_to(now));
    }

    pub(crate) fn fare_id(&self) -> &FareId {
        &self.fare_id
    }

    pub(crate) fn fare(&self) -> Option<FareRecord> {
        self.fares.get(&self.fare_id)
    }

    pub(crate) fn payment(&self) -> Option<PaymentRecord> {
        self.payments.get(&self.fare_id)
    }

    pub(crate) fn entry(&self) -> Option<CreditEntry> {
        self.ledger.entry(&self.fare_id)
    }

    pub(crate) fn reversal(&self) -> Option<CreditEntry> {
        self.ledger.reversal(&self.fare_id)
    }

    pub(crate) fn balance(&self, customer: &CustomerId, currency: Currency) -> i64 {
        self.ledger.balance(customer, currency).saturating_add(self.drift)
    }

    pub(crate) fn holdings(&self) -> Holdings {
        self.gateway.holdings(&self.fare_reference())
    }

    /// The fare's name at the gateway.
    pub(crate) fn fare_reference(&self) -> String {
        format!("{NAMESPACE}/{}", self.fare_id)
    }

    pub(crate) fn gateway_log(&self) -> &[LogEntry] {
        self.gateway.log()
    }

    fn gateway_now(&self) -> u64 {
        u64::try_from(self.now()).unwrap_or_default()
    }
}

/// A clone is a branch of the world's history.
impl Clone for World {
    fn clone(&self) -> Self {
        Self {
            clock: VirtualClock::starting_at(self.now()),
            functions: Arc::clone(&self.functions),
            fares: self.fares.branch(),
            payments: self.payments.branch(),
            ledger: self.ledger.branch(),
            gateway: self.gateway.clone(),
            drift: self.drift,
            fare_id: self.fare_id.clone(),
        }
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.now().hash(state);
        self.fare().hash_unstamped(state);
        self.payment().hash_unstamped(state);
        let entry = self.entry();
        // Whose account moves is what its entry says; without one no balance has changed.
        entry.as_ref().map(|entry| self.balance(&entry.customer_id, entry.amount.currency())).hash(state);
        entry.hash_unstamped(state);
        self.reversal().hash_unstamped(state);
        self.fare().map(|fare| self.ledger.is_open(fare.request.customer_id())).hash(state);
        self.drift.hash(state);
        self.gateway.hash(state);
    }
}

/// What a request asks the gateway for.
pub(crate) fn gateway_operation(request: &GatewayRequest) -> GatewayOperation {
    wired(request).operation()
}

/// What the client sees of a reply, and after how many milliseconds.
pub(crate) fn received(reply: &Reply, time_limit: Duration) -> (Result<GatewayResponse, TransportError>, i64) {
    let no_answer = |reason: &str| Err(TransportError::NoAnswer { reason: reason.to_owned() });
    let limit = u64::try_from(time_limit.as_millis()).unwrap_or(u64::MAX);
    let lasts = match reply.delivery {
        Delivery::After { milliseconds } => milliseconds,
        Delivery::Drip { milliseconds } => {
            milliseconds.saturating_mul(u64::try_from(reply.delivered_body().len()).unwrap_or(u64::MAX))
        }
        Delivery::AtOnce
        | Delivery::Lost
        | Delivery::Truncated
        | Delivery::Huge
        | Delivery::Garbage
        | Delivery::Page => 0,
    };
    let waited = i64::try_from(lasts.min(limit)).unwrap_or(i64::MAX);
    let answer = match reply.delivery {
        _ if lasts >= limit => no_answer("timed out"),
        Delivery::Lost | Delivery::Truncated => no_answer("the connection broke"),
        Delivery::Huge => no_answer("the answer is too large"),
        Delivery::AtOnce | Delivery::After { .. } | Delivery::Drip { .. } | Delivery::Garbage | Delivery::Page => {
            Ok(GatewayResponse {
                status: reply.status,
                should_retry: reply.should_retry,
                retry_after: reply.retry_after_seconds.map(Duration::from_secs),
                replayed: reply.idempotent_replayed,
                body: reply.delivered_body(),
            })
        }
    };
    (answer, waited)
}

/// The request as it arrives.
fn wired(request: &GatewayRequest) -> Request {
    let parameters: Vec<_> = request.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wired = match request.method {
        Method::Get => Request::get(&request.path, &parameters),
        Method::Post => Request::post(&request.path, &parameters),
    };
    let wired = wired.with_api_key("sk_test_explorer");
    match &request.idempotency_key {
        Some(key) => wired.with_idempotency_key(key),
        None => wired,
    }
}

/// What an operation of a store in memory gives: it never waits.
fn at_once<T>(operation: impl Future<Output = Result<T, StoreUnavailable>>) -> Result<T, StoreUnavailable> {
    match pin!(operation).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => Err(StoreUnavailable::because("a store in memory waits")),
    }
}
