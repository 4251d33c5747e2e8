//! The store's twin in memory, which keeps the same conditions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fare_values::{Conditional, FareId, StoreUnavailable};

use super::{PaymentRecord, PaymentStore, Transition};

/// Payments in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct InMemoryPayments {
    payments: Arc<Mutex<BTreeMap<FareId, PaymentRecord>>>,
}

impl InMemoryPayments {
    /// A copy as it stands now, which shares nothing with this one.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self { payments: Arc::new(Mutex::new(self.lock().clone())) }
    }

    /// The record of a fare's payment.
    #[must_use]
    pub fn get(&self, fare_id: &FareId) -> Option<PaymentRecord> {
        self.lock().get(fare_id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<FareId, PaymentRecord>> {
        self.payments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PaymentStore for InMemoryPayments {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        let mut payments = self.lock();
        if let Some(standing) = payments.get(&record.fare_id) {
            return Ok(Conditional::Refused(Some(standing.clone())));
        }
        payments.insert(record.fare_id.clone(), record.clone());
        Ok(Conditional::Written(record))
    }

    async fn transition(&self, transition: Transition) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        let mut payments = self.lock();
        let Some(record) = payments.get_mut(&transition.fare_id) else { return Ok(Conditional::Refused(None)) };
        let is_meant = record.payload_hash == transition.payload_hash
            && transition.generation.is_none_or(|generation| generation == record.generation)
            && transition.from.contains(&record.status);
        if !is_meant {
            return Ok(Conditional::Refused(Some(record.clone())));
        }
        record.status = transition.to;
        record.updated_at = transition.at;
        if let Some(generation) = transition.next_generation {
            (record.generation, record.generation_since) = (generation, transition.at);
        }
        if let Some(refund) = transition.refund {
            (record.refund_id, record.refund_status) = (Some(refund.id), Some(refund.status));
        }
        record.payment_id = transition.payment_id.or_else(|| record.payment_id.take());
        record.reason = transition.reason.or_else(|| record.reason.take());
        Ok(Conditional::Written(record.clone()))
    }
}
