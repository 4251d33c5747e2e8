//! The rules of a payment's life. `charge` and `refund` stand side by side, each in a file of its own.

mod charge;
mod invocation;
mod refund;

use fare_values::{
    Clock, FareId, FareRequest, FaultTriggers, Millis, PaymentStatus, StoreUnavailable, WireError, WireErrorName,
};

use crate::gateway::{Gateway, Pause, Reason, RefundStatus, Transport};
use crate::store::{PaymentRecord, PaymentStore};
use invocation::Invocation;

const HOUR: i64 = 60 * 60 * 1000;

/// How long after a generation of keys began a charge may send its authorisation, in milliseconds.
const CHARGE_LIFE: i64 = 19 * HOUR;

/// How long after a generation of keys began an undo may repeat its authorisation, in milliseconds. The gateway may
/// forget keys after 24 hours; 20 leave a margin (design, section 4).
const KEY_LIFE: i64 = 20 * HOUR;

/// How long after a generation of keys began the gateway's search alone is believed, in milliseconds. In the hour since
/// [`KEY_LIFE`] nothing was sent under the keys, so nothing is on its way any more, or missing from the search.
const KEY_DEAD: i64 = 21 * HOUR;

/// How long after a payment was marked as being undone a request of a charge may still arrive at the gateway, in
/// milliseconds: far more than an invocation lasts.
const LONGEST_JOURNEY: i64 = 10 * 60 * 1000;

/// How long before an invocation's end its conversation with the gateway ends, in milliseconds: what came of it is
/// recorded in that time, which is the longest that a write may take.
const TIME_TO_RECORD: i64 = 4000;

/// What this function can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Action {
    /// Do: pre-authorise and capture.
    Charge,
    /// Undo: void the hold or refund the capture.
    Refund,
}

/// Where a payment stands after an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The fare that was paid.
    pub fare_id: FareId,
    /// `Captured` after a charge; `Voided`, `Refunded` or `Cancelled` after a refund.
    pub status: PaymentStatus,
    /// The gateway's id of the payment, if there was one.
    pub payment_id: Option<String>,
}

/// Why an action was refused or failed. Each variant says what may have happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The fare's payment stands with another payload; it is untouched.
    #[error("the payment of fare {fare_id} stands with another payload; it is left as it is")]
    Conflict {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The payment was undone, or is being undone: this charge is not made.
    #[error("the payment of fare {fare_id} was cancelled, which is final")]
    Cancelled {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The gateway declined: nothing is held.
    #[error("the payment of fare {fare_id} was declined: {reason}")]
    Declined {
        /// The fare's id.
        fare_id: FareId,
        /// The gateway's code for it.
        reason: Reason,
    },
    /// The gateway authorised and then refused to capture: a hold may stand until it is voided.
    #[error("the capture for fare {fare_id} was refused: {reason}")]
    CaptureRefused {
        /// The fare's id.
        fare_id: FareId,
        /// The gateway's code for it.
        reason: Reason,
    },
    /// The gateway did not take the last request, which had no effect. It may safely be sent again.
    #[error("the gateway is not available for fare {fare_id}: {reason}")]
    GatewayUnavailable {
        /// The fare's id.
        fare_id: FareId,
        /// What the client saw.
        reason: String,
    },
    /// The last request's effect may have happened. It may safely be sent again.
    #[error("what the gateway did for fare {fare_id} is unknown: {reason}")]
    OutcomeUnknown {
        /// The fare's id.
        fare_id: FareId,
        /// What the client saw.
        reason: String,
    },
    /// The gateway has taken the refund and has not finished it: the capture is not undone yet.
    #[error("the refund of fare {fare_id} is {status} at the gateway")]
    RefundUnfinished {
        /// The fare's id.
        fare_id: FareId,
        /// The refund's status there.
        status: RefundStatus,
    },
    /// The payments table gave no answer: the write may have happened, and may safely be sent again.
    #[error("whether the payment was recorded is unknown")]
    Store(#[from] StoreUnavailable),
}

impl From<PaymentError> for WireError {
    fn from(error: PaymentError) -> Self {
        let name = match &error {
            PaymentError::Conflict { .. } => WireErrorName::FareConflict,
            PaymentError::Cancelled { .. } => WireErrorName::FareCancelled,
            PaymentError::Declined { .. } => WireErrorName::PaymentAuthException,
            PaymentError::CaptureRefused { .. } => WireErrorName::PaymentChargeException,
            PaymentError::GatewayUnavailable { .. } => WireErrorName::PaymentGatewayUnavailable,
            PaymentError::OutcomeUnknown { .. } => WireErrorName::PaymentOutcomeUnknown,
            PaymentError::RefundUnfinished { .. } => WireErrorName::PaymentRefundException,
            PaymentError::Store(cause) => {
                return WireError::new(WireErrorName::PaymentStoreUnavailable, format!("{error}: {cause}"));
            }
        };
        WireError::new(name, error.to_string())
    }
}

/// The service: its rules over a store of payments and a gateway.
#[derive(Debug)]
pub struct Payment<S, T, C> {
    store: S,
    gateway: Gateway<T>,
    time: C,
    triggers: FaultTriggers,
}

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Payment<S, T, C> {
    /// The service over this store and gateway, by this clock.
    pub fn new(store: S, gateway: Gateway<T>, time: C, triggers: FaultTriggers) -> Self {
        Self { store, gateway, time, triggers }
    }

    /// Carries out one action. The gateway is asked only so long that there is time to record what came of it before
    /// `answer_by`.
    ///
    /// # Errors
    /// [`PaymentError`], whose variants say what may have happened.
    pub async fn act(&self, action: Action, request: FareRequest, answer_by: Millis) -> Result<Receipt, PaymentError> {
        let over_by = Millis(answer_by.0.saturating_sub(TIME_TO_RECORD));
        let invocation = Invocation {
            store: &self.store,
            gateway: self.gateway.until(over_by, &self.time),
            time: &self.time,
            triggers: self.triggers,
        };
        match action {
            Action::Charge => invocation.charge(&request).await,
            Action::Refund => invocation.refund(&request).await,
        }
    }
}

/// The standing record, if it is of the very fare that was asked about.
fn own(request: &FareRequest, standing: PaymentRecord) -> Result<PaymentRecord, PaymentError> {
    if standing.payload_hash == request.payload_hash() {
        Ok(standing)
    } else {
        Err(PaymentError::Conflict { fare_id: standing.fare_id })
    }
}

/// A record that stands where no rule of this file could have left it. Nothing is done to it.
fn contradiction(record: Option<&PaymentRecord>) -> PaymentError {
    let found = record.map_or("absent".to_owned(), |record| record.status.to_string());
    StoreUnavailable::because(format!("the record is unexpectedly {found}")).into()
}
