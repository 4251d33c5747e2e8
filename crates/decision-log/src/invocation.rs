//! Invocations.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use fare_values::{Execution, FareId, Rejection, WireError, WireErrorName, read_event};
use serde_json::Value;
use tracing::{Instrument, Span};

use crate::measure::{self, Metric};

/// The target of the lines about invocations.
const TARGET: &str = "invocation";

/// Invocations that ended well and of which that is still to be said.
static UNSAID: OnceLock<Mutex<Vec<Done>>> = OnceLock::new();

/// An invocation that ended well.
struct Done {
    span: Span,
    action: &'static str,
    outcome: &'static str,
    took: Duration,
}

/// From now on the line about an invocation that ended well, and how long it took, are kept until [`say_what_is_done`], so
/// that whoever waits for the answer need not wait for them. Decisions, refusals and trouble are told at once as before.
pub fn say_done_later() {
    UNSAID.get_or_init(Mutex::default);
}

/// Says what was kept. To be called when the answer is sent.
pub fn say_what_is_done() {
    if let Some(unsaid) = UNSAID.get() {
        let unsaid = std::mem::take(&mut *unsaid.lock().unwrap_or_else(PoisonError::into_inner));
        unsaid.iter().for_each(Done::say);
    }
}

/// Carries out one action on a fare; logs in one line what came of it, and measures how long it took. Whatever is logged
/// meanwhile carries the action, the fare and the execution that asked for it.
///
/// The work gives its answer and, in a word, where the fare now stands.
///
/// # Errors
/// Those of the work.
pub async fn logged(
    action: &'static str,
    fare_id: &FareId,
    execution: Option<&Execution>,
    work: impl Future<Output = Result<(Value, &'static str), WireError>>,
) -> Result<Value, WireError> {
    // Of the highest level, so that every line that is written names its fare.
    let span = tracing::error_span!("action", action, fareId = %fare_id, execution = execution.map(Execution::as_str));
    let begun = Instant::now();
    let ended = work.instrument(span.clone()).await;
    let took = begun.elapsed();
    match ended {
        Ok((answer, outcome)) => {
            let done = Done { span, action, outcome, took };
            match UNSAID.get() {
                Some(unsaid) => unsaid.lock().unwrap_or_else(PoisonError::into_inner).push(done),
                None => done.say(),
            }
            Ok(answer)
        }
        Err(error) => {
            measure::answered(action, took);
            Err(span.in_scope(|| failed(error)))
        }
    }
}

impl Done {
    fn say(&self) {
        measure::answered(self.action, self.took);
        self.span.in_scope(|| tracing::info!(target: TARGET, outcome = self.outcome, "done"));
    }
}

/// Logs an event that was turned away before it was known which fare it is about; gives the error to answer with. Of the
/// event only the execution is repeated.
pub fn turned_away(event: &Value, rejection: Rejection) -> WireError {
    let error = rejection.into();
    let execution = event.get("execution").and_then(Value::as_str).and_then(Execution::new);
    let _entered = tracing::error_span!("event", execution = execution.as_ref().map(Execution::as_str)).entered();
    failed(error)
}

/// Logs that an invocation's time ran out before there was an answer, with what its event was about; gives the error to answer
/// with.
#[must_use]
pub fn interrupted(event: &Value, out_of_time: WireErrorName) -> WireError {
    let read = read_event::<String>(event).ok();
    let _entered = tracing::error_span!(
        "action",
        action = read.as_ref().map(|event| event.action.as_str()),
        fareId = read.as_ref().map(|event| event.request.fare_id().as_str()),
        execution = read.as_ref().and_then(|event| event.execution.as_ref()).map(Execution::as_str),
    )
    .entered();
    failed(WireError::new(out_of_time, "no answer came in time: what was under way may have happened"))
}

/// Logs the error that an invocation ends with, a refusal or trouble; gives it back to answer with.
#[must_use]
pub fn failed(error: WireError) -> WireError {
    let outcome = error.name.as_str();
    if error.name.is_refusal() {
        Metric::Refusals.count();
        tracing::info!(target: TARGET, outcome, reason = %error, "refused");
    } else {
        tracing::warn!(target: TARGET, outcome, reason = %error, "failed");
    }
    error
}
