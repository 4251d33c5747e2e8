//! The fares table, as the service needs it: three conditional writes, one round trip each, and a look at what is undecided.

mod dynamodb;
mod memory;

use std::future::Future;

use fare_values::{Conditional, FareRequest, FareStatus, Millis, PayloadHash, StoreUnavailable};

pub use dynamodb::DynamoDbFares;
pub use memory::InMemoryFares;

/// A fare as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FareRecord {
    /// The fare.
    pub request: FareRequest,
    /// The fingerprint under which it was written first.
    pub payload_hash: PayloadHash,
    /// Where it stands.
    pub status: FareStatus,
    /// When it was registered; absent if it was cancelled before.
    pub registered_at: Option<Millis>,
    /// When it was decided; absent while it is `registered`.
    pub decided_at: Option<Millis>,
}

impl FareRecord {
    /// A fare that is registered now.
    #[must_use]
    pub fn registered(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, FareStatus::Registered, Some(now), None)
    }

    /// A fare that is completed now.
    #[must_use]
    pub fn completed(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, FareStatus::Completed, None, Some(now))
    }

    /// A fare that is failed now.
    #[must_use]
    pub fn failed(request: &FareRequest, now: Millis) -> Self {
        Self::new(request, FareStatus::Failed, None, Some(now))
    }

    fn new(
        request: &FareRequest,
        status: FareStatus,
        registered_at: Option<Millis>,
        decided_at: Option<Millis>,
    ) -> Self {
        Self { request: request.clone(), payload_hash: request.payload_hash(), status, registered_at, decided_at }
    }
}

/// Stores fares. Every operation is one atomic conditional write on one record, so repeating it is safe.
pub trait FareStore: Send + Sync {
    /// Writes the record if there is none for its fare.
    fn insert(
        &self,
        record: FareRecord,
    ) -> impl Future<Output = Result<Conditional<FareRecord>, StoreUnavailable>> + Send;

    /// Moves the fare to `completed` if it has the same payload and is `registered` or `completed` already. The time of
    /// the first decision stays.
    fn complete(
        &self,
        record: FareRecord,
    ) -> impl Future<Output = Result<Conditional<FareRecord>, StoreUnavailable>> + Send;

    /// Moves the fare to `failed` if there is none, or if it has the same payload and is `registered` or `failed`
    /// already. The time of the first decision stays.
    fn fail(
        &self,
        record: FareRecord,
    ) -> impl Future<Output = Result<Conditional<FareRecord>, StoreUnavailable>> + Send;
}

/// Knows which fares nothing is decided on.
pub trait UndecidedFares: Send + Sync {
    /// When the oldest of them was registered; `None` where there is none. What was written lately may be missing.
    fn oldest(&self) -> impl Future<Output = Result<Option<Millis>, StoreUnavailable>> + Send;
}
