//! The path in an execution's history.

use aws_sdk_sfn::types::HistoryEvent;

use super::model::Graph;
use super::path::{Path, Step};
use crate::error::Result;
use crate::execution::{self, Ended, ExecutionArn};
use crate::stack::Stack;

/// The machine that an execution runs by, and the path it took so far.
///
/// # Errors
/// [`crate::Error::NoFare`] when there is no such execution; others when Step Functions cannot be asked.
pub async fn taken(stack: &Stack, execution: &ExecutionArn) -> Result<(Graph, Path)> {
    let graph = Graph::of(&execution::definition_of(stack, execution).await?)?;
    let events = execution::history(stack, execution).await?;
    let ended = execution::ended(stack, execution).await?;
    let title = format!("{}: {}", execution.name(), how(ended.as_ref()));
    Ok((graph, Path { title, steps: steps(&events) }))
}

fn how(ended: Option<&Ended>) -> String {
    let Some(ended) = ended else { return "still running".to_owned() };
    let word = ended.status.as_str().to_lowercase().replace('_', " ");
    ended.error.as_ref().map_or_else(|| word.clone(), |error| format!("{word} ({error})"))
}

fn steps(events: &[HistoryEvent]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for event in events {
        if let Some(entered) = event.state_entered_event_details() {
            steps.push(Step { state: entered.name().to_owned(), attempts: 0, error: None });
        } else if let Some(step) = steps.last_mut() {
            if execution::is_attempt(event) {
                step.attempts = step.attempts.saturating_add(1);
                step.error = None;
            } else if let Some(error) = failure(event) {
                step.error = Some(error.to_owned());
            }
        }
    }
    steps
}

/// The error of an attempt that failed.
fn failure(event: &HistoryEvent) -> Option<&str> {
    let failed = event.task_failed_event_details().and_then(|details| details.error());
    let late = || event.task_timed_out_event_details().and_then(|details| details.error());
    let unsent = || event.task_submit_failed_event_details().and_then(|details| details.error());
    let function = || event.lambda_function_failed_event_details().and_then(|details| details.error());
    let late_function = || event.lambda_function_timed_out_event_details().and_then(|details| details.error());
    failed.or_else(late).or_else(unsent).or_else(function).or_else(late_function)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types::builders::HistoryEventBuilder;
    use aws_sdk_sfn::types::{ExecutionStatus, HistoryEventType, StateEnteredEventDetails, TaskFailedEventDetails};

    use super::*;

    fn event(kind: HistoryEventType) -> HistoryEventBuilder {
        HistoryEvent::builder().timestamp(DateTime::from_secs(0)).id(1).r#type(kind)
    }

    fn entered(state: &str) -> HistoryEvent {
        let details = StateEnteredEventDetails::builder().name(state).build().unwrap();
        event(HistoryEventType::TaskStateEntered).state_entered_event_details(details).build().unwrap()
    }

    fn failed(error: &str) -> HistoryEvent {
        let details = TaskFailedEventDetails::builder().resource_type("lambda").resource("invoke").error(error);
        event(HistoryEventType::TaskFailed).task_failed_event_details(details.build().unwrap()).build().unwrap()
    }

    #[test]
    fn the_error_that_is_left_is_that_of_the_last_attempt() {
        let sent = || event(HistoryEventType::TaskScheduled).build().unwrap();
        let events = [
            entered("ChargeFare"),
            sent(),
            failed("Sandbox.Timedout"),
            sent(),
            entered("CreditCustomerAccount"),
            sent(),
            failed("LedgerUnavailable"),
            sent(),
            failed("AccountCreditException"),
            entered("SetFareStatusFailed"),
        ];
        let steps: Vec<_> = steps(&events).into_iter().map(|step| (step.attempts, step.error)).collect();
        assert_eq!(steps, [(2, None), (2, Some("AccountCreditException".to_owned())), (0, None)]);
    }

    #[test]
    fn an_ending_is_told_with_its_error() {
        let error = Some("FareProcessingFailed".to_owned());
        let ended = Ended { status: ExecutionStatus::Failed, error };
        assert_eq!(how(Some(&ended)), "failed (FareProcessingFailed)");
        assert_eq!(how(None), "still running");
    }
}
