//! Runs a handler under the Lambda runtime.

use std::future::Future;
use std::time::{Duration, SystemTime};

use fare_values::{WireError, WireErrorName};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;

use crate::event::RawEvent;

/// How long before Lambda's own deadline a function gives its answer. Being killed would tell the caller less.
const TIME_TO_ANSWER: Duration = Duration::from_millis(500);

/// Serves invocations until Lambda ends the process.
///
/// A handler that is still at work shortly before the invocation's deadline is dropped, and the invocation answers
/// `out_of_time`: whatever was on its way may have happened, and doing it again is safe.
///
/// # Errors
/// If the runtime API cannot be reached.
pub async fn serve<H, F>(out_of_time: WireErrorName, handle: H) -> Result<(), lambda_runtime::Error>
where
    H: Fn(Value) -> F,
    F: Future<Output = Result<Value, WireError>>,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(|invocation: LambdaEvent<RawEvent>| async move {
        let limit = time_limit(invocation.context.deadline(), SystemTime::now());
        // Boxed, so that the compiler need not lay out a whole service inside the runtime's own future.
        let answer = match invocation.payload.read() {
            Err(rejection) => Err(rejection.into()),
            Ok(event) => tokio::time::timeout(limit, Box::pin(handle(event))).await.unwrap_or_else(|_| {
                Err(WireError::new(out_of_time, "no answer came in time: what was under way may have happened"))
            }),
        };
        if let Err(error) = &answer {
            tracing::warn!(error = %error.name, reason = %error, "refused or failed");
        }
        answer.map_err(diagnostic)
    }))
    .await
}

fn time_limit(deadline: SystemTime, now: SystemTime) -> Duration {
    deadline.duration_since(now).unwrap_or_default().saturating_sub(TIME_TO_ANSWER)
}

/// The state machine matches the name verbatim.
fn diagnostic(error: WireError) -> Diagnostic {
    Diagnostic { error_type: error.name.as_str().to_owned(), error_message: error.message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_gets_the_time_to_its_deadline_less_what_the_answer_takes() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        assert_eq!(time_limit(now + Duration::from_secs(10), now), Duration::from_millis(9500));
        assert_eq!(time_limit(now + Duration::from_millis(100), now), Duration::ZERO);
        assert_eq!(time_limit(now - Duration::from_secs(1), now), Duration::ZERO);
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
