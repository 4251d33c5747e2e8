//! Invocations.

use std::time::Instant;

use fare_values::{Execution, FareId, Rejection, WireError, WireErrorName, read_event};
use serde_json::Value;
use tracing::Instrument;

use crate::later::say;
use crate::measure::{self, Metric};

/// The target of the lines about invocations.
const TARGET: &str = "invocation";

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
    let done = work.instrument(span.clone()).await;
    measure::answered(action, begun.elapsed());
    match done {
        Ok((answer, outcome)) => {
            span.in_scope(|| say(move || tracing::info!(target: TARGET, outcome, "done")));
            Ok(answer)
        }
        Err(error) => Err(span.in_scope(|| failed(error))),
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
    let refused = error.name.is_refusal();
    if refused {
        Metric::Refusals.count();
    }
    let (outcome, reason) = (error.name.as_str(), error.to_string());
    say(move || {
        if refused {
            tracing::info!(target: TARGET, outcome, reason, "refused");
        } else {
            tracing::warn!(target: TARGET, outcome, reason, "failed");
        }
    });
    error
}
