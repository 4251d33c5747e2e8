//! Where the facts come from: the three tables and the gateway, page by page, and one fare or account at a time.

use std::future::Future;

use crate::facts::{Account, Entry, Fact, FareFacts, GatewayPayment, GivenBack};

/// A book could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{book} cannot be read: {reason}")]
pub struct ReadError {
    /// Which.
    pub book: Book,
    /// What was answered.
    pub reason: String,
}

/// One of the books.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::Display, strum::EnumIter, strum::IntoStaticStr,
)]
pub enum Book {
    /// The fares table.
    #[strum(serialize = "the fares table")]
    Fares,
    /// The payments table.
    #[strum(serialize = "the payments table")]
    Payments,
    /// The ledger.
    #[strum(serialize = "the ledger")]
    Ledger,
    /// The payments at the gateway.
    #[strum(serialize = "the gateway's payments")]
    GatewayPayments,
    /// The refunds at the gateway.
    #[strum(serialize = "the gateway's refunds")]
    GatewayRefunds,
}

/// A record of the fares or the payments table: of which fare, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The fare.
    pub fare_id: String,
    /// What it says.
    pub fact: Fact,
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerRow {
    /// An entry of a fare.
    Entry(String, Entry),
    /// An account.
    Account(Account),
    /// An entry of a fare that cannot be understood, or contradicts itself, and what is wrong with it.
    Unreadable(String, String),
    /// Something that is neither an entry nor an account, by its key. No question about a fare or an account finds it.
    Unknown(String),
}

/// A payment at the gateway and the fare that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPayment {
    /// The gateway's id of it.
    pub payment_id: String,
    /// The fare.
    pub fare_id: String,
    /// What the gateway has, without what it gave back; `None` where that makes no sense, and a look at the fare tells.
    pub payment: Option<GatewayPayment>,
}

/// A refund at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRefund {
    /// The payment that it refunds.
    pub payment_id: String,
    /// The fare that it names, if it does: those that people make by hand do not.
    pub fare_id: Option<String>,
    /// What it gives back; `None` where that makes no sense, and a look at the fare tells.
    pub given_back: Option<GivenBack>,
}

/// Rows, page by page.
pub trait Pages<T> {
    /// The next page, which may be empty; `None` after the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<T>>, ReadError>> + Send;
}

/// All the books of one deployment. What is read page by page may be of different moments; what is looked up is as it
/// stands then.
pub trait Books: Sync {
    /// The fares; those that were registered or decided since then, or are undecided.
    fn fares(&self, since: Option<i64>) -> impl Pages<Record> + Send;

    /// The payments; those that were begun since then.
    fn payments(&self, since: Option<i64>) -> impl Pages<Record> + Send;

    /// The whole ledger.
    fn ledger(&self) -> impl Pages<LedgerRow> + Send;

    /// The deployment's payments at the gateway; those that were made since then.
    fn gateway_payments(&self, since: Option<i64>) -> impl Pages<NamedPayment> + Send;

    /// The refunds at the gateway, also of other deployments, since a refund does not say whose it is; those that were made
    /// since then.
    fn gateway_refunds(&self, since: Option<i64>) -> impl Pages<NamedRefund> + Send;

    /// The fare of a payment at the gateway, if it is one of this deployment's.
    fn fare_of_payment(&self, payment_id: &str) -> impl Future<Output = Result<Option<String>, ReadError>> + Send;

    /// What the ledger has for one fare.
    fn entries(&self, fare_id: &str) -> impl Future<Output = Result<Vec<Fact>, ReadError>> + Send;

    /// Everything about one fare, as it stands now. `payment_ids` are payments at the gateway that are taken to be of it,
    /// and which its search may not know yet; one that is another fare's is left out.
    fn look(&self, fare_id: &str, payment_ids: &[String]) -> impl Future<Output = Result<FareFacts, ReadError>> + Send;

    /// One account, as it stands now.
    fn account(&self, customer_id: &str) -> impl Future<Output = Result<Option<Account>, ReadError>> + Send;
}
