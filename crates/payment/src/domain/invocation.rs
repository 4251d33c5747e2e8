//! What charge and refund have in common: one fare, asked about once, with a time by which to answer.

use fare_values::{Clock, Conditional, FareRequest, FaultTrigger, FaultTriggers, Millis, PaymentMethod, PaymentStatus};

use super::PaymentError;
use crate::gateway::{Authorise, GatewayError, IntentStatus, Pause, PaymentIntent, Session, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

/// The one state from which a charge goes on.
pub(super) const PENDING: [PaymentStatus; 1] = [PaymentStatus::Pending];

/// The one state in which a payment is being undone.
pub(super) const CANCELLING: [PaymentStatus; 1] = [PaymentStatus::Cancelling];

/// The one state in which a payment is undone by a refund, which may fail later.
const REFUNDED: [PaymentStatus; 1] = [PaymentStatus::Refunded];

/// One invocation of the service.
pub(super) struct Invocation<'a, S, T, C> {
    pub(super) store: &'a S,
    pub(super) gateway: Session<'a, T, C>,
    pub(super) time: &'a C,
    pub(super) triggers: FaultTriggers,
}

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Invocation<'_, S, T, C> {
    pub(super) fn now(&self) -> Millis {
        self.time.now()
    }

    /// How long the record's generation of keys has been in use, in milliseconds.
    pub(super) fn age(&self, record: &PaymentRecord) -> i64 {
        self.now().since(record.generation_since)
    }

    /// The authorisation that this record stands for. Asking for it twice, under the same key, is asking once.
    pub(super) fn authorisation(&self, request: &FareRequest, record: &PaymentRecord) -> Authorise {
        let trigger = self.triggers.pulled_by(request.customer_id());
        let arranged = trigger.and_then(FaultTrigger::payment_method);
        Authorise {
            fare_id: record.fare_id.clone(),
            generation: record.generation,
            amount: record.amount,
            payment_method: arranged.unwrap_or_else(|| PaymentMethod::clone(request.payment_method())),
        }
    }

    /// Begins the next generation of keys, of which the caller has proof that this one's can do nothing any more. The
    /// payment, if it is known, is recorded in the same write, so that nobody authorises another under the new keys.
    pub(super) async fn begin_next_generation(
        &self,
        record: &PaymentRecord,
        payment_id: Option<&str>,
    ) -> Result<PaymentRecord, PaymentError> {
        let begin = Transition {
            next_generation: Some(record.generation.saturating_add(1)),
            payment_id: payment_id.map(str::to_owned),
            ..self.note(record)
        };
        match self.store.transition(begin).await? {
            Conditional::Written(record) => Ok(record),
            Conditional::Refused(_) => Err(unknown(record, "another invocation is at work on the payment")),
        }
    }

    /// A write that leaves the record in its state.
    pub(super) fn note(&self, record: &PaymentRecord) -> Transition {
        let standing: &[PaymentStatus] = match record.status {
            PaymentStatus::Pending => &PENDING,
            PaymentStatus::Cancelling => &CANCELLING,
            PaymentStatus::Refunded => &REFUNDED,
            // These are left as they are; nothing is in none of no states.
            PaymentStatus::Captured
            | PaymentStatus::Declined
            | PaymentStatus::CaptureRefused
            | PaymentStatus::Voided
            | PaymentStatus::Cancelled => &[],
        };
        record.transition(standing, record.status, self.now())
    }

    /// A payment of this fare, as it stands now.
    pub(super) async fn look_at(
        &self,
        record: &PaymentRecord,
        payment_id: &str,
    ) -> Result<PaymentIntent, PaymentError> {
        let intent = self.gateway.retrieve(payment_id).await.map_err(indefinite(record))?;
        if self.gateway.is_for(&intent, &record.fare_id) {
            Ok(intent)
        } else {
            Err(unknown(record, "the gateway shows a payment of another fare"))
        }
    }

    /// Voids; gives the state in which the payment is after that.
    pub(super) async fn void(
        &self,
        record: &mut PaymentRecord,
        intent: &PaymentIntent,
    ) -> Result<IntentStatus, PaymentError> {
        match self.gateway.void(&intent.id, &record.fare_id, record.generation).await {
            Ok(voided) if voided.is_void_of(&intent.id) => Ok(voided.status),
            Ok(_) => Err(unknown(record, "the void did not cancel the payment")),
            // Somebody was quicker: another undo, or a capture that was still on its way.
            Err(GatewayError::UnexpectedState { status: Some(status) }) if status != intent.status => Ok(status),
            Err(error) if error.is_final() => {
                // Under this key nothing will be voided any more. Voiding twice is impossible at the gateway, so the
                // next generation can do no harm.
                *record = self.begin_next_generation(record, Some(&intent.id)).await?;
                Ok(self.look_at(record, &intent.id).await?.status)
            }
            Err(error) => Err(indefinite(record)(error)),
        }
    }
}

/// Whether a payment that an error left so, if it made one at all, can no longer hold or take anything.
pub(super) fn is_over(left: Option<IntentStatus>) -> bool {
    match left {
        None | Some(IntentStatus::RequiresPaymentMethod | IntentStatus::Canceled) => true,
        Some(
            IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
            | IntentStatus::Processing
            | IntentStatus::RequiresCapture
            | IntentStatus::Succeeded,
        ) => false,
    }
}

/// The outcome is unknown, for this reason.
pub(super) fn unknown(record: &PaymentRecord, reason: &str) -> PaymentError {
    PaymentError::OutcomeUnknown { fare_id: record.fare_id.clone(), reason: reason.to_owned() }
}

/// A gateway failure that decides nothing about the fare; also a definite one, where it is about a question that has no
/// definite failure.
pub(super) fn indefinite(record: &PaymentRecord) -> impl Fn(GatewayError) -> PaymentError {
    let fare_id = record.fare_id.clone();
    move |error| {
        let (fare_id, reason) = (fare_id.clone(), error.to_string());
        match error {
            GatewayError::Unavailable { .. } => PaymentError::GatewayUnavailable { fare_id, reason },
            GatewayError::OutcomeUnknown { .. }
            | GatewayError::KeySpent
            | GatewayError::KeyTaken
            | GatewayError::Declined { .. }
            | GatewayError::Refused { .. }
            | GatewayError::UnexpectedState { .. } => PaymentError::OutcomeUnknown { fare_id, reason },
        }
    }
}
