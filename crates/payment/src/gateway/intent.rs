//! What the gateway says about payments and refunds. Fields that are not used here are passed over, so that new ones
//! do no harm.

use fare_values::Money;
use serde::{Deserialize, Deserializer};

/// The status of a payment intent (Stripe API reference, "The PaymentIntent object").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// Declined, or never given a payment method.
    RequiresPaymentMethod,
    /// Created and not confirmed.
    RequiresConfirmation,
    /// Waits for the customer to authenticate.
    RequiresAction,
    /// Under way.
    Processing,
    /// Authorised: the amount is held.
    RequiresCapture,
    /// Captured.
    Succeeded,
    /// Voided or expired. Final: it can never be captured.
    Canceled,
}

/// A payment at the gateway. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`.
    pub id: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// What was asked for.
    pub amount: i64,
    /// What is held.
    #[serde(default)]
    pub amount_capturable: i64,
    /// What was captured.
    #[serde(default)]
    pub amount_received: i64,
    /// The ISO 4217 code, in lower case.
    pub currency: String,
    /// What we wrote on it.
    #[serde(default)]
    pub metadata: Metadata,
}

/// What we write on a payment and on a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub struct Metadata {
    /// The deployment and the fare.
    pub fare_reference: Option<String>,
    /// Under which generation it was asked for.
    pub generation: Option<String>,
}

impl Metadata {
    fn is_of_generation(&self, generation: i64) -> bool {
        self.generation.as_deref() == Some(generation.to_string().as_str())
    }
}

impl PaymentIntent {
    /// Whether it was asked for under this generation's key.
    #[must_use]
    pub fn is_of_generation(&self, generation: i64) -> bool {
        self.metadata.is_of_generation(generation)
    }

    /// Whether this is that payment, captured in exactly that amount.
    #[must_use]
    pub fn is_capture_of(&self, payment_id: &str, amount: Money) -> bool {
        self.id == payment_id
            && self.status == IntentStatus::Succeeded
            && self.amount_received == amount.amount()
            && self.currency == amount.currency().code()
    }

    /// Whether this is that payment, cancelled for good.
    #[must_use]
    pub fn is_void_of(&self, payment_id: &str) -> bool {
        self.id == payment_id && self.status == IntentStatus::Canceled
    }
}

/// The status of a refund (Stripe API reference, "The Refund object").
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, strum::Display, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RefundStatus {
    /// Taken, and not finished.
    Pending,
    /// Waits for the customer.
    RequiresAction,
    /// The money is on its way back.
    Succeeded,
    /// The money did not go back.
    Failed,
    /// Taken back before it was finished.
    Canceled,
}

/// A refund at the gateway. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Refund {
    /// `re_…`.
    pub id: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// What is refunded.
    pub amount: i64,
    /// The ISO 4217 code, in lower case.
    pub currency: String,
    /// The payment it refunds; empty for one of another kind.
    #[serde(deserialize_with = "or_empty")]
    pub payment_intent: String,
    /// What we wrote on it.
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

/// A payment or a refund with the times that the gateway gives it. Nothing is decided by them, so that nobody but who shows
/// them to people reads them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dated<T> {
    /// The payment or the refund.
    #[serde(flatten)]
    pub object: T,
    /// When it was made, in seconds since the epoch.
    #[serde(default)]
    pub created: Option<i64>,
    /// When it was cancelled.
    #[serde(default)]
    pub canceled_at: Option<i64>,
}

fn or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Refund {
    /// Whether it gives the money back, or still may.
    #[must_use]
    pub fn is_under_way_or_done(&self) -> bool {
        match self.status {
            RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Succeeded => true,
            RefundStatus::Failed | RefundStatus::Canceled => false,
        }
    }

    /// Whether it was asked for under this generation's key.
    #[must_use]
    pub fn is_of_generation(&self, generation: i64) -> bool {
        self.metadata.as_ref().is_some_and(|metadata| metadata.is_of_generation(generation))
    }

    /// Whether it refunds that payment in exactly that amount.
    #[must_use]
    pub fn is_of(&self, payment_id: &str, amount: Money) -> bool {
        self.payment_intent == payment_id && self.amount == amount.amount() && self.currency == amount.currency().code()
    }
}
