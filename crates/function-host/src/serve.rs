//! Runs a handler under the Lambda runtime.

use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use decision_log::{interrupted, say_done_later, say_what_is_done, turned_away};
use fare_values::{Millis, WireError, WireErrorName};
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde_json::Value;
use tower::util::MapResultLayer;

use crate::event::RawEvent;
use crate::telemetry::publish_metrics;

/// How long before Lambda's own deadline a function gives its answer. Being killed would tell the caller less.
const TIME_TO_ANSWER: Duration = Duration::from_millis(500);

/// Serves invocations until Lambda ends the process. The handler is told the time by which it should have answered.
///
/// A handler that is still at work shortly before the invocation's deadline is dropped, and the invocation answers
/// `out_of_time`: whatever was on its way may have happened, and doing it again is safe.
///
/// # Errors
/// If the runtime API cannot be reached.
pub async fn serve<H, F>(out_of_time: WireErrorName, handle: H) -> Result<(), lambda_runtime::Error>
where
    H: Fn(Value, Millis) -> F,
    F: Future<Output = Result<Value, WireError>>,
{
    let handle = &handle;
    let answer = service_fn(|invocation: LambdaEvent<RawEvent>| async move {
        let answer_by = invocation.context.deadline() - TIME_TO_ANSWER;
        let limit = answer_by.duration_since(SystemTime::now()).unwrap_or_default();
        // Boxed, so that the compiler need not lay out a whole service inside the runtime's own future.
        let answer = match invocation.payload.read() {
            Err(rejection) => Err(turned_away(&Value::Null, rejection)),
            Ok(event) => tokio::time::timeout(limit, Box::pin(handle(event, millis(answer_by))))
                .await
                .unwrap_or_else(|_| Err(interrupted(&invocation.payload.read().unwrap_or_default(), out_of_time))),
        };
        answer.map_err(diagnostic)
    });
    // Lambda freezes a function when it asks for its next event, and not when it has answered: nobody waits for this.
    say_done_later();
    let publish = MapResultLayer::new(|answered| {
        say_what_is_done();
        publish_metrics();
        answered
    });
    Runtime::new(answer).layer(TracingLayer::new()).layer(publish).run().await
}

fn millis(time: SystemTime) -> Millis {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// The state machine matches the name verbatim.
fn diagnostic(error: WireError) -> Diagnostic {
    Diagnostic { error_type: error.name.as_str().to_owned(), error_message: error.message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_milliseconds_since_the_epoch() {
        assert_eq!(millis(UNIX_EPOCH + Duration::from_millis(1_767_225_600_017)), Millis(1_767_225_600_017));
        assert_eq!(millis(UNIX_EPOCH - Duration::from_secs(1)), Millis(0));
    }

    #[test]
    fn an_error_crosses_the_wire_under_its_name() {
        let error = WireError::new(WireErrorName::FareConflict, "stands with another payload");
        let expected = Diagnostic {
            error_type: "FareConflict".to_owned(),
            error_message: "stands with another payload".to_owned(),
        };
        assert_eq!(diagnostic(error), expected);
    }
}
