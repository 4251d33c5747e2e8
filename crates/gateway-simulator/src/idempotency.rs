//! Idempotency keys: the first answer under a key is the answer.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use crate::form::Form;
use crate::log::Subject;
use crate::refusal::{REQUEST_LOG, Refusal};
use crate::request::{Method, Request};

/// How long an answer is kept: 24 hours, in milliseconds.
pub const KEY_LIFETIME_MS: u64 = 24 * 60 * 60 * 1000;

/// The longest key that is accepted, in characters.
pub const MAX_KEY_LENGTH: usize = 255;

/// An answer kept under a key, with the request it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) path: String,
    pub(crate) form: Form,
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) should_retry: Option<bool>,
    pub(crate) request_id: String,
    pub(crate) subject: Subject,
}

/// The answers kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Keys {
    kept: BTreeMap<String, Arc<Kept>>,
    expiries: VecDeque<(u64, String)>,
}

impl Keys {
    /// Forgets what has been kept for 24 hours.
    pub(crate) fn advance_to(&mut self, now_ms: u64) {
        while self.expiries.front().is_some_and(|(at, _)| *at <= now_ms) {
            if let Some((_, key)) = self.expiries.pop_front() {
                self.kept.remove(&key);
            }
        }
    }

    /// The answer kept under this key, or `None` if the key is new. A key that was used for another request is refused.
    pub(crate) fn find(&self, key: &str, path: &str, form: &Form) -> Result<Option<&Kept>, Refusal> {
        match self.kept.get(key) {
            Some(kept) if kept.path != path => Err(Refusal::idempotency(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}' vs \
                 '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                kept.path
            ))),
            Some(kept) if kept.form != *form => Err(Refusal::idempotency(format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
                 using a key other than '{key}' if you meant to execute a different request."
            ))),
            found => Ok(found.map(Arc::as_ref)),
        }
    }

    /// Keeps the answer under a key that is new.
    pub(crate) fn keep(&mut self, key: &str, kept: Kept, now_ms: u64) {
        self.expiries.push_back((now_ms.saturating_add(KEY_LIFETIME_MS), key.to_owned()));
        self.kept.insert(key.to_owned(), Arc::new(kept));
    }
}

/// Without the request's id and where its log is: they are numbers for people, on which no outcome depends.
impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { path, form, status, body, should_retry, request_id: _, subject } = self;
        (path, form, status, should_retry, subject).hash(state);
        match body.get("error").and_then(Value::as_object) {
            Some(error) => error.iter().filter(|(name, _)| *name != REQUEST_LOG).for_each(|field| field.hash(state)),
            None => body.hash(state),
        }
    }
}

/// The key that a request comes under. Only writes have one; a key on a read is ignored.
pub(crate) fn key_of(request: &Request) -> Result<Option<&str>, Refusal> {
    match (request.method, request.idempotency_key.as_deref()) {
        (Method::Post, Some(key)) if key.is_empty() || key.chars().count() > MAX_KEY_LENGTH => {
            Err(Refusal::malformed("An idempotency key must have between 1 and 255 characters."))
        }
        (Method::Post, key) => Ok(key),
        (Method::Get | Method::Other, _) => Ok(None),
    }
}
