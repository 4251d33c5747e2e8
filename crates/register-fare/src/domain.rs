//! The rules of a fare's life.

use decision_log::{Decision, decided, decided_failed};
use fare_values::{
    Clock, Conditional, FailureReason, FareId, FareRequest, FareStatus, FaultTrigger, FaultTriggers, StoreUnavailable,
    WireError, WireErrorName,
};

use crate::store::{FareRecord, FareStore};

/// What this function can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Action {
    /// Do: write the fare as registered.
    Register,
    /// Decide that it is collected.
    Complete,
    /// Undo: decide that it is not collected.
    Cancel,
}

/// A fare and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fare {
    /// The fare as it was registered.
    pub request: FareRequest,
    /// What this step made of it.
    pub status: FareStatus,
}

/// Why an action was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterFareError {
    /// The id stands with another payload; that fare is untouched.
    #[error("fare {fare_id} stands with another payload; it is left as it is")]
    Conflict {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The fare was decided `failed`; nothing has happened now.
    #[error("fare {fare_id} was decided `failed`, which is final: to collect again, take a new id such as {fare_id}-2")]
    Cancelled {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The fare to complete was never registered; nothing has happened.
    #[error("fare {fare_id} is not registered")]
    NotRegistered {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The table gave no answer: the write may have happened, and may safely be sent again.
    #[error("whether the fare was written is unknown")]
    Store(#[from] StoreUnavailable),
}

impl From<RegisterFareError> for WireError {
    fn from(error: RegisterFareError) -> Self {
        let name = match &error {
            RegisterFareError::Conflict { .. } => WireErrorName::FareConflict,
            RegisterFareError::Cancelled { .. } => WireErrorName::FareCancelled,
            RegisterFareError::NotRegistered { .. } => WireErrorName::FareNotRegistered,
            RegisterFareError::Store(cause) => {
                return WireError::new(WireErrorName::FareStoreUnavailable, format!("{error}: {cause}"));
            }
        };
        WireError::new(name, error.to_string())
    }
}

/// The service: its rules over a store of fares.
#[derive(Clone, Debug)]
pub struct RegisterFare<S, C> {
    store: S,
    clock: C,
    triggers: FaultTriggers,
}

impl<S: FareStore, C: Clock> RegisterFare<S, C> {
    /// The service over this store and clock.
    pub fn new(store: S, clock: C, triggers: FaultTriggers) -> Self {
        Self { store, clock, triggers }
    }

    /// Carries out one action. The reason is why an execution asks for a fare to be cancelled; it is logged.
    ///
    /// # Errors
    /// [`RegisterFareError`]; all but `Store` mean that nothing has happened.
    pub async fn act(
        &self,
        action: Action,
        request: FareRequest,
        reason: &FailureReason,
    ) -> Result<Fare, RegisterFareError> {
        match action {
            Action::Register => self.register(request).await,
            Action::Complete => self.complete(request).await,
            Action::Cancel => self.cancel(request, reason).await,
        }
    }

    /// Do: writes the fare as `registered`. The same fare again is answered the same, also once it is completed.
    async fn register(&self, request: FareRequest) -> Result<Fare, RegisterFareError> {
        let trigger = self.triggers.pulled_by(request.customer_id());
        if trigger.is_some_and(FaultTrigger::cancels_before_register) {
            self.cancel(request.clone(), &FailureReason::of("FareCancelled")).await?;
        }
        let record = FareRecord::registered(&request, self.clock.now());
        let registered = Ok(Fare { request, status: FareStatus::Registered });
        match self.store.insert(record.clone()).await? {
            Conditional::Written(written) => {
                decided(Decision::Registered, written.request.amount(), None);
                registered
            }
            Conditional::Refused(standing) => match own(&record, standing)?.status {
                FareStatus::Registered | FareStatus::Completed => registered,
                FareStatus::Failed => Err(RegisterFareError::Cancelled { fare_id: record.request.fare_id().clone() }),
            },
        }
    }

    /// Undo of `register`: decides `failed`, also for a fare that never came, which then never will. A fare found
    /// `completed` stays so, and the answer says it.
    async fn cancel(&self, request: FareRequest, reason: &FailureReason) -> Result<Fare, RegisterFareError> {
        let record = FareRecord::failed(&request, self.clock.now());
        match self.store.fail(record.clone()).await? {
            Conditional::Written(written) => {
                if is_new(&record, &written) {
                    decided_failed(written.request.amount(), reason);
                }
                Ok(written.into())
            }
            Conditional::Refused(standing) => Ok(own(&record, standing)?.into()),
        }
    }

    /// Decides `completed`. Again on a completed fare is answered the same.
    async fn complete(&self, request: FareRequest) -> Result<Fare, RegisterFareError> {
        let record = FareRecord::completed(&request, self.clock.now());
        match self.store.complete(record.clone()).await? {
            Conditional::Written(written) => {
                if is_new(&record, &written) {
                    decided(Decision::Completed, written.request.amount(), None);
                }
                Ok(written.into())
            }
            Conditional::Refused(standing) => {
                own(&record, standing)?;
                Err(RegisterFareError::Cancelled { fare_id: record.request.fare_id().clone() })
            }
        }
    }
}

/// Whether a decision was made now: the time of the first one stays. Two in one millisecond are both taken for it, which
/// only the log and the metrics can tell.
fn is_new(decision: &FareRecord, written: &FareRecord) -> bool {
    written.decided_at == decision.decided_at
}

/// The standing record, if it is of the very fare that was asked about.
fn own(asked: &FareRecord, standing: Option<FareRecord>) -> Result<FareRecord, RegisterFareError> {
    let fare_id = || asked.request.fare_id().clone();
    let standing = standing.ok_or_else(|| RegisterFareError::NotRegistered { fare_id: fare_id() })?;
    if standing.payload_hash == asked.payload_hash {
        Ok(standing)
    } else {
        Err(RegisterFareError::Conflict { fare_id: fare_id() })
    }
}

impl From<FareRecord> for Fare {
    fn from(record: FareRecord) -> Self {
        Self { request: record.request, status: record.status }
    }
}

#[cfg(test)]
mod tests;
