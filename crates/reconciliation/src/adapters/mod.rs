//! The books of a deployed stack: its three tables, and its account at the payment gateway.

mod gateway;
mod readings;
mod tables;

use std::collections::BTreeSet;

use payment::gateway::Transport;

use crate::books::{Books, LedgerRow, NamedPayment, NamedRefund, Pages, ReadError, Record};
use crate::facts::{Account, Fact, FareFacts};

pub use gateway::GatewayAccount;
pub use tables::{Tables, TablesOf};

/// Tables and gateway together.
#[derive(Debug)]
pub struct StackBooks<T> {
    tables: Tables,
    gateway: GatewayAccount<T>,
}

impl<T: Transport> StackBooks<T> {
    /// These tables and that account.
    pub fn new(tables: Tables, gateway: GatewayAccount<T>) -> Self {
        Self { tables, gateway }
    }
}

impl<T: Transport> Books for StackBooks<T> {
    fn fares(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        self.tables.fares(since)
    }

    fn payments(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        self.tables.payments(since)
    }

    fn ledger(&self) -> impl Pages<LedgerRow> + Send {
        self.tables.ledger()
    }

    fn gateway_payments(&self, since: Option<i64>) -> impl Pages<NamedPayment> + Send {
        self.gateway.payments(since)
    }

    fn gateway_refunds(&self, since: Option<i64>) -> impl Pages<NamedRefund> + Send {
        self.gateway.refunds(since)
    }

    async fn fare_of_payment(&self, payment_id: &str) -> Result<Option<String>, ReadError> {
        self.gateway.fare_of_payment(payment_id).await
    }

    async fn entries(&self, fare_id: &str) -> Result<Vec<Fact>, ReadError> {
        self.tables.entries(fare_id).await
    }

    async fn look(&self, fare_id: &str, payment_ids: &[String]) -> Result<FareFacts, ReadError> {
        let mut facts: FareFacts = self.tables.records(fare_id).await?.into_iter().collect();
        let recorded = facts.payment.as_ref().and_then(|payment| payment.payment_id.clone());
        let known: BTreeSet<String> = payment_ids.iter().cloned().chain(recorded).collect();
        for fact in self.gateway.payments_of(fare_id, known).await? {
            facts.add(fact);
        }
        Ok(facts)
    }

    async fn account(&self, customer_id: &str) -> Result<Option<Account>, ReadError> {
        self.tables.account(customer_id).await
    }
}
