//! The gateway's own record of what it was asked and what it did.

use serde::Serialize;

use crate::faults::{self, Fault};
use crate::intents::Intent;
use crate::route::Operation;

/// What a request changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An amount is held on the customer's card.
    HoldPlaced,
    /// A hold, or an intent with automatic capture, has become a charge.
    Captured,
    /// A hold has been released.
    Voided,
    /// Captured money goes back.
    Refunded,
    /// No money moved, and no hold changed.
    None,
}

/// One authorised API request. Neither the bearer token nor any refused card data is in here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LogEntry {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// When the request was handled, in milliseconds since the epoch.
    pub at: u64,
    /// The `Request-Id` of the answer.
    pub request_id: String,
    /// What was asked for.
    pub operation: Operation,
    /// What it was about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The key of a write, if it had an acceptable one.
    pub idempotency_key: Option<String>,
    /// Whether a kept answer was repeated and nothing was executed.
    pub replayed: bool,
    /// The HTTP status that the client was sent; 0 if the connection closed without one.
    pub status: u16,
    /// What the request changed, whatever the client was told; nothing if it was refused or replayed.
    pub effect: Effect,
    /// The fault that struck, which is shown by its name.
    #[serde(serialize_with = "faults::by_name")]
    pub fault: Option<Fault>,
}

/// What a request is about, as far as it says so or the gateway knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Subject {
    /// The intent's id.
    pub payment_intent: Option<String>,
    /// The `fare_reference` in the intent's metadata.
    pub fare_reference: Option<String>,
    /// The amount held, captured, refunded or asked for, in minor units.
    pub amount: Option<u64>,
    /// The currency, in lower case.
    pub currency: Option<String>,
}

impl Subject {
    /// All that is known of an intent.
    pub(crate) fn of(intent: &Intent) -> Self {
        Self {
            payment_intent: Some(intent.id.clone()),
            fare_reference: intent.fare_reference().map(str::to_owned),
            amount: Some(intent.amount),
            currency: Some(intent.currency.clone()),
        }
    }
}
