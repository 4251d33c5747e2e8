//! Undo of a charge: void the hold, or refund the capture.

use fare_values::{Clock, Conditional, FareRequest, PaymentStatus, StoreUnavailable};

use super::{KEY_LIFE, Payment, PaymentError, Receipt, contradiction, own};
use crate::gateway::{GatewayError, IntentStatus, PaymentIntent, Refund, RefundStatus, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

/// How often the record is looked at again when a charge slips in between two questions. Once is enough: a charge is
/// recorded at most once, and nothing removes its record.
const ROUNDS: usize = 2;

/// The states from which a payment can be undone.
const UNDOABLE: [PaymentStatus; 5] = [
    PaymentStatus::Pending,
    PaymentStatus::Captured,
    PaymentStatus::Declined,
    PaymentStatus::CaptureRefused,
    PaymentStatus::Cancelling,
];

/// How one payment at the gateway was undone.
struct Undone {
    status: PaymentStatus,
    refund_id: Option<String>,
}

const VOIDED: Undone = Undone { status: PaymentStatus::Voided, refund_id: None };

impl<S: PaymentStore, T: Transport, C: Clock> Payment<S, T, C> {
    /// Marks the record as being undone, so that no charge can begin or finish; finds out what the gateway has; undoes
    /// it; and records that. Without a record it leaves a tombstone, and no charge ever begins.
    pub(super) async fn refund(&self, request: &FareRequest) -> Result<Receipt, PaymentError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let begin = PaymentRecord::pending(request, now).transition(&UNDOABLE, PaymentStatus::Cancelling, now);
            match self.store.transition(begin).await? {
                Conditional::Written(record) => return self.undo(request, record).await,
                Conditional::Refused(Some(standing)) => return final_receipt(own(request, standing)?),
                Conditional::Refused(None) => {}
            }
            match self.store.insert(PaymentRecord::tombstone(request, now)).await? {
                Conditional::Written(record) => return Ok(record.receipt()),
                // A charge, or another undo, came in between: look again at what it left.
                Conditional::Refused(_) => {}
            }
        }
        Err(StoreUnavailable::because("the record kept changing").into())
    }

    async fn undo(&self, request: &FareRequest, record: PaymentRecord) -> Result<Receipt, PaymentError> {
        let mut undone = VOIDED;
        let mut payment_id = record.payment_id.clone();
        for intent in self.resolve(request, &record).await? {
            payment_id.get_or_insert_with(|| intent.id.clone());
            let outcome = self.undo_at_gateway(&record, &intent).await?;
            if outcome.status == PaymentStatus::Refunded {
                undone = outcome;
            }
        }
        let transition = Transition {
            payment_id,
            refund_id: undone.refund_id,
            ..record.transition(&[PaymentStatus::Cancelling], undone.status, self.clock.now())
        };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => Ok(record.receipt()),
            Conditional::Refused(Some(standing)) => final_receipt(standing),
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }

    /// Finds every payment that the gateway has, or will ever have, for this record, as it stands there now.
    ///
    /// Replaying the authorisation under its key comes first: it finds an authorisation whose answer was lost, and if
    /// none was ever made, it makes the one that a request still on its way would have made, so that voiding it fences
    /// that request off. Then the search finds what a replay cannot show, such as one whose kept answer is an error.
    async fn resolve(&self, request: &FareRequest, record: &PaymentRecord) -> Result<Vec<PaymentIntent>, PaymentError> {
        let indefinite = |error: &GatewayError| PaymentError::indefinite(&record.fare_id, error);
        if let Some(payment_id) = &record.payment_id {
            let intent = self.gateway.retrieve(payment_id).await.map_err(|error| indefinite(&error))?;
            return Ok(vec![intent]);
        }
        let replayed = if self.is_younger(record, KEY_LIFE) {
            match self.gateway.authorise(&self.authorisation(request, record)).await {
                // The replayed answer is as old as the first one: ask how things stand now.
                Ok(intent) => match self.gateway.retrieve(&intent.id).await {
                    Ok(intent) => Ok(Some(intent)),
                    Err(error) => return Err(indefinite(&error)),
                },
                Err(GatewayError::Declined { .. } | GatewayError::Refused { .. }) => Ok(None),
                Err(error) => Err(indefinite(&error)),
            }
        } else {
            Ok(None)
        };
        let mut intents = self.gateway.find(&record.fare_id).await.map_err(|error| indefinite(&error))?;
        match replayed {
            Ok(Some(intent)) if intents.iter().all(|found| found.id != intent.id) => intents.push(intent),
            Ok(_) => {}
            // Nothing was learnt from the replay. What the search found is this generation's one authorisation; if it
            // found nothing, that may be because it lags behind.
            Err(unknown) if intents.is_empty() => return Err(unknown),
            Err(_) => {}
        }
        Ok(intents)
    }

    async fn undo_at_gateway(&self, record: &PaymentRecord, intent: &PaymentIntent) -> Result<Undone, PaymentError> {
        match intent.status {
            IntentStatus::Canceled | IntentStatus::RequiresPaymentMethod => Ok(VOIDED),
            IntentStatus::Succeeded => self.refund_capture(record, intent).await,
            IntentStatus::RequiresCapture | IntentStatus::RequiresAction | IntentStatus::RequiresConfirmation => {
                self.void_hold(record, intent).await
            }
            IntentStatus::Processing => Err(PaymentError::OutcomeUnknown {
                fare_id: record.fare_id.clone(),
                reason: "the gateway is still processing the payment".to_owned(),
            }),
        }
    }

    async fn void_hold(&self, record: &PaymentRecord, intent: &PaymentIntent) -> Result<Undone, PaymentError> {
        let key = self.gateway.void_key(&record.fare_id, record.generation);
        match self.gateway.void(&intent.id, &key).await {
            Ok(voided) if voided.is_void_of(&intent.id) => Ok(VOIDED),
            Err(GatewayError::UnexpectedState { status: Some(IntentStatus::Canceled) }) => Ok(VOIDED),
            // A capture that was still on its way came first.
            Err(GatewayError::UnexpectedState { status: Some(IntentStatus::Succeeded) }) => {
                self.refund_capture(record, intent).await
            }
            Ok(_) => Err(PaymentError::OutcomeUnknown {
                fare_id: record.fare_id.clone(),
                reason: "the void did not cancel the payment".to_owned(),
            }),
            Err(error) => Err(PaymentError::indefinite(&record.fare_id, &error)),
        }
    }

    async fn refund_capture(&self, record: &PaymentRecord, intent: &PaymentIntent) -> Result<Undone, PaymentError> {
        // The answer to a refund is kept as it was first, while a pending refund moves on: what stands is asked first.
        let standing = self.gateway.refunds_of(&intent.id).await;
        let standing = standing.map_err(|error| PaymentError::indefinite(&record.fare_id, &error))?;
        let standing = standing.into_iter().find(Refund::is_under_way_or_done);
        let refund = match standing {
            Some(refund) => refund,
            None => self
                .gateway
                .refund(&intent.id, &record.fare_id, record.generation, record.amount)
                .await
                .map_err(|error| PaymentError::indefinite(&record.fare_id, &error))?,
        };
        let fare_id = record.fare_id.clone();
        if !refund.is_of(&intent.id, record.amount) {
            let reason = "the refund is not the one that was asked for".to_owned();
            return Err(PaymentError::OutcomeUnknown { fare_id, reason });
        }
        if refund.status != RefundStatus::Succeeded {
            return Err(PaymentError::RefundUnfinished { fare_id, status: refund.status });
        }
        Ok(Undone { status: PaymentStatus::Refunded, refund_id: Some(refund.id) })
    }
}

/// What an undo answers when the record is undone already, or was never charged.
fn final_receipt(record: PaymentRecord) -> Result<Receipt, PaymentError> {
    match record.status {
        PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled => Ok(record.receipt()),
        PaymentStatus::Pending
        | PaymentStatus::Captured
        | PaymentStatus::Declined
        | PaymentStatus::CaptureRefused
        | PaymentStatus::Cancelling => Err(contradiction(Some(&record))),
    }
}
