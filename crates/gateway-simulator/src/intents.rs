//! A payment intent and the states it goes through.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::objects;
use crate::pages::Listed;
use crate::payment_methods::{Decline, TestMethod};
use crate::refusal::Refusal;

/// Where an intent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    /// Stripe's for methods that are slower than cards; here nothing stays in it.
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    /// The word in the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// Whether confirming takes the money or only holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CaptureMethod {
    Automatic,
    Manual,
}

impl CaptureMethod {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

/// A test method as attached to one intent, under an id of its own, as Stripe does it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AttachedMethod {
    pub(crate) id: String,
    pub(crate) method: TestMethod,
}

/// The last confirmation that the issuer declined.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PaymentError {
    pub(crate) decline: Decline,
    pub(crate) charge: String,
    pub(crate) method: AttachedMethod,
}

/// What the client said about an intent and the gateway only repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Details {
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) allowed_payment_method_types: Option<Vec<String>>,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) confirmation_method: Option<&'static str>,
}

/// A payment intent. Amounts are in minor units, times in milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) created_ms: u64,
    pub(crate) amount: u64,
    pub(crate) currency: String,
    pub(crate) capture_method: CaptureMethod,
    pub(crate) details: Details,
    pub(crate) status: Status,
    pub(crate) method: Option<AttachedMethod>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) last_error: Option<PaymentError>,
    /// Gross: refunds do not lower it.
    pub(crate) amount_received: u64,
    /// Refunds that have not failed.
    pub(crate) amount_refunded: u64,
    pub(crate) canceled_at_ms: Option<u64>,
    pub(crate) cancellation_reason: Option<&'static str>,
}

impl Intent {
    /// What a capture may take: the whole hold while it stands, else nothing.
    pub(crate) fn amount_capturable(&self) -> u64 {
        if self.status == Status::RequiresCapture { self.amount } else { 0 }
    }

    /// What a refund may return.
    pub(crate) fn amount_refundable(&self) -> u64 {
        self.amount_received.saturating_sub(self.amount_refunded)
    }

    /// The merchant's own reference, as the payment service writes it.
    pub(crate) fn fare_reference(&self) -> Option<&str> {
        self.details.metadata.get("fare_reference").map(String::as_str)
    }

    /// Puts the intent into its final state without money.
    pub(crate) fn cancel(&mut self, at_ms: u64, reason: Option<&'static str>) {
        self.status = Status::Canceled;
        self.canceled_at_ms = Some(at_ms);
        self.cancellation_reason = reason;
    }

    /// Refuses what needs another status: `complaint` says what cannot be done, `deed` is its participle.
    pub(crate) fn require(&self, allowed: &[Status], complaint: &str, deed: &str) -> Result<(), Refusal> {
        if allowed.contains(&self.status) {
            return Ok(());
        }
        let words: Vec<_> = allowed.iter().map(|status| status.word()).collect();
        let message = format!(
            "{complaint} because it has a status of {}. Only a PaymentIntent with one of the \
             following statuses may be {deed}: {}.",
            self.status.word(),
            words.join(", ")
        );
        Err(Refusal::unexpected_state(message, objects::intent(self)))
    }
}

impl Listed for Intent {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_ms(&self) -> u64 {
        self.created_ms
    }

    fn shown(&self) -> Value {
        objects::intent(self)
    }
}
