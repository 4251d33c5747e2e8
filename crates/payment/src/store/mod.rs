//! The payments table, as the service needs it: insert, and move forward on a condition, one round trip each.

mod dynamodb;
mod memory;

use std::future::Future;

use fare_values::{Conditional, FareId, FareRequest, Millis, Money, PayloadHash, PaymentStatus, StoreUnavailable};

use crate::Receipt;
use crate::gateway::{Reason, Refund, RefundStatus};

pub use dynamodb::DynamoDbPayments;
pub use memory::InMemoryPayments;

/// The generation of a fare's first keys. Every idempotency key carries its generation.
const FIRST_GENERATION: i64 = 1;

/// The payment of a fare, as far as this system knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentRecord {
    /// The fare.
    pub fare_id: FareId,
    /// The fingerprint of the fare that is paid.
    pub payload_hash: PayloadHash,
    /// Where the payment stands.
    pub status: PaymentStatus,
    /// Which generation of idempotency keys the gateway is asked under, counted from 1.
    pub generation: i64,
    /// When that generation began, which is before any request under its keys.
    pub generation_since: Millis,
    /// How much is charged.
    pub amount: Money,
    /// The gateway's id of the payment, once it is recorded.
    pub payment_id: Option<String>,
    /// The gateway's id of the refund, once it is recorded.
    pub refund_id: Option<String>,
    /// Where that refund stood when it was looked at last.
    pub refund_status: Option<RefundStatus>,
    /// Why the gateway declined or refused.
    pub reason: Option<Reason>,
    /// When the record was written first, which is before any call of the gateway.
    pub created_at: Millis,
    /// When the record was changed last.
    pub updated_at: Millis,
}

impl PaymentRecord {
    /// The intent to charge.
    #[must_use]
    pub fn pending(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, PaymentStatus::Pending, now)
    }

    /// The mark of a payment that was undone before it began.
    #[must_use]
    pub fn tombstone(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, PaymentStatus::Cancelled, now)
    }

    /// What the service answers about it.
    #[must_use]
    pub fn receipt(&self) -> Receipt {
        Receipt { fare_id: self.fare_id.clone(), status: self.status, payment_id: self.payment_id.clone() }
    }

    /// A move of this record, of this very generation, from any of some states to another.
    #[must_use]
    pub fn transition(&self, from: &'static [PaymentStatus], to: PaymentStatus, at: Millis) -> Transition {
        Transition {
            fare_id: self.fare_id.clone(),
            payload_hash: self.payload_hash.clone(),
            generation: Some(self.generation),
            from,
            to,
            next_generation: None,
            payment_id: None,
            refund: None,
            reason: None,
            at,
        }
    }

    fn new(request: &FareRequest, status: PaymentStatus, now: Millis) -> Self {
        Self {
            fare_id: request.fare_id().clone(),
            payload_hash: request.payload_hash(),
            status,
            generation: FIRST_GENERATION,
            generation_since: now,
            amount: request.amount(),
            payment_id: None,
            refund_id: None,
            refund_status: None,
            reason: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A move of a record, made only if the record is of the same payload and generation, and in one of the states to move
/// from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transition {
    /// The fare.
    pub fare_id: FareId,
    /// The payload that the record must have.
    pub payload_hash: PayloadHash,
    /// The generation that the record must be of; any if not given.
    pub generation: Option<i64>,
    /// The states that the record may be in.
    pub from: &'static [PaymentStatus],
    /// The state that it moves to.
    pub to: PaymentStatus,
    /// The generation that begins with this move, if one does.
    pub next_generation: Option<i64>,
    /// The gateway's id of the payment, to be recorded if given.
    pub payment_id: Option<String>,
    /// The refund at the gateway, whose id and status are to be recorded if given.
    pub refund: Option<Refund>,
    /// Why the gateway declined or refused, to be recorded if given.
    pub reason: Option<Reason>,
    /// The time of the move.
    pub at: Millis,
}

/// Stores payments. Every operation is one atomic conditional write on one record, so repeating it is safe.
pub trait PaymentStore: Send + Sync {
    /// Writes the record if there is none for its fare.
    fn insert(
        &self,
        record: PaymentRecord,
    ) -> impl Future<Output = Result<Conditional<PaymentRecord>, StoreUnavailable>> + Send;

    /// Moves the record if it is in one of the states to move from; never creates one.
    fn transition(
        &self,
        transition: Transition,
    ) -> impl Future<Output = Result<Conditional<PaymentRecord>, StoreUnavailable>> + Send;
}
