//! The course of a request through the gateway.

use crate::books::{Books, Settings, letters};
use crate::form::Form;
use crate::idempotency::{self, Keys};
use crate::log::{LogEntry, Subject};
use crate::outcome::{Done, Verdict};
use crate::refunds;
use crate::refusal::{Refusal, Stage};
use crate::reply::Reply;
use crate::request::Request;
use crate::route::{Operation, Route};
use crate::search::Query;
use crate::views::{self, Holdings};
use crate::{authorisation, capture, card_data, currencies, queries};

/// The gateway: all of its state and nothing else, so that a clone is a branch of its history.
///
/// There is one merchant account; every test key opens it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gateway {
    books: Books,
    keys: Keys,
    log: Vec<LogEntry>,
    requests: u64,
}

impl Gateway {
    /// A gateway that nobody has used yet.
    pub fn new(settings: Settings) -> Self {
        Self { books: Books::new(settings), keys: Keys::default(), log: Vec::new(), requests: 0 }
    }

    /// Handles one request at `now_ms` (milliseconds since the epoch; a time before the last one counts as the last one).
    ///
    /// The request takes effect as a whole before this returns. [`Reply::delivery`] says when the client may see the
    /// answer, which is for the caller to arrange.
    pub fn handle(&mut self, request: &Request, now_ms: u64) -> Reply {
        self.advance_to(now_ms);
        if let Some(reply) = views::show(self, request) {
            return reply;
        }
        let request_id = self.next_request_id();
        let reply = match authenticate(request.authorization.as_deref()) {
            Ok(()) => self.answer(request, &request_id),
            Err(refusal) => Reply::refused(&refusal),
        };
        Reply { request_id: Some(request_id), ..reply }
    }

    /// Lets time pass without a request: holds expire, refunds settle, old keys are forgotten.
    pub fn advance_to(&mut self, now_ms: u64) {
        self.books.advance_to(now_ms);
        self.keys.advance_to(self.books.now_ms);
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
        let route = Route::of(request);
        let (verdict, key) = match read(request) {
            Ok((form, key)) => (self.judge(route, &request.path, &form, key, request_id), key),
            Err(refusal) => (Verdict::refused(&refusal, Subject::default()), None),
        };
        self.log.push(LogEntry {
            sequence: u64::try_from(self.log.len()).unwrap_or(u64::MAX).saturating_add(1),
            at: self.books.now_ms,
            request_id: request_id.to_owned(),
            operation: route.operation,
            subject: verdict.subject,
            idempotency_key: key.map(str::to_owned),
            replayed: verdict.reply.idempotent_replayed,
            status: verdict.reply.status,
            effect: verdict.effect,
        });
        verdict.reply
    }

    /// In front of the API, then the idempotency layer, then the endpoint: the order decides what is kept.
    fn judge(&mut self, route: Route<'_>, path: &str, form: &Form, key: Option<&str>, request_id: &str) -> Verdict {
        let asked = self.subject(route, form);
        if let Some(outage) = self.outage(route, form) {
            return Verdict::refused(&outage, asked);
        }
        match key.map(|key| self.keys.find(key, path, form)).transpose() {
            Ok(None | Some(None)) => {}
            Ok(Some(Some(kept))) => return Verdict::replayed(kept),
            Err(refusal) => return Verdict::refused(&refusal, asked),
        }
        let (verdict, executed) = match self.execute(route, form) {
            Ok(done) => (Verdict::done(done, asked), true),
            Err(refusal) => (Verdict::refused(&refusal, asked), refusal.stage() == Stage::Execution),
        };
        if let (Some(key), true) = (key, executed) {
            let kept = verdict.to_keep(path, form, request_id);
            self.keys.keep(key, kept, self.books.now_ms);
        }
        verdict
    }

    fn execute(&mut self, route: Route<'_>, form: &Form) -> Result<Done, Refusal> {
        let books = &mut self.books;
        match route.operation {
            Operation::Authorise => authorisation::create(books, form),
            Operation::Confirm => authorisation::confirm(books, route.id, form),
            Operation::Capture => capture::capture(books, route.id, form),
            Operation::Void => capture::cancel(books, route.id, form),
            Operation::Retrieve => queries::retrieve(books, route.id, form),
            Operation::List => queries::list(books, form),
            Operation::Search => queries::search(books, form),
            Operation::Refund => refunds::create(books, form),
            Operation::RetrieveRefund => refunds::retrieve(books, route.id),
            Operation::ListRefunds => refunds::list(books, form),
            Operation::Unrecognised => Err(Refusal::unrecognised()),
        }
    }

    /// Whether the request never reaches the API.
    fn outage(&mut self, route: Route<'_>, form: &Form) -> Option<Refusal> {
        if route.operation == Operation::Refund { refunds::outage(&mut self.books, form) } else { None }
    }

    /// What the request says it is about.
    fn subject(&self, route: Route<'_>, form: &Form) -> Subject {
        let of_refund = |id: &str| self.books.refunds.get(id).map(|refund| refund.intent.as_str());
        let id = if route.operation == Operation::RetrieveRefund {
            of_refund(route.id)
        } else {
            form.raw("payment_intent").or(Some(route.id))
        };
        let named = id.and_then(|id| self.books.intent(id)).map(Subject::of).unwrap_or_default();
        let searched = || Some(Query::parse(form.raw("query")?).ok()?.metadata("fare_reference")?.to_owned());
        let sent = || form.metadata().ok()?.remove("fare_reference");
        let amount = form.raw("amount").or(form.raw("amount_to_capture")).and_then(|amount| amount.parse().ok());
        Subject {
            payment_intent: named.payment_intent,
            fare_reference: named.fare_reference.or_else(sent).or_else(searched),
            amount: amount.or(named.amount),
            currency: named.currency.or_else(|| currencies::known(form.raw("currency")?).ok()),
        }
    }

    fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("req_{}{}", self.books.settings.id_salt, letters(self.requests, 10))
    }
}

/// The parameters and the key of a request, neither of them with card data.
fn read(request: &Request) -> Result<(Form, Option<&str>), Refusal> {
    let key = idempotency::key_of(request)?;
    let form = Form::parse(request.parameters())?;
    card_data::refuse(&form, key)?;
    Ok((form, key))
}

/// Any secret test key will do. What was sent is never repeated.
fn authenticate(authorization: Option<&str>) -> Result<(), Refusal> {
    let Some(header) = authorization else {
        return Err(Refusal::unauthorised(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.",
        ));
    };
    let token =
        header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token);
    let suffix = token.and_then(|token| token.trim().strip_prefix("sk_test_")).unwrap_or_default();
    if !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        Ok(())
    } else {
        Err(Refusal::unauthorised(
            "Invalid API Key provided. This simulator takes secret test keys (sk_test_...) only.",
        ))
    }
}
