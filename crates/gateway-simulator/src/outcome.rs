//! What comes out of an endpoint, and what the log and the idempotency layer make of it.

use serde_json::Value;

use crate::asked::Asked;
use crate::faults::Fault;
use crate::idempotency::Kept;
use crate::intents::Intent;
use crate::log::{Effect, Subject};
use crate::objects;
use crate::refunds::Refund;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// What an endpoint has done.
pub(crate) struct Done {
    body: Value,
    effect: Effect,
    /// `None` if it is about no intent in particular.
    subject: Option<Subject>,
}

impl Done {
    /// An answer that is about no intent in particular.
    pub(crate) fn list(body: Value) -> Self {
        Self { body, effect: Effect::None, subject: None }
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
}

/// An answer with what the log needs to know about it.
pub(crate) struct Verdict {
    pub(crate) reply: Reply,
    pub(crate) effect: Effect,
    pub(crate) subject: Subject,
    /// Whether the request got a kept answer, whatever became of that.
    pub(crate) replayed: bool,
    pub(crate) fault: Option<Fault>,
}

impl Verdict {
    /// The endpoint did something.
    pub(crate) fn done(done: Done, asked: &Asked<'_>) -> Self {
        let subject = done.subject.unwrap_or_else(|| asked.subject.clone());
        Self { effect: done.effect, ..Self::plain(Reply::plain(200, done.body), subject) }
    }

    /// The request was refused, by whomever. A declined intent has come to be all the same.
    pub(crate) fn refused(refusal: &Refusal, asked: &Asked<'_>) -> Self {
        let payment_intent = refusal.intent_id().map(str::to_owned).or_else(|| asked.subject.payment_intent.clone());
        let subject = Subject { payment_intent, ..asked.subject.clone() };
        Self::plain(Reply::refused(refusal, Some(asked.request_id)), subject)
    }

    /// The request could not even be read.
    pub(crate) fn unread(refusal: &Refusal, request_id: &str) -> Self {
        Self::plain(Reply::refused(refusal, Some(request_id)), Subject::default())
    }

    /// A kept answer is given again, at once, and nothing is executed.
    pub(crate) fn replayed(kept: &Kept) -> Self {
        let reply = Reply {
            idempotent_replayed: true,
            original_request: Some(kept.request_id.clone()),
            should_retry: kept.should_retry,
            ..Reply::plain(kept.status, kept.body.clone())
        };
        Self { replayed: true, ..Self::plain(reply, kept.subject.clone()) }
    }

    /// The same outcome, about which the answer says something else.
    pub(crate) fn answered_with(self, refusal: &Refusal, asked: &Asked<'_>) -> Self {
        Self { reply: Reply::refused(refusal, Some(asked.request_id)), ..self }
    }

    /// What to keep of this under the request's idempotency key.
    pub(crate) fn to_keep(&self, asked: &Asked<'_>) -> Kept {
        Kept {
            path: asked.path.to_owned(),
            form: asked.form.clone(),
            status: self.reply.status,
            body: self.reply.body.clone(),
            should_retry: self.reply.should_retry,
            request_id: asked.request_id.to_owned(),
            subject: self.subject.clone(),
        }
    }

    fn plain(reply: Reply, subject: Subject) -> Self {
        Self { reply, effect: Effect::None, subject, replayed: false, fault: None }
    }
}
