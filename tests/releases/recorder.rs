//! Writes down what is written to the tables and asked of the gateway.

use std::sync::{Arc, Mutex};

use customer_accounting::store::{CreditAnswer, CreditEntry, DynamoDbLedger, LedgerStore};
use fare_values::{Conditional, CustomerId, StoreUnavailable};
use gateway_simulator::server::Desk;
use gateway_simulator::{Gateway as Simulator, Method, Reply, Request};
use payment::store::{DynamoDbPayments, PaymentRecord, PaymentStore, Transition};
use register_fare::store::{DynamoDbFares, FareRecord, FareStore};

use crate::journal::{Effect, Written};
use crate::world::{START, Tables};

/// What was done so far.
pub(crate) type Effects = Arc<Mutex<Vec<Effect>>>;

/// A store over a table; whatever changes there is written down.
pub(crate) struct Recorded<S> {
    pub(crate) store: S,
    pub(crate) tables: Tables,
    pub(crate) effects: Effects,
}

impl<S> Recorded<S> {
    async fn after<T>(&self, answer: T) -> T {
        let items = self.tables.items().await;
        let mut effects = self.effects.lock().unwrap();
        let written: Vec<_> = effects
            .iter()
            .filter_map(|effect| if let Effect::Wrote(items) = effect { Some(items) } else { None })
            .flatten()
            .collect();
        let stands = |now: &Written| written.iter().rev().find(|then| Tables::is_same(then, now)) == Some(&now);
        let changed: Vec<_> = items.iter().filter(|item| !stands(item)).cloned().collect();
        if !changed.is_empty() {
            effects.push(Effect::Wrote(changed));
        }
        answer
    }
}

impl FareStore for Recorded<DynamoDbFares> {
    async fn insert(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.after(self.store.insert(record).await).await
    }

    async fn complete(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.after(self.store.complete(record).await).await
    }

    async fn fail(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.after(self.store.fail(record).await).await
    }
}

impl PaymentStore for Recorded<DynamoDbPayments> {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        self.after(self.store.insert(record).await).await
    }

    async fn transition(&self, transition: Transition) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        self.after(self.store.transition(transition).await).await
    }
}

impl LedgerStore for Recorded<DynamoDbLedger> {
    async fn post_credit(&self, entry: CreditEntry) -> Result<CreditAnswer, StoreUnavailable> {
        self.after(self.store.post_credit(entry).await).await
    }

    async fn post_reversal(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        self.after(self.store.post_reversal(entry).await).await
    }

    async fn lay_tombstone(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        self.after(self.store.lay_tombstone(entry).await).await
    }

    async fn close_account(&self, customer: &CustomerId) -> Result<(), StoreUnavailable> {
        self.after(self.store.close_account(customer).await).await
    }
}

/// The gateway, at one moment.
#[derive(Clone)]
pub(crate) struct RecordedDesk {
    pub(crate) simulator: Arc<Mutex<Simulator>>,
    pub(crate) effects: Effects,
}

impl Desk for RecordedDesk {
    async fn handle(&self, request: Request) -> Reply {
        if request.method == Method::Post {
            self.effects.lock().unwrap().push(Effect::Asked(Box::new(request.clone())));
        }
        self.simulator.lock().unwrap().handle_admitted(&request, START)
    }
}
