//! When two executions are the same.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use super::Execution;
use crate::asl::need::{Ending, Need};
use crate::asl::payload::CAUSES;

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

/// Without causes: they are texts for people, by which no state decides and which no function is handed.
impl Hash for Execution {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Self { identity, input, document, state, attempts, retried, redrives, need, .. } = self;
        let Self { definition: _, path: _, largest_payload: _, .. } = self;
        (identity, state, attempts, retried, redrives).hash(hasher);
        hash_without_causes(input, hasher);
        hash_without_causes(document, hasher);
        std::mem::discriminant(need).hash(hasher);
        match need {
            // Made from what is hashed already.
            Need::Task(_) => {}
            Need::Backoff(backoff) => backoff.hash(hasher),
            Need::Ended(Ending::Failed { error, cause: _ }) => error.hash(hasher),
            Need::Ended(ending @ (Ending::Succeeded { .. } | Ending::Aborted | Ending::TimedOut)) => {
                ending.hash(hasher)
            }
        }
    }
}

fn hash_without_causes<H: Hasher>(value: &Value, hasher: &mut H) {
    let Value::Object(fields) = value else { return value.hash(hasher) };
    fields.len().hash(hasher);
    for (name, value) in fields.iter().filter(|(name, _)| !CAUSES.contains(&name.as_str())) {
        name.hash(hasher);
        hash_without_causes(value, hasher);
    }
}
