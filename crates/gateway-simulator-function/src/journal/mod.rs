//! Where the gateway's state is kept: the requests that change it, in their order.

mod dynamodb;
mod memory;

pub use dynamodb::DynamoDbJournal;
pub use memory::{InMemoryJournal, Mishap};

use std::future::Future;

use fare_values::StoreUnavailable;
use gateway_simulator::Request;

/// One request that changes the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The entry's place: 1 for the first, without gaps.
    pub position: u64,
    /// Differs between any two entries ever written, so that a writer knows its own entry when it meets it.
    pub id: String,
    /// When the gateway handles the request, in milliseconds since the epoch; never less than in the entry before.
    pub at_ms: u64,
    /// The request, as it [may be written down](Request::for_journal).
    pub request: Request,
}

/// Some entries, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// Whether others come after them.
    pub more: bool,
}

/// What became of an entry that was to be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It stands at its position, for ever.
    Written,
    /// Another entry stands there, and this one never will.
    Taken,
}

/// A sequence of entries that only grows. All instances of the function append to the same one.
pub trait Journal: Send + Sync {
    /// The entries after this position, oldest first, or the first of them. All that were written before the call count.
    ///
    /// # Errors
    /// [`StoreUnavailable`]: nothing is known.
    fn read_after(&self, position: u64) -> impl Future<Output = Result<Page, StoreUnavailable>> + Send;

    /// Writes an entry at its position, if none stands there.
    ///
    /// # Errors
    /// [`StoreUnavailable`]: the entry may have been written, and may still be.
    fn append(&self, entry: &Entry) -> impl Future<Output = Result<Appended, StoreUnavailable>> + Send;
}
