//! The names under which errors leave a function and meet the state machine's Retry and Catch.

/// Every error name that a function of ours can answer with. The state machine matches these strings, and a test
/// compares the two sets both ways.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
pub enum WireErrorName {
    /// A field is missing, unknown or malformed. Nothing has happened.
    InvalidFare,
    /// Card data was sent. Nothing has happened.
    CardDataNotAccepted,
    /// The fare id stands with another payload. Nothing has happened to the fare that stands.
    FareConflict,
    /// The fare was decided `failed`, or this step was undone before it ran. This call had no effect.
    FareCancelled,
    /// The fare to complete was never registered. Nothing has happened.
    FareNotRegistered,
    /// The fares table did not answer in time: the write may have happened. Safe to send again.
    FareStoreUnavailable,
    /// The gateway declined the authorisation: nothing is held.
    PaymentAuthException,
    /// The gateway refused to capture: a hold may stand until it is voided.
    PaymentChargeException,
    /// The gateway turned the request away for now; this request had no effect. Safe to send again.
    PaymentGatewayUnavailable,
    /// The gateway's answer is missing or makes no sense: the effect may have happened. Safe to send again.
    PaymentOutcomeUnknown,
    /// The payments table did not answer in time: the write may have happened. Safe to send again.
    PaymentStoreUnavailable,
    /// The refund is pending or failed at the gateway: the capture is not yet undone.
    PaymentRefundException,
    /// The account refused the credit: nothing was credited.
    AccountCreditException,
    /// The ledger did not answer in time, or two writers met: the write may have happened. Safe to send again.
    LedgerUnavailable,
}

impl WireErrorName {
    /// The name as the state machine sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it is a definite answer, such as a declined card, that no repetition would change. All others tell of
    /// trouble: the effect may have happened, or somebody did not answer.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        match self {
            Self::InvalidFare
            | Self::CardDataNotAccepted
            | Self::FareConflict
            | Self::FareCancelled
            | Self::FareNotRegistered
            | Self::PaymentAuthException
            | Self::PaymentChargeException
            | Self::AccountCreditException => true,
            Self::FareStoreUnavailable
            | Self::PaymentGatewayUnavailable
            | Self::PaymentOutcomeUnknown
            | Self::PaymentStoreUnavailable
            | Self::PaymentRefundException
            | Self::LedgerUnavailable => false,
        }
    }
}

/// An error as it crosses the wire: a name for machines and a sentence for people. The sentence holds no secret, no
/// card data and no value that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{message}")]
pub struct WireError {
    /// What the state machine matches.
    pub name: WireErrorName,
    /// What a person reads in the execution's history.
    pub message: String,
}

impl WireError {
    /// An error of that name with a sentence for people.
    #[must_use]
    pub fn new(name: WireErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }
}
