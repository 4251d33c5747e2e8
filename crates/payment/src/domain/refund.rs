//! Undo of a charge: void the hold, or refund the capture.

use decision_log::{Decision, decided, unknown_resolved};
use fare_values::{Clock, Conditional, FareRequest, PaymentStatus, StoreUnavailable};

use super::invocation::{CANCELLING, Invocation, indefinite, is_over, unknown};
use super::{KEY_DEAD, KEY_LIFE, LONGEST_JOURNEY, PaymentError, Receipt, contradiction, own};
use crate::gateway::{GatewayError, IntentStatus, Pause, PaymentIntent, Refund, RefundStatus, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

/// How often the record is looked at again when a charge slips in between two questions. Once is enough: a charge is
/// recorded at most once, and nothing removes its record.
const ROUNDS: usize = 2;

/// How often one invocation tries to void, or to refund: under this generation's key, and under the next one's.
const TRIES: usize = 2;

/// The states from which a payment begins to be undone.
const UNDOABLE: [PaymentStatus; 4] =
    [PaymentStatus::Pending, PaymentStatus::Captured, PaymentStatus::Declined, PaymentStatus::CaptureRefused];

/// How a payment was undone.
enum Undone {
    /// Nothing was taken, and nothing is held any more.
    Voided,
    /// What was taken has gone back.
    Refunded(Refund),
}

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Invocation<'_, S, T, C> {
    /// Marks the record as being undone, so that no charge can begin or finish; finds out what the gateway has; undoes
    /// it; and records that. Without a record it leaves a tombstone, and no charge ever begins.
    pub(super) async fn refund(&self, request: &FareRequest) -> Result<Receipt, PaymentError> {
        for _ in 0..ROUNDS {
            let now = self.now();
            let begin = Transition {
                generation: None,
                ..PaymentRecord::pending(request, now).transition(&UNDOABLE, PaymentStatus::Cancelling, now)
            };
            match self.store.transition(begin).await? {
                Conditional::Written(record) => return self.undo(request, record).await,
                Conditional::Refused(Some(standing)) => {
                    let record = own(request, standing)?;
                    return match record.status {
                        PaymentStatus::Cancelling => self.undo(request, record).await,
                        PaymentStatus::Refunded => self.still_refunded(record).await,
                        PaymentStatus::Pending
                        | PaymentStatus::Captured
                        | PaymentStatus::Declined
                        | PaymentStatus::CaptureRefused
                        | PaymentStatus::Voided
                        | PaymentStatus::Cancelled => final_receipt(record),
                    };
                }
                Conditional::Refused(None) => {}
            }
            match self.store.insert(PaymentRecord::tombstone(request, now)).await? {
                Conditional::Written(record) => {
                    decided(Decision::ChargeBarred, record.amount, None);
                    return Ok(record.receipt());
                }
                // A charge, or another undo, came in between: look again at what it left.
                Conditional::Refused(_) => {}
            }
        }
        Err(StoreUnavailable::because("the record kept changing").into())
    }

    /// A refund that succeeded can fail later. Whoever asks again is told so, and another refund is asked for.
    async fn still_refunded(&self, mut record: PaymentRecord) -> Result<Receipt, PaymentError> {
        let Some(payment_id) = record.payment_id.clone() else { return Err(contradiction(Some(&record))) };
        let intent = self.look_at(&record, &payment_id).await?;
        match self.refund_capture(&mut record, &intent).await? {
            Undone::Refunded(refund) if record.refund_id.as_deref() != Some(refund.id.as_str()) => {
                let made_again = Transition { refund: Some(refund), ..self.note(&record) };
                if let Conditional::Written(record) = self.store.transition(made_again).await? {
                    decided(Decision::Refunded, record.amount, Some(&payment_id));
                }
                Ok(record.receipt())
            }
            Undone::Refunded(_) | Undone::Voided => Ok(record.receipt()),
        }
    }

    async fn undo(&self, request: &FareRequest, mut record: PaymentRecord) -> Result<Receipt, PaymentError> {
        let was_unknown = record.payment_id.is_none() && record.reason.is_none();
        let (mut refund, mut was_held) = (None, false);
        let mut payment_id = record.payment_id.clone();
        for intent in self.resolve(request, &record).await? {
            // Whoever asks again finds voided what was held.
            was_held |= intent.status != IntentStatus::RequiresPaymentMethod;
            payment_id.get_or_insert_with(|| intent.id.clone());
            match self.undo_at_gateway(&mut record, &intent).await? {
                Undone::Voided => {}
                Undone::Refunded(made) => refund = Some(made),
            }
        }
        let (status, decision) = match (&refund, was_held) {
            (Some(_), _) => (PaymentStatus::Refunded, Decision::Refunded),
            (None, true) => (PaymentStatus::Voided, Decision::Voided),
            (None, false) => (PaymentStatus::Voided, Decision::ChargeBarred),
        };
        let transition = Transition { payment_id, refund, ..record.transition(&CANCELLING, status, self.now()) };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => {
                decided(decision, record.amount, record.payment_id.as_deref());
                if was_unknown {
                    unknown_resolved();
                }
                Ok(record.receipt())
            }
            Conditional::Refused(Some(standing)) => final_receipt(standing),
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }

    /// Finds every payment that the gateway has, or will ever have, for this record, as it stands there now.
    async fn resolve(&self, request: &FareRequest, record: &PaymentRecord) -> Result<Vec<PaymentIntent>, PaymentError> {
        if let Some(payment_id) = &record.payment_id {
            let on_record = self.look_at(record, payment_id).await?;
            // There should be no other. Should the gateway have forgotten a key before its time, there is.
            let mut intents = self.gateway.search(&record.fare_id).await.map_err(indefinite(record))?;
            intents.retain(|found| found.id != on_record.id);
            intents.push(on_record);
            return Ok(intents);
        }
        let age = self.age(record);
        // A decline is on record only where it is certain; then, too, there is nothing to fence off.
        if record.reason.is_some() || age >= KEY_DEAD {
            return self.gateway.search(&record.fare_id).await.map_err(indefinite(record));
        }
        if age >= KEY_LIFE {
            return Err(unknown(record, "the charge was begun too long ago to be repeated and too lately to be sure"));
        }
        self.replay_and_search(request, record).await
    }

    /// Replaying the authorisation under its key comes first: it finds an authorisation whose answer was lost, and if
    /// none was ever made, it makes the one that a request still on its way would have made, so that voiding it fences
    /// that request off. Then the search finds what a replay cannot show. Where the gateway keeps a failure under the key,
    /// that is the fence, and its list shows what the failed request has made.
    async fn replay_and_search(
        &self,
        request: &FareRequest,
        record: &PaymentRecord,
    ) -> Result<Vec<PaymentIntent>, PaymentError> {
        let replayed = match self.gateway.authorise(&self.authorisation(request, record)).await {
            // The replayed answer is as old as the first one: ask how things stand now.
            Ok(intent) => Ok(Some(self.look_at(record, &intent.id).await?)),
            Err(GatewayError::Declined { left, .. }) if is_over(left) => Ok(None),
            Err(GatewayError::KeySpent) => return self.list(record).await,
            // That a request is invalid is not kept, and fences nothing off. Time does.
            Err(GatewayError::Refused { .. }) if self.now().since(record.updated_at) >= LONGEST_JOURNEY => {
                return self.list(record).await;
            }
            Err(error) => Err(indefinite(record)(error)),
        };
        let mut intents = self.gateway.search(&record.fare_id).await.map_err(indefinite(record))?;
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

    async fn list(&self, record: &PaymentRecord) -> Result<Vec<PaymentIntent>, PaymentError> {
        let made = self.gateway.list_since(&record.fare_id, record.generation_since).await;
        made.map_err(indefinite(record))
    }

    async fn undo_at_gateway(
        &self,
        record: &mut PaymentRecord,
        intent: &PaymentIntent,
    ) -> Result<Undone, PaymentError> {
        let mut status = intent.status;
        for _ in 0..=TRIES {
            status = match status {
                IntentStatus::Canceled | IntentStatus::RequiresPaymentMethod => return Ok(Undone::Voided),
                IntentStatus::Succeeded => return self.refund_capture(record, intent).await,
                IntentStatus::Processing => return Err(unknown(record, "the gateway is still processing the payment")),
                IntentStatus::RequiresCapture | IntentStatus::RequiresAction | IntentStatus::RequiresConfirmation => {
                    self.void(record, intent).await?
                }
            };
        }
        Err(unknown(record, "the gateway keeps failing to void"))
    }

    async fn refund_capture(&self, record: &mut PaymentRecord, intent: &PaymentIntent) -> Result<Undone, PaymentError> {
        for _ in 0..TRIES {
            // The answer to a refund is kept as it was first, while the refund moves on: what stands is asked first.
            let refunds = self.gateway.refunds_of(&intent.id).await.map_err(indefinite(record))?;
            if let Some(standing) = refunds.iter().find(|refund| refund.is_under_way_or_done()) {
                return self.settle_refund(record, intent, standing.clone()).await;
            }
            if refunds.iter().any(|refund| refund.is_of_generation(record.generation)) {
                // It has failed for good, and asking under its key would only say again how it began.
                *record = self.begin_next_generation(record, Some(&intent.id)).await?;
            }
            match self.gateway.refund(&intent.id, &record.fare_id, record.generation, record.amount).await {
                Ok(refund) => return self.settle_refund(record, intent, refund).await,
                // Under this key nothing will be refunded any more. The gateway refunds no more than was captured, so
                // the next generation can do no harm.
                Err(error) if error.is_final() => {
                    *record = self.begin_next_generation(record, Some(&intent.id)).await?;
                }
                Err(error) => return Err(indefinite(record)(error)),
            }
        }
        Err(unknown(record, "the gateway keeps failing to refund"))
    }

    /// A refund that is not finished is recorded, and is no undone capture yet.
    async fn settle_refund(
        &self,
        record: &PaymentRecord,
        intent: &PaymentIntent,
        refund: Refund,
    ) -> Result<Undone, PaymentError> {
        if !refund.is_of(&intent.id, record.amount) {
            return Err(unknown(record, "the refund is not the one that was asked for"));
        }
        let status = refund.status;
        if status == RefundStatus::Succeeded {
            return Ok(Undone::Refunded(refund));
        }
        let unfinished = Transition { payment_id: Some(intent.id.clone()), refund: Some(refund), ..self.note(record) };
        self.store.transition(unfinished).await?;
        Err(PaymentError::RefundUnfinished { fare_id: record.fare_id.clone(), status })
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
