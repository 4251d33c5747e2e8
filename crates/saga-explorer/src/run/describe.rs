//! What happens in a run, in words.

use payment::gateway::{GatewayResponse, Method, TransportError};

use super::Run;
use super::actor::{Act, Actor, Machine, Message, Role};
use super::moves::Move;
use crate::asl::{Need, Stop};
use crate::journal::Line;
use crate::world::{Call, StoreCall, Told};

impl Run<'_> {
    /// The journal's line for a move that is about to be made.
    pub(crate) fn describe(&self, choice: Option<usize>, chosen: Move) -> Line {
        let line = Line { choice, at: self.world.age(), ..Line::default() };
        let (id, fault) = match chosen {
            Move::Act(id) => (
                id,
                self.actors
                    .get(id)
                    .and_then(|actor| self.forced(actor, actor.act().site()?))
                    .map(|fault| fault.to_string()),
            ),
            Move::Strike(id, _, strike) => (id, Some(strike.to_string())),
            Move::Stop(id, how) => return self.about(id, line, stop_in_words(how)),
            Move::StopAtStart(id, how) => {
                let what = format!("its function starts; {}", stop_in_words(how));
                return self.about(id, line, &what);
            }
            Move::Redrive(id) => return self.about(id, line, "is redriven"),
            Move::Mend => {
                return Line {
                    who: "operator".to_owned(),
                    what: "mends what is broken, starts recovery again".to_owned(),
                    ..line
                };
            }
            Move::Settle => return Line { who: "nobody".to_owned(), what: "a minute passes".to_owned(), ..line },
            Move::Reconcile => {
                return Line {
                    who: "reconciliation".to_owned(),
                    what: "has the payment undone again".to_owned(),
                    ..line
                };
            }
        };
        let at = self.actors.get(id).map_or(line.at, |actor| line.at.max(line.at + actor.ready_at - self.world.now()));
        let what = self.actors.get(id).map(what).unwrap_or_default();
        Line { at, fault: fault.unwrap_or_default(), ..self.about(id, line, &what) }
    }

    fn about(&self, id: usize, line: Line, what: &str) -> Line {
        let Some(actor) = self.actors.get(id) else { return line };
        let state = actor.worker().and_then(super::Worker::state).map(|state| state.to_string()).unwrap_or_default();
        Line { who: actor.name.clone(), state, what: what.to_owned(), ..line }
    }
}

fn stop_in_words(how: Stop) -> &'static str {
    match how {
        Stop::Aborted => "is aborted from outside",
        Stop::TimedOut => "is ended by its machine's time limit",
    }
}

/// What an actor does next.
fn what(actor: &Actor) -> String {
    match actor.act() {
        Act::Learn if actor.news.is_some() => "hears what came of it".to_owned(),
        Act::Learn => "has waited, tries again".to_owned(),
        Act::Invoke(first) => match actor.worker().map(|worker| worker.execution.need()) {
            Some(Need::Task(task)) => {
                let first = first.map(|first| format!("; {first}")).unwrap_or_default();
                format!("function starts, attempt {}{first}", task.attempt)
            }
            Some(Need::Backoff(_) | Need::Ended(_)) | None => String::new(),
        },
        Act::Call(call) => call_in_words(call),
        Act::Publish => "publishes the notice".to_owned(),
        Act::Send => "sends a message to the attention queue".to_owned(),
        Act::Describe => "asks what became of the execution".to_owned(),
        Act::Arrive => match &actor.role {
            Role::Late(Message::Write(call)) => format!("arrives: {}", write_in_words(call)),
            Role::Late(Message::Request { request, .. }) => format!("arrives: {}", request_in_words(request)),
            Role::Execution(_) | Role::Abandoned(_) | Role::Start(..) | Role::Gone => String::new(),
        },
        Act::Start(Machine::FareCollection) => "fare-collection is started".to_owned(),
        Act::Start(Machine::RecoverFare) => "the event starts recover-fare".to_owned(),
        Act::Rest => String::new(),
    }
}

fn call_in_words(call: &Call) -> String {
    match call {
        Call::Store(call) => write_in_words(call),
        Call::Gateway(_, request, _) => request_in_words(request),
        Call::Pause(range) => format!("pauses for {} ms", range.at_most.as_millis()),
    }
}

fn write_in_words(call: &StoreCall) -> String {
    let detail = match call {
        StoreCall::InsertPayment(record) => format!(" {}", record.status),
        StoreCall::MovePayment(transition) => match transition.next_generation {
            Some(generation) => format!(" to {}, generation {generation}", transition.to),
            None => format!(" to {}", transition.to),
        },
        StoreCall::InsertFare(_)
        | StoreCall::CompleteFare(_)
        | StoreCall::FailFare(_)
        | StoreCall::PostCredit(_)
        | StoreCall::PostReversal(_)
        | StoreCall::LayTombstone(_)
        | StoreCall::CloseAccount(_) => String::new(),
    };
    format!("{}{detail}", call.operation())
}

fn request_in_words(request: &payment::gateway::GatewayRequest) -> String {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let key = request.idempotency_key.as_ref().map(|key| format!(" under {key}")).unwrap_or_default();
    format!("{method} {}{key}", request.path)
}

/// What a handler was told.
pub(super) fn told_in_words(told: &Told) -> String {
    match told {
        Told::Fare(answer) => written(answer, |record| record.status.to_string()),
        Told::Payment(answer) => written(answer, |record| record.status.to_string()),
        Told::Entry(answer) => written(answer, |entry| entry.state.to_string()),
        Told::Credit(answer) => match answer {
            customer_accounting::store::CreditAnswer::Posted => "posted".to_owned(),
            customer_accounting::store::CreditAnswer::EntryExists(entry) => {
                format!("there is an entry, {}", entry.state)
            }
            customer_accounting::store::CreditAnswer::AccountClosed => "the account is closed".to_owned(),
        },
        Told::Closed => "closed".to_owned(),
        Told::NoStore(reason) => reason.to_string(),
        Told::Gateway(Ok(GatewayResponse { status, replayed, .. })) => {
            format!("{status}{}", if *replayed { ", replayed" } else { "" })
        }
        Told::Gateway(Err(TransportError::NotSent { reason } | TransportError::NoAnswer { reason })) => reason.clone(),
        Told::Paused => String::new(),
    }
}

fn written<T>(answer: &fare_values::Conditional<T>, status: impl Fn(&T) -> String) -> String {
    match answer {
        fare_values::Conditional::Written(record) => format!("written: {}", status(record)),
        fare_values::Conditional::Refused(Some(record)) => format!("refused: {} stands", status(record)),
        fare_values::Conditional::Refused(None) => "refused: there is none".to_owned(),
    }
}
