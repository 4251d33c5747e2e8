//! Runs a handler under the Lambda runtime.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use decision_log::{interrupted, say_later, say_what_waits, turned_away};
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
            Ok(event) => tokio::time::timeout(limit, saying_while_it_waits(Box::pin(handle(event, millis(answer_by)))))
                .await
                .unwrap_or_else(|_| Err(interrupted(&invocation.payload.read().unwrap_or_default(), out_of_time))),
        };
        answer.map_err(diagnostic)
    });
    // Lambda freezes a function when it asks for its next event, and not when it has answered: nobody waits for this.
    say_later();
    let publish = MapResultLayer::new(|answered| {
        say_what_waits();
        publish_metrics();
        answered
    });
    Runtime::new(answer).layer(TracingLayer::new()).layer(publish).run().await
}

/// Writes what the work has to say whenever it waits for somebody else, so that a decision is in the log before what follows
/// from it is answered.
async fn saying_while_it_waits<F: Future>(mut work: Pin<Box<F>>) -> F::Output {
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            say_what_waits();
        }
        polled
    })
    .await
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use decision_log::{Decision, decided};
    use fare_values::{Currency, Money};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use super::*;

    /// Counts the lines that are written.
    #[derive(Clone, Default)]
    struct Lines(Arc<AtomicUsize>);

    impl<S: Subscriber> Layer<S> for Lines {
        fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn what_was_decided_is_in_the_log_while_the_work_waits_for_somebody_else() {
        let written = Lines::default();
        let lines = || written.0.load(Ordering::Relaxed);
        let _logging = tracing::subscriber::set_default(tracing_subscriber::registry().with(written.clone()));
        say_later();
        let say = || decided(Decision::Authorised, Money::new(2_000, Currency::Usd).expect("an amount"), Some("pi_1"));
        let (answer, asked) = tokio::sync::oneshot::channel::<()>();
        let work = async {
            say();
            assert_eq!(lines(), 0, "nobody waits for anybody yet");
            asked.await.expect("an answer");
            say();
        };
        let somebody_else = async {
            assert_eq!(lines(), 1);
            answer.send(()).expect("somebody who asked");
        };
        tokio::join!(saying_while_it_waits(Box::pin(work)), somebody_else);
        assert_eq!(lines(), 1, "nobody has answered yet");
        say_what_waits();
        assert_eq!(lines(), 2);
    }

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
