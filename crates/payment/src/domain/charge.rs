//! Do: pre-authorise, then capture with that authorisation.

use decision_log::{Decision, decided, unknown_resolved};
use fare_values::{Clock, Conditional, FareRequest, PaymentStatus};

use super::invocation::{Invocation, PENDING, indefinite, is_over, unknown};
use super::{CHARGE_LIFE, KEY_DEAD, PaymentError, Receipt, contradiction, own};
use crate::gateway::{GatewayError, IntentStatus, Pause, PaymentIntent, Reason, Transport};
use crate::store::{PaymentRecord, PaymentStore, Transition};

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Invocation<'_, S, T, C> {
    /// Records the intent, authorises, captures, and records the capture. The same fare again is answered from the
    /// record, or goes on from where the record says it may have stopped.
    pub(super) async fn charge(&self, request: &FareRequest) -> Result<Receipt, PaymentError> {
        let (record, is_first) = match self.store.insert(PaymentRecord::pending(request, self.now())).await? {
            Conditional::Written(record) => (record, true),
            Conditional::Refused(None) => return Err(contradiction(None)),
            Conditional::Refused(Some(standing)) => match answered(own(request, standing)?) {
                Answered::With(answer) => return answer,
                Answered::NotYet(record) => (record, false),
            },
        };
        let outcome = match self.authorised(request, record, is_first).await {
            Ok((record, intent)) => self.take(request, record, intent).await,
            Err(error) => Err(error),
        };
        if !is_first && is_known(&outcome) {
            unknown_resolved();
        }
        outcome
    }

    /// The payment at the gateway that is this record's: the one recorded, or the one that its key stands for, or, where
    /// that key is dead, the one that the gateway turns out to have, or else one under the next generation's key.
    async fn authorised(
        &self,
        request: &FareRequest,
        record: PaymentRecord,
        is_first: bool,
    ) -> Result<(PaymentRecord, PaymentIntent), PaymentError> {
        if let Some(payment_id) = &record.payment_id {
            let intent = self.look_at(&record, payment_id).await?;
            return Ok((record, intent));
        }
        let age = self.age(&record);
        let found = if age >= KEY_DEAD {
            // The gateway may have forgotten the key, and would authorise afresh under it.
            self.gateway.search(&record.fare_id).await
        } else if age >= CHARGE_LIFE {
            return Err(unknown(&record, "the charge was begun too long ago to be repeated and too lately to be sure"));
        } else {
            match self.authorise(request, &record, is_first).await? {
                Authorised::As(intent) => return Ok((record, intent)),
                Authorised::KeySpent => self.gateway.list_since(&record.fare_id, record.generation_since).await,
            }
        };
        let mut found = found.map_err(indefinite(&record))?;
        match (found.pop(), found.is_empty()) {
            // Only under its own generation's keys: a twin may have begun the next one, and be at work under those.
            (Some(intent), true) if intent.is_of_generation(record.generation) => return Ok((record, intent)),
            (Some(_), _) => return Err(unknown(&record, "the gateway has other payments of the fare")),
            (None, _) => {}
        }
        let record = self.begin_next_generation(&record, None).await?;
        match self.authorise(request, &record, true).await? {
            Authorised::As(intent) => Ok((record, intent)),
            Authorised::KeySpent => Err(unknown(&record, "the gateway keeps failing")),
        }
    }

    /// Asks for the authorisation. That the gateway finds the request invalid is not kept under the key, so it says
    /// nothing about a request under the same key before, which may be on its way; unless this is the first.
    async fn authorise(
        &self,
        request: &FareRequest,
        record: &PaymentRecord,
        is_first: bool,
    ) -> Result<Authorised, PaymentError> {
        let asked = self.authorisation(request, record);
        let intent = match self.gateway.authorise(&asked).await {
            Ok(intent) => intent,
            Err(GatewayError::KeySpent) => return Ok(Authorised::KeySpent),
            Err(GatewayError::Declined { reason, left }) if is_over(left) => {
                return Err(self.declined(record, reason).await?);
            }
            Err(GatewayError::Refused { reason, left }) if is_first && is_over(left) => {
                return Err(self.declined(record, reason).await?);
            }
            Err(error) => return Err(indefinite(record)(error)),
        };
        let waits = intent.status == IntentStatus::RequiresAction && self.gateway.is_for(&intent, &record.fare_id);
        if !waits && !self.gateway.holds(&intent, &asked) {
            return Err(unknown(record, "the authorisation is not the one that was asked for"));
        }
        if !waits {
            // Also where the gateway only says again what it said before: nobody can tell.
            decided(Decision::Authorised, record.amount, Some(&intent.id));
        }
        Ok(Authorised::As(intent))
    }

    /// Takes the money that this payment holds. It may have been taken, or let go, since anybody looked; and it may wait
    /// for the customer, who is not there.
    async fn take(
        &self,
        request: &FareRequest,
        record: PaymentRecord,
        intent: PaymentIntent,
    ) -> Result<Receipt, PaymentError> {
        match intent.status {
            IntentStatus::RequiresCapture if self.gateway.holds(&intent, &self.authorisation(request, &record)) => {
                self.capture(record, intent).await
            }
            IntentStatus::Succeeded if intent.is_capture_of(&intent.id, record.amount) => {
                self.captured(&record, &intent.id).await
            }
            IntentStatus::RequiresAction => Err(self.take_back(record, &intent).await?),
            IntentStatus::Canceled => Err(self.authorisation_cancelled(&record, &intent.id).await?),
            IntentStatus::RequiresCapture
            | IntentStatus::Succeeded
            | IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::Processing => Err(unknown(&record, "the gateway's payment is not the one asked for")),
        }
    }

    /// Cancels a payment that waits for the customer to authenticate, so that nobody can later, and records a decline;
    /// gives the error to answer with.
    async fn take_back(&self, mut record: PaymentRecord, intent: &PaymentIntent) -> Result<PaymentError, PaymentError> {
        let mut status = self.void(&mut record, intent).await?;
        if status == IntentStatus::RequiresAction {
            status = self.void(&mut record, intent).await?;
        }
        if status != IntentStatus::Canceled {
            return Err(unknown(&record, "the payment could not be taken back"));
        }
        self.declined(&record, Reason::new("authentication_required")).await
    }

    async fn capture(&self, record: PaymentRecord, intent: PaymentIntent) -> Result<Receipt, PaymentError> {
        match self.ask_to_capture(&record, &intent).await {
            Err(
                GatewayError::KeySpent
                | GatewayError::KeyTaken
                | GatewayError::UnexpectedState { status: Some(IntentStatus::Succeeded) },
            ) => {}
            other => return self.settle_capture(&record, &intent.id, other).await,
        }
        // Under this key nothing will be captured any more. Capturing twice is impossible at the gateway, so all that
        // is needed is to know whether it has been done.
        let standing = self.look_at(&record, &intent.id).await?;
        if standing.status != IntentStatus::RequiresCapture {
            return self.settle_capture(&record, &intent.id, as_if_asked(standing)).await;
        }
        let record = self.begin_next_generation(&record, Some(&intent.id)).await?;
        let captured = self.ask_to_capture(&record, &intent).await;
        self.settle_capture(&record, &intent.id, captured).await
    }

    async fn ask_to_capture(
        &self,
        record: &PaymentRecord,
        intent: &PaymentIntent,
    ) -> Result<PaymentIntent, GatewayError> {
        self.gateway.capture(&intent.id, &record.fare_id, record.generation, record.amount).await
    }

    async fn settle_capture(
        &self,
        record: &PaymentRecord,
        payment_id: &str,
        captured: Result<PaymentIntent, GatewayError>,
    ) -> Result<Receipt, PaymentError> {
        match captured {
            Ok(captured) if captured.is_capture_of(payment_id, record.amount) => {
                self.captured(record, payment_id).await
            }
            Ok(_) => Err(unknown(record, "the capture is not the one that was asked for")),
            Err(GatewayError::UnexpectedState { status: Some(IntentStatus::Canceled) }) => {
                Err(self.authorisation_cancelled(record, payment_id).await?)
            }
            Err(GatewayError::Declined { reason, .. }) => Err(self.capture_refused(record, payment_id, reason).await?),
            Err(error) => Err(indefinite(record)(error)),
        }
    }

    async fn captured(&self, record: &PaymentRecord, payment_id: &str) -> Result<Receipt, PaymentError> {
        let transition = Transition {
            payment_id: Some(payment_id.to_owned()),
            ..record.transition(&PENDING, PaymentStatus::Captured, self.now())
        };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => {
                decided(Decision::Captured, record.amount, Some(payment_id));
                Ok(record.receipt())
            }
            Conditional::Refused(Some(standing)) => match standing.status {
                PaymentStatus::Captured => Ok(standing.receipt()),
                // An undo that began meanwhile finds the capture at the gateway and refunds it.
                PaymentStatus::Cancelling
                | PaymentStatus::Voided
                | PaymentStatus::Refunded
                | PaymentStatus::Cancelled => Err(PaymentError::Cancelled { fare_id: standing.fare_id }),
                // The gateway has just captured, whatever a twin was told or asks next.
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
            ..record.transition(&PENDING, PaymentStatus::Declined, self.now())
        };
        let declined = PaymentError::Declined { fare_id: record.fare_id.clone(), reason };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => {
                decided(Decision::Declined, record.amount, record.payment_id.as_deref());
                Ok(declined)
            }
            Conditional::Refused(Some(standing)) => match standing.status {
                // A twin recorded the same, or an undo began meanwhile: the decline stands either way.
                PaymentStatus::Declined
                | PaymentStatus::Cancelling
                | PaymentStatus::Voided
                | PaymentStatus::Refunded
                | PaymentStatus::Cancelled => Ok(declined),
                PaymentStatus::Pending | PaymentStatus::Captured | PaymentStatus::CaptureRefused => {
                    Err(contradiction(Some(&standing)))
                }
            },
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }

    /// The hold was voided by an undo, or expired. Either way no money can move any more.
    async fn authorisation_cancelled(
        &self,
        record: &PaymentRecord,
        payment_id: &str,
    ) -> Result<PaymentError, PaymentError> {
        self.capture_refused(record, payment_id, Reason::new("authorisation_cancelled")).await
    }

    /// Records a refused capture; gives the error to answer with, after which the undo looks at what stands.
    async fn capture_refused(
        &self,
        record: &PaymentRecord,
        payment_id: &str,
        reason: Reason,
    ) -> Result<PaymentError, PaymentError> {
        let transition = Transition {
            payment_id: Some(payment_id.to_owned()),
            reason: Some(reason.clone()),
            ..record.transition(&PENDING, PaymentStatus::CaptureRefused, self.now())
        };
        let refused = PaymentError::CaptureRefused { fare_id: record.fare_id.clone(), reason };
        match self.store.transition(transition).await? {
            Conditional::Written(record) => {
                decided(Decision::CaptureRefused, record.amount, Some(payment_id));
                Ok(refused)
            }
            Conditional::Refused(Some(standing)) => match standing.status {
                // A twin recorded the same, or an undo began meanwhile, which looks at what stands.
                PaymentStatus::CaptureRefused
                | PaymentStatus::Cancelling
                | PaymentStatus::Voided
                | PaymentStatus::Refunded
                | PaymentStatus::Cancelled => Ok(refused),
                PaymentStatus::Pending | PaymentStatus::Captured | PaymentStatus::Declined => {
                    Err(contradiction(Some(&standing)))
                }
            },
            Conditional::Refused(None) => Err(contradiction(None)),
        }
    }
}

/// What came of asking for an authorisation.
enum Authorised {
    /// By this payment, which holds exactly what was asked for, or waits for the customer.
    As(PaymentIntent),
    /// The key is dead.
    KeySpent,
}

/// Whether it is known now what the gateway has done.
fn is_known(outcome: &Result<Receipt, PaymentError>) -> bool {
    match outcome {
        Ok(_)
        | Err(PaymentError::Declined { .. } | PaymentError::CaptureRefused { .. } | PaymentError::Cancelled { .. }) => {
            true
        }
        Err(
            PaymentError::Conflict { .. }
            | PaymentError::GatewayUnavailable { .. }
            | PaymentError::OutcomeUnknown { .. }
            | PaymentError::RefundUnfinished { .. }
            | PaymentError::Store(_),
        ) => false,
    }
}

/// What the gateway would say to a capture of a payment that stands so.
fn as_if_asked(standing: PaymentIntent) -> Result<PaymentIntent, GatewayError> {
    if standing.status == IntentStatus::Succeeded {
        Ok(standing)
    } else {
        Err(GatewayError::UnexpectedState { status: Some(standing.status) })
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
