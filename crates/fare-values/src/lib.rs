//! The values that the services of the fare saga share: money, ids, statuses, the execution input, and the names under
//! which errors cross the wire.
//!
//! Nothing here knows AWS or a payment gateway, and nothing here does input or output. Every value has exactly one
//! fallible constructor, so whoever holds one holds a valid one.

mod card_data;
mod clock;
mod event;
mod fault_trigger;
mod ids;
mod money;
mod origin;
mod payload_hash;
mod payment_method;
mod rejection;
mod request;
mod status;
mod store;
mod wire_error;

pub use clock::{Clock, Millis, SystemClock};
pub use event::{Event, read_event};
pub use fault_trigger::{FaultTrigger, FaultTriggers};
pub use ids::{CustomerId, FareId};
pub use money::{Currency, Money};
pub use origin::{Execution, FailureReason};
pub use payload_hash::PayloadHash;
pub use payment_method::PaymentMethod;
pub use rejection::Rejection;
pub use request::{FareRequest, MAX_INPUT_BYTES};
pub use status::{EntryState, FareStatus, PaymentStatus};
pub use store::{Conditional, StoreUnavailable};
pub use wire_error::{WireError, WireErrorName};

/// The layout version that every stored record carries, so that a later release can tell what it reads.
pub const RECORD_SCHEMA: i64 = 1;
