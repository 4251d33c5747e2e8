//! Undo of a charge: void the hold, or refund the capture.

use fare_values::{Clock, Conditional, FareRequest, PaymentStatus, StoreUnavailable};

use super::invocation::{CANCELLING, Invocation, indefinite, unknown};
use super::{KEY_LIFE, PaymentError, Receipt, contradiction, own};
use crate::gateway::{GatewayError, IntentStatus, Pause, PaymentIntent, Refund, RefundStatus, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

/// How often the record is looked at again when a charge slips in between two questions. Once is enough: a charge is
/// recorded at most once, and nothing removes its record.
const ROUNDS: usize = 2;

/// How often one invocation tries to void, or to refund: under this generation's key, and under the next one's.
const TRIES: usize = 2;

/// The states from which a payment can be undone.
const UNDOABLE: [PaymentStatus; 5] = [
    PaymentStatus::Pending,
    PaymentStatus::Captured,
    PaymentStatus::Declined,
    PaymentStatus::CaptureRefused,
    PaymentStatus::Cancelling,
];

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

    async fn undo(&self, request: &FareRequest, mut record: PaymentRecord) -> Result<Receipt, PaymentError> {
        let mut refund = None;
        let mut payment_id = record.payment_id.clone();
        for intent in self.resolve(request, &record).await? {
            payment_id.get_or_insert_with(|| intent.id.clone());
            match self.undo_at_gateway(&mut record, &intent).await? {
                Undone::Voided => {}
                Undone::Refunded(made) => refund = Some(made),
            }
        }
        let status = if refund.is_some() { PaymentStatus::Refunded } else { PaymentStatus::Voided };
        let transition = Transition { payment_id, refund, ..record.transition(&CANCELLING, status, self.now()) };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => Ok(record.receipt()),
            Conditional::Refused(Some(standing)) => final_receipt(standing),
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }

    /// Finds every payment that the gateway has, or will ever have, for this record, as it stands there now.
    async fn resolve(&self, request: &FareRequest, record: &PaymentRecord) -> Result<Vec<PaymentIntent>, PaymentError> {
        if let Some(payment_id) = &record.payment_id {
            let intent = self.gateway.retrieve(payment_id).await.map_err(indefinite(record))?;
            return Ok(vec![intent]);
        }
        if self.age(record) >= KEY_LIFE {
            return self.gateway.search(&record.fare_id).await.map_err(indefinite(record));
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
            Ok(intent) => Ok(Some(self.gateway.retrieve(&intent.id).await.map_err(indefinite(record))?)),
            Err(GatewayError::Declined { .. } | GatewayError::Refused { .. }) => Ok(None),
            Err(GatewayError::KeySpent) => {
                let made = self.gateway.list_since(&record.fare_id, record.generation_since).await;
                return made.map_err(indefinite(record));
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
                Err(GatewayError::KeySpent | GatewayError::KeyTaken) => {
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
        let unfinished = Transition {
            payment_id: Some(intent.id.clone()),
            refund: Some(refund),
            ..record.transition(&CANCELLING, PaymentStatus::Cancelling, self.now())
        };
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
