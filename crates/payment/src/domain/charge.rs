//! Do: pre-authorise, then capture with that authorisation.

use fare_values::{Clock, Conditional, FareRequest, PaymentStatus};

use super::{CHARGE_LIFE, Payment, PaymentError, Receipt, contradiction, own};
use crate::gateway::{GatewayError, IntentStatus, PaymentIntent, Reason, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

impl<S: PaymentStore, T: Transport, C: Clock> Payment<S, T, C> {
    /// Records the intent, authorises, captures, and records the capture. The same fare again is answered from the
    /// record, or goes on from where the record says it may have stopped.
    pub(super) async fn charge(&self, request: &FareRequest) -> Result<Receipt, PaymentError> {
        let record = match self.store.insert(PaymentRecord::pending(request, self.clock.now())).await? {
            Conditional::Written(record) => record,
            Conditional::Refused(None) => return Err(contradiction(None)),
            Conditional::Refused(Some(standing)) => match answered(own(request, standing)?) {
                Answered::With(answer) => return answer,
                Answered::NotYet(record) => record,
            },
        };
        if !self.is_younger(&record, CHARGE_LIFE) {
            // Under a forgotten key the gateway would authorise afresh. Undoing asks it what there is.
            return Err(PaymentError::OutcomeUnknown {
                fare_id: record.fare_id,
                reason: "the charge was begun too long ago to be repeated".to_owned(),
            });
        }
        let intent = self.authorise(request, &record).await?;
        self.capture(&record, &intent).await
    }

    async fn authorise(&self, request: &FareRequest, record: &PaymentRecord) -> Result<PaymentIntent, PaymentError> {
        let authorise = self.authorisation(request, record);
        let intent = match self.gateway.authorise(&authorise).await {
            Ok(intent) => intent,
            Err(GatewayError::Declined { reason } | GatewayError::Refused { reason }) => {
                return Err(self.declined(record, reason).await?);
            }
            Err(error) => return Err(PaymentError::indefinite(&record.fare_id, &error)),
        };
        if intent.status == IntentStatus::RequiresAction {
            // Nobody is there to authenticate. The intent is taken back, so that nobody can later.
            let key = self.gateway.void_key(&record.fare_id, record.generation);
            let voided = self.gateway.void(&intent.id, &key).await;
            let voided = voided.map_err(|error| PaymentError::indefinite(&record.fare_id, &error))?;
            if !voided.is_void_of(&intent.id) {
                return Err(PaymentError::OutcomeUnknown {
                    fare_id: record.fare_id.clone(),
                    reason: "the void did not cancel the payment".to_owned(),
                });
            }
            return Err(self.declined(record, Reason::new("authentication_required")).await?);
        }
        if !self.gateway.holds(&intent, &authorise) {
            return Err(PaymentError::OutcomeUnknown {
                fare_id: record.fare_id.clone(),
                reason: "the authorisation is not the one that was asked for".to_owned(),
            });
        }
        Ok(intent)
    }

    async fn capture(&self, record: &PaymentRecord, intent: &PaymentIntent) -> Result<Receipt, PaymentError> {
        let captured = self.gateway.capture(&intent.id, &record.fare_id, record.generation, record.amount).await;
        match captured {
            Ok(captured) if captured.is_capture_of(&intent.id, record.amount) => {
                self.captured(record, &intent.id).await
            }
            Ok(_) => Err(PaymentError::OutcomeUnknown {
                fare_id: record.fare_id.clone(),
                reason: "the capture is not the one that was asked for".to_owned(),
            }),
            Err(GatewayError::UnexpectedState { status: Some(IntentStatus::Canceled) }) => {
                // Voided by an undo, or expired. Either way no money can move any more.
                Err(self.capture_refused(record, &intent.id, Reason::new("authorisation_cancelled")).await?)
            }
            Err(GatewayError::Declined { reason } | GatewayError::Refused { reason }) => {
                Err(self.capture_refused(record, &intent.id, reason).await?)
            }
            Err(error) => Err(PaymentError::indefinite(&record.fare_id, &error)),
        }
    }

    async fn captured(&self, record: &PaymentRecord, payment_id: &str) -> Result<Receipt, PaymentError> {
        let transition = Transition {
            payment_id: Some(payment_id.to_owned()),
            ..record.transition(&[PaymentStatus::Pending], PaymentStatus::Captured, self.clock.now())
        };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => Ok(record.receipt()),
            Conditional::Refused(Some(standing)) => match standing.status {
                PaymentStatus::Captured => Ok(standing.receipt()),
                // An undo that began meanwhile finds the capture at the gateway and refunds it.
                PaymentStatus::Cancelling
                | PaymentStatus::Voided
                | PaymentStatus::Refunded
                | PaymentStatus::Cancelled => Err(PaymentError::Cancelled { fare_id: standing.fare_id }),
                // The gateway has just captured, whatever a twin was told.
                PaymentStatus::Pending | PaymentStatus::Declined | PaymentStatus::CaptureRefused => {
                    Err(contradiction(Some(&standing)))
                }
            },
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }

    /// Records a decline; gives the error to answer with.
    async fn declined(&self, record: &PaymentRecord, reason: Reason) -> Result<PaymentError, PaymentError> {
        let transition = Transition {
            reason: Some(reason.clone()),
            ..record.transition(&[PaymentStatus::Pending], PaymentStatus::Declined, self.clock.now())
        };
        // Refused if an undo began meanwhile, or a twin recorded the same: the decline stands either way.
        self.store.transition(transition).await?;
        Ok(PaymentError::Declined { fare_id: record.fare_id.clone(), reason })
    }

    /// Records a refused capture; gives the error to answer with.
    async fn capture_refused(
        &self,
        record: &PaymentRecord,
        payment_id: &str,
        reason: Reason,
    ) -> Result<PaymentError, PaymentError> {
        let transition = Transition {
            payment_id: Some(payment_id.to_owned()),
            reason: Some(reason.clone()),
            ..record.transition(&[PaymentStatus::Pending], PaymentStatus::CaptureRefused, self.clock.now())
        };
        self.store.transition(transition).await?;
        Ok(PaymentError::CaptureRefused { fare_id: record.fare_id.clone(), reason })
    }
}

/// What a standing record says about a charge.
enum Answered {
    With(Result<Receipt, PaymentError>),
    NotYet(PaymentRecord),
}

fn answered(record: PaymentRecord) -> Answered {
    let fare_id = record.fare_id.clone();
    let reason = || record.reason.clone().unwrap_or_default();
    Answered::With(match record.status {
        PaymentStatus::Pending => return Answered::NotYet(record),
        PaymentStatus::Captured => Ok(record.receipt()),
        PaymentStatus::Declined => Err(PaymentError::Declined { fare_id, reason: reason() }),
        PaymentStatus::CaptureRefused => Err(PaymentError::CaptureRefused { fare_id, reason: reason() }),
        PaymentStatus::Cancelling | PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled => {
            Err(PaymentError::Cancelled { fare_id })
        }
    })
}
