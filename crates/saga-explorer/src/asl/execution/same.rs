//! When two executions are the same.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Execution;
use crate::asl::need::Need;

impl PartialEq for Execution {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.definition, &other.definition)
            && self.state == other.state
            && self.attempts == other.attempts
            && self.retried == other.retried
            && self.redrives == other.redrives
            && self.need == other.need
            && self.document == other.document
            && self.input == other.input
            && self.identity == other.identity
    }
}

impl Eq for Execution {}

impl Hash for Execution {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Self { definition: _, identity, input, document, state, attempts, retried, redrives, need, path: _ } = self;
        (identity, input, document, state, attempts, retried, redrives).hash(hasher);
        std::mem::discriminant(need).hash(hasher);
        match need {
            // Made from what is hashed already.
            Need::Task(_) => {}
            Need::Backoff(backoff) => backoff.hash(hasher),
            Need::Ended(ending) => ending.hash(hasher),
        }
    }
}
