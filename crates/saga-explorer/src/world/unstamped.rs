//! Hashes of records and answers without what nothing ever depends on: what is written down for people.
//!
//! Of a payment, its handler asks how long ago its generation of keys began, and, while it is being undone, when it was
//! changed last. No other time of a record is read by anybody. Of an answer of the gateway its client takes the [`Gist`].

use std::hash::{Hash, Hasher};

use customer_accounting::store::{CreditAnswer, CreditEntry};
use fare_values::{Conditional, PaymentStatus};
use payment::gateway::Gist;
use payment::store::PaymentRecord;
use register_fare::store::FareRecord;

use super::call::{StoreCall, Told};

/// Hashes without such times.
pub(super) trait HashUnstamped {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H);
}

impl HashUnstamped for FareRecord {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H) {
        let Self { request, payload_hash, status, registered_at: _, decided_at: _ } = self;
        (request, payload_hash, status).hash(state);
    }
}

impl HashUnstamped for CreditEntry {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H) {
        let Self { fare_id, customer_id, amount, payload_hash, state: standing, posted_at: _ } = self;
        (fare_id, customer_id, amount, payload_hash, standing).hash(state);
    }
}

impl HashUnstamped for PaymentRecord {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H) {
        let Self { fare_id, payload_hash, status, generation, generation_since, amount, payment_id, .. } = self;
        (fare_id, payload_hash, status, generation, generation_since, amount, payment_id).hash(state);
        (&self.refund_id, self.refund_status, &self.reason).hash(state);
        (*status == PaymentStatus::Cancelling).then_some(self.updated_at).hash(state);
    }
}

impl<T: HashUnstamped> HashUnstamped for Option<T> {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H) {
        self.is_some().hash(state);
        if let Some(record) = self {
            record.hash_unstamped(state);
        }
    }
}

impl<T: HashUnstamped> HashUnstamped for Conditional<T> {
    fn hash_unstamped<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Written(record) => record.hash_unstamped(state),
            Self::Refused(record) => record.hash_unstamped(state),
        }
    }
}

impl Hash for Told {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Fare(answer) => answer.hash_unstamped(state),
            Self::Payment(answer) => answer.hash_unstamped(state),
            Self::Entry(answer) => answer.hash_unstamped(state),
            Self::Credit(CreditAnswer::EntryExists(entry)) => entry.hash_unstamped(state),
            Self::Credit(answer @ (CreditAnswer::Posted | CreditAnswer::AccountClosed)) => answer.hash(state),
            Self::Gateway(answer) => Gist::of(answer).hash(state),
            Self::NoStore(reason) => reason.hash(state),
            Self::Closed | Self::Paused => {}
        }
    }
}

impl Hash for StoreCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::InsertFare(record) | Self::CompleteFare(record) | Self::FailFare(record) => {
                record.hash_unstamped(state);
            }
            Self::PostCredit(entry) | Self::PostReversal(entry) | Self::LayTombstone(entry) => {
                entry.hash_unstamped(state);
            }
            Self::InsertPayment(record) => record.hash_unstamped(state),
            Self::MovePayment(transition) => transition.hash(state),
            Self::CloseAccount(customer) => customer.hash(state),
        }
    }
}
