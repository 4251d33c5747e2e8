//! What comes out of an endpoint, and what the log and the idempotency layer make of it.

use serde_json::Value;

use crate::form::Form;
use crate::idempotency::Kept;
use crate::intents::Intent;
use crate::log::{Effect, Subject};
use crate::objects;
use crate::refunds::Refund;
use crate::refusal::Refusal;
use crate::reply::{Delivery, Reply};

/// What an endpoint has done.
pub(crate) struct Done {
    body: Value,
    effect: Effect,
    delivery: Delivery,
    /// `None` if it is about no intent in particular.
    subject: Option<Subject>,
}

impl Done {
    /// An answer that is about no intent in particular.
    pub(crate) fn list(body: Value) -> Self {
        Self { body, effect: Effect::None, delivery: Delivery::AtOnce, subject: None }
    }

    /// An answer that is the intent, after this effect on it.
    pub(crate) fn intent(intent: &Intent, effect: Effect) -> Self {
        Self { effect, subject: Some(Subject::of(intent)), ..Self::list(objects::intent(intent)) }
    }

    /// An answer that is the refund, of this intent.
    pub(crate) fn refund(refund: &Refund, intent: Option<&Intent>, effect: Effect) -> Self {
        let subject = Subject { amount: Some(refund.amount), ..intent.map(Subject::of).unwrap_or_default() };
        Self { effect, subject: Some(subject), ..Self::list(objects::refund(refund)) }
    }

    /// The same, for an amount other than the intent's.
    pub(crate) fn with_amount(mut self, amount: u64) -> Self {
        if let Some(subject) = &mut self.subject {
            subject.amount = Some(amount);
        }
        self
    }

    /// The same, let out at another time.
    pub(crate) fn delivered(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }
}

/// An answer with what the log needs to know about it.
pub(crate) struct Verdict {
    pub(crate) reply: Reply,
    pub(crate) effect: Effect,
    pub(crate) subject: Subject,
}

impl Verdict {
    /// The endpoint did something. `asked` is what the request said it is about.
    pub(crate) fn done(done: Done, asked: Subject) -> Self {
        let reply = Reply { delivery: done.delivery, ..Reply::plain(200, done.body) };
        Self { reply, effect: done.effect, subject: done.subject.unwrap_or(asked) }
    }

    /// The request was refused, by whomever. A declined intent has come to be all the same.
    pub(crate) fn refused(refusal: &Refusal, asked: Subject) -> Self {
        let payment_intent = refusal.intent_id().map(str::to_owned).or(asked.payment_intent);
        let subject = Subject { payment_intent, ..asked };
        Self { reply: Reply::refused(refusal), effect: Effect::None, subject }
    }

    /// A kept answer is given again, at once, and nothing is executed.
    pub(crate) fn replayed(kept: &Kept) -> Self {
        let reply = Reply {
            idempotent_replayed: true,
            original_request: Some(kept.request_id.clone()),
            should_retry: kept.should_retry,
            ..Reply::plain(kept.status, kept.body.clone())
        };
        Self { reply, effect: Effect::None, subject: kept.subject.clone() }
    }

    /// What to keep of this under the request's idempotency key.
    pub(crate) fn to_keep(&self, path: &str, form: &Form, request_id: &str) -> Kept {
        Kept {
            path: path.to_owned(),
            form: form.clone(),
            status: self.reply.status,
            body: self.reply.body.clone(),
            should_retry: self.reply.should_retry,
            request_id: request_id.to_owned(),
            subject: self.subject.clone(),
        }
    }
}
