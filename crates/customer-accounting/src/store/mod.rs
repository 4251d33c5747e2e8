//! The ledger, as the service needs it: transactions of which all or nothing is written.

mod dynamodb;
mod memory;

use std::future::Future;

use fare_values::{
    Conditional, CustomerId, EntryState, FareId, FareRequest, Millis, Money, PayloadHash, StoreUnavailable,
};

use crate::Posting;

pub use dynamodb::DynamoDbLedger;
pub use memory::InMemoryLedger;

/// The credit entry of a fare. It is its own marker: whether a fare was credited is whether its entry is there.
///
/// What an entry says of money never changes; only its state moves, from standing to reversed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditEntry {
    /// The fare.
    pub fare_id: FareId,
    /// Whose account it is posted to.
    pub customer_id: CustomerId,
    /// How much is posted: from fare revenue to the customer's account.
    pub amount: Money,
    /// The fingerprint of the fare that was posted.
    pub payload_hash: PayloadHash,
    /// Where the entry stands.
    pub state: EntryState,
    /// When it was written first.
    pub posted_at: Millis,
}

impl CreditEntry {
    /// The entry of a fare that is credited now.
    #[must_use]
    pub fn standing(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, EntryState::Standing, now)
    }

    /// The entry of a fare whose credit is reversed now.
    #[must_use]
    pub fn reversed(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, EntryState::Reversed, now)
    }

    /// The entry of a fare that was never credited and never will be.
    #[must_use]
    pub fn tombstone(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, EntryState::Tombstone, now)
    }

    /// What the service answers about it.
    #[must_use]
    pub fn posting(&self) -> Posting {
        Posting { fare_id: self.fare_id.clone(), state: self.state }
    }

    fn new(request: &FareRequest, state: EntryState, now: Millis) -> Self {
        Self {
            fare_id: request.fare_id().clone(),
            customer_id: request.customer_id().clone(),
            amount: request.amount(),
            payload_hash: request.payload_hash(),
            state,
            posted_at: now,
        }
    }
}

/// The answer to a credit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CreditAnswer {
    /// The entry was written and the balance raised.
    Posted,
    /// The fare has an entry already, whatever the account's state; nothing was written.
    EntryExists(CreditEntry),
    /// The account is closed; nothing was written.
    AccountClosed,
}

/// Stores accounts and entries. Every operation is atomic and conditional, so repeating it is safe.
pub trait LedgerStore: Send + Sync {
    /// Writes the entry if the fare has none, and raises the balance of the account if that is open; opens an account
    /// that is not there.
    fn post_credit(&self, entry: CreditEntry) -> impl Future<Output = Result<CreditAnswer, StoreUnavailable>> + Send;

    /// Marks the fare's entry reversed if it stands with the same payload, writes the reversal entry, and lowers the
    /// balance, also of a closed account. Written: the entry as asked for. Refused: the entry that is there.
    fn post_reversal(
        &self,
        entry: CreditEntry,
    ) -> impl Future<Output = Result<Conditional<CreditEntry>, StoreUnavailable>> + Send;

    /// Writes the tombstone if the fare has no entry.
    fn lay_tombstone(
        &self,
        entry: CreditEntry,
    ) -> impl Future<Output = Result<Conditional<CreditEntry>, StoreUnavailable>> + Send;

    /// Closes the account, or opens it closed. A closed account takes no credits.
    fn close_account(&self, customer: &CustomerId) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;
}
