//! The gateway's state, and its public face.

use std::hash::{Hash, Hasher};

use crate::asked::Asked;
use crate::books::{Books, Settings, letters};
use crate::idempotency::Keys;
use crate::log::LogEntry;
use crate::misbehaviour::{Misbehaviour, Mischief};
use crate::outcome::Verdict;
use crate::reply::Reply;
use crate::request::Request;
use crate::route::Route;
use crate::under_way::UnderWay;
use crate::views::Holdings;
use crate::{access, admin, version};

/// The gateway: all of its state and nothing else, so that a clone is a branch of its history.
///
/// There is one merchant account; every test key opens it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gateway {
    pub(crate) books: Books,
    pub(crate) keys: Keys,
    pub(crate) mischief: Mischief,
    pub(crate) under_way: UnderWay,
    ahead_ms: u64,
    log: Vec<LogEntry>,
    requests: u64,
}

impl Gateway {
    /// A gateway that nobody has used yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            books: Books::new(settings),
            keys: Keys::default(),
            mischief: Mischief::default(),
            under_way: UnderWay::default(),
            ahead_ms: 0,
            log: Vec::new(),
            requests: 0,
        }
    }

    /// Handles one request at `now_ms` (milliseconds since the epoch; a time before the last one counts as the last one).
    ///
    /// The request takes effect as a whole before this returns. [`Reply::delivery`] says how the answer reaches the
    /// client, which is for the caller to arrange.
    pub fn handle(&mut self, request: &Request, now_ms: u64) -> Reply {
        access::turn_away(request, None, now_ms).unwrap_or_else(|| self.handle_admitted(request, now_ms))
    }

    /// The same for a request whose key somebody has checked.
    pub fn handle_admitted(&mut self, request: &Request, now_ms: u64) -> Reply {
        self.advance_to(now_ms);
        if request.is_for_the_simulator() {
            return admin::answer(self, request);
        }
        let request_id = self.next_request_id();
        let reply = self.answer(request, &request_id);
        let version = request.stripe_version.as_deref().filter(|version| version::check(version).is_ok());
        Reply {
            original_request: reply
                .original_request
                .or_else(|| reply.idempotency_key.as_ref().map(|_| request_id.clone())),
            request_id: Some(request_id),
            stripe_version: Some(version.unwrap_or(version::DEFAULT).to_owned()),
            ..reply
        }
    }

    /// Plans a fault for requests to come, after those already planned.
    pub fn misbehave(&mut self, misbehaviour: Misbehaviour) {
        self.mischief.plan(misbehaviour);
    }

    /// Forgets every planned fault. Payment methods that bring one along still do.
    pub fn behave(&mut self) {
        self.mischief.forget();
    }

    /// The planned faults that are still to strike, first planned first.
    pub fn misbehaviours(&self) -> &[Misbehaviour] {
        self.mischief.planned()
    }

    /// Hashes what the outcome of later requests depends on: all but the log, and the numbers that request ids are made of.
    pub fn hash_state<H: Hasher>(&self, state: &mut H) {
        (&self.books, &self.keys, &self.mischief, &self.under_way, self.ahead_ms).hash(state);
    }

    /// Lets time pass without a request: holds expire, refunds settle, old keys are forgotten.
    pub fn advance_to(&mut self, now_ms: u64) {
        self.pass(now_ms.saturating_add(self.ahead_ms));
    }

    /// Puts the gateway's clock this much further ahead of the times that it is told, for good.
    pub fn advance_by(&mut self, milliseconds: u64) {
        self.ahead_ms = self.ahead_ms.saturating_add(milliseconds);
        self.pass(self.books.now_ms.saturating_add(milliseconds));
    }

    /// The gateway's time: the last that it was told, and what it was put ahead.
    pub fn now_ms(&self) -> u64 {
        self.books.now_ms
    }

    /// How far the gateway's clock was put ahead, in milliseconds.
    pub fn ahead_ms(&self) -> u64 {
        self.ahead_ms
    }

    /// Every authorised API request so far, oldest first.
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }

    /// What stands on the intents with this `fare_reference`, as of the last time told.
    pub fn holdings(&self, fare_reference: &str) -> Holdings {
        let none =
            Holdings { fare_reference: fare_reference.to_owned(), intents: 0, held: 0, captured: 0, refunded: 0 };
        let mine = self.books.newest_first().filter(|intent| intent.fare_reference() == Some(fare_reference));
        mine.fold(none, |sum, intent| Holdings {
            intents: sum.intents + 1,
            held: sum.held.saturating_add(intent.amount_capturable()),
            captured: sum.captured.saturating_add(intent.amount_received),
            refunded: sum.refunded.saturating_add(intent.amount_refunded),
            ..sum
        })
    }

    /// Answers an authorised request, and logs it.
    fn answer(&mut self, request: &Request, request_id: &str) -> Reply {
        let (verdict, key) = match Asked::of(request, request_id, &self.books) {
            Ok(asked) => (self.judge(&asked), asked.key),
            Err(refusal) => (Verdict::unread(&refusal, request_id), None),
        };
        self.log.push(LogEntry {
            sequence: u64::try_from(self.log.len()).unwrap_or(u64::MAX).saturating_add(1),
            at: self.books.now_ms,
            request_id: request_id.to_owned(),
            operation: Route::of(request).operation,
            subject: verdict.subject,
            idempotency_key: key.map(str::to_owned),
            replayed: verdict.replayed,
            status: verdict.reply.status,
            effect: verdict.effect,
            fault: verdict.fault,
        });
        Reply { idempotency_key: key.map(str::to_owned), ..verdict.reply }
    }

    /// Lets the gateway's own time pass.
    fn pass(&mut self, until_ms: u64) {
        self.books.advance_to(until_ms);
        self.keys.advance_to(self.books.now_ms);
        self.under_way.advance_to(self.books.now_ms);
    }

    fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("req_{}{}", self.books.settings.id_salt, letters(self.requests, 10))
    }
}
