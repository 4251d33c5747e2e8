//! The store's twin in memory, which keeps the same conditions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fare_values::{Conditional, FareId, FareStatus, Millis, StoreUnavailable};

use super::{FareRecord, FareStore, UndecidedFares};

/// Fares in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct InMemoryFares {
    fares: Arc<Mutex<BTreeMap<FareId, FareRecord>>>,
}

impl InMemoryFares {
    /// A copy as it stands now, which shares nothing with this one.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self { fares: Arc::new(Mutex::new(self.lock().clone())) }
    }

    /// The record of a fare.
    #[must_use]
    pub fn get(&self, fare_id: &FareId) -> Option<FareRecord> {
        self.lock().get(fare_id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<FareId, FareRecord>> {
        self.fares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides `decision.status` for a fare that is undecided or decided so already.
    fn decide(&self, decision: FareRecord, create: bool) -> Conditional<FareRecord> {
        let mut fares = self.lock();
        match fares.get_mut(decision.request.fare_id()) {
            None if create => {
                fares.insert(decision.request.fare_id().clone(), decision.clone());
                Conditional::Written(decision)
            }
            Some(standing)
                if standing.payload_hash == decision.payload_hash
                    && (standing.status == FareStatus::Registered || standing.status == decision.status) =>
            {
                standing.status = decision.status;
                standing.decided_at = standing.decided_at.or(decision.decided_at);
                Conditional::Written(standing.clone())
            }
            standing => Conditional::Refused(standing.map(|record| record.clone())),
        }
    }
}

impl FareStore for InMemoryFares {
    async fn insert(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        let mut fares = self.lock();
        if let Some(standing) = fares.get(record.request.fare_id()) {
            return Ok(Conditional::Refused(Some(standing.clone())));
        }
        fares.insert(record.request.fare_id().clone(), record.clone());
        Ok(Conditional::Written(record))
    }

    async fn complete(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        Ok(self.decide(record, false))
    }

    async fn fail(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        Ok(self.decide(record, true))
    }
}

impl UndecidedFares for InMemoryFares {
    async fn oldest(&self) -> Result<Option<Millis>, StoreUnavailable> {
        let fares = self.lock();
        let undecided = fares.values().filter(|record| record.status == FareStatus::Registered);
        Ok(undecided.filter_map(|record| record.registered_at).min())
    }
}
