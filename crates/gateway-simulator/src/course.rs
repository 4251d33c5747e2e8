//! The course of an authorised request: faults in front, idempotency, the endpoint, faults after it.

use crate::asked::Asked;
use crate::faults::{Fault, Point};
use crate::gateway::Gateway;
use crate::misbehaviour::{Habit, Occasion};
use crate::outcome::{Done, Verdict};
use crate::payment_methods;
use crate::refusal::{Refusal, Stage};
use crate::route::Operation;
use crate::{authorisation, capture, queries, refunds, strikes};

impl Gateway {
    /// What becomes of a request. The order decides what is kept.
    pub(crate) fn judge(&mut self, asked: &Asked<'_>) -> Verdict {
        let settled = self.settled(asked);
        let habit = self.habit(asked);
        let executes = settled.is_none();
        let occasion =
            Occasion { operation: asked.route.operation, executes, habit: habit.map(|habit| (habit, asked.payment())) };
        let fault = self.mischief.strike(occasion);
        if let Some(answered) = fault.and_then(|fault| strikes::in_front(fault, asked)) {
            return answered;
        }
        let verdict = settled.unwrap_or_else(|| self.run(asked, fault, habit));
        match fault {
            Some(fault) => strikes::at_the_answer(fault, verdict, asked),
            None => verdict,
        }
    }

    /// The answer of a request that does not execute: its key or its intent is in use, or its key has an answer.
    fn settled(&self, asked: &Asked<'_>) -> Option<Verdict> {
        let refused = |refusal: Refusal| Some(Verdict::refused(&refusal, asked));
        if let Some(key) = asked.key {
            if let Err(refusal) = self.under_way.check_key(key) {
                return refused(refusal);
            }
            match self.keys.find(key, asked.path, &asked.form) {
                Ok(Some(kept)) => return Some(Verdict::replayed(kept)),
                Ok(None) => {}
                Err(refusal) => return refused(refusal),
            }
        }
        asked.written_intent().and_then(|intent| self.under_way.check_intent(intent).err()).and_then(refused)
    }

    /// Executes the request, and keeps its answer.
    fn run(&mut self, asked: &Asked<'_>, fault: Option<Fault>, habit: Option<Habit>) -> Verdict {
        let always = habit.filter(|habit| habit.times.is_none()).map(|habit| habit.fault);
        let issuer = fault.filter(|fault| fault.point() == Point::Issuer).or(always);
        let (mut verdict, mut executed) = match fault {
            Some(Fault::ServerErrorKept) => (Verdict::refused(&Refusal::server_error(), asked), true),
            _ => match self.execute(asked, issuer) {
                Ok(done) => (Verdict::done(done, asked), true),
                Err(refusal) => (Verdict::refused(&refusal, asked), refusal.stage() == Stage::Execution),
            },
        };
        if fault == Some(Fault::ServerErrorKeptAfter) {
            verdict = verdict.answered_with(&Refusal::server_error(), asked);
            executed = true;
        }
        if let (Some(key), true) = (asked.key, executed) {
            self.keys.keep(key, verdict.to_keep(asked), self.books.now_ms);
        }
        if let Some(Fault::Slow { milliseconds }) = fault {
            let until_ms = self.books.now_ms.saturating_add(milliseconds);
            self.under_way.begin(until_ms, asked.key, verdict.subject.payment_intent.as_deref());
        }
        verdict
    }

    fn execute(&mut self, asked: &Asked<'_>, issuer: Option<Fault>) -> Result<Done, Refusal> {
        let (books, id, form) = (&mut self.books, asked.route.id, &asked.form);
        match asked.route.operation {
            Operation::Authorise => authorisation::create(books, form, issuer),
            Operation::Confirm => authorisation::confirm(books, id, form, issuer),
            Operation::Capture => capture::capture(books, id, form, issuer),
            Operation::Void => capture::cancel(books, id, form),
            Operation::Retrieve => queries::retrieve(books, id, form),
            Operation::List => queries::list(books, form),
            Operation::Search => queries::search(books, form),
            Operation::Refund => refunds::create(books, form, issuer),
            Operation::RetrieveRefund => refunds::retrieve(books, id),
            Operation::ListRefunds => refunds::list(books, form),
            Operation::Unrecognised => Err(Refusal::unrecognised()),
        }
    }

    /// What the payment method of this request brings along for it.
    fn habit(&self, asked: &Asked<'_>) -> Option<Habit> {
        let attached = || self.books.intent(asked.subject.payment_intent.as_deref()?)?.method.as_ref()?.method.habit;
        let sent = || payment_methods::find(asked.form.raw("payment_method")?)?.habit;
        let (operation, habit) = match asked.route.operation {
            Operation::Authorise => (Operation::Authorise, sent()),
            Operation::Confirm => (Operation::Authorise, sent().or_else(attached)),
            operation @ (Operation::Capture | Operation::Void | Operation::Refund) => (operation, attached()),
            Operation::Retrieve
            | Operation::List
            | Operation::Search
            | Operation::RetrieveRefund
            | Operation::ListRefunds
            | Operation::Unrecognised => return None,
        };
        habit.filter(|habit| habit.operation == operation)
    }
}
