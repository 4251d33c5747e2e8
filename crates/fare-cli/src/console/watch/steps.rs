//! The states that an execution went through, with what went in and came out, folded from its history.

use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use serde_json::{Value, json};

use crate::console::shown::shown_text;
use crate::execution::{Trail, What};
use crate::report::visible;

/// How one execution has gone so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    pub(super) trail: Trail,
    steps: Vec<Step>,
    /// Whether the execution ended with an error.
    failed: bool,
}

/// One state that was entered: what the trail does not keep.
#[derive(Clone, Debug, Default)]
struct Step {
    input: Value,
    output: Option<Value>,
    asked: Value,
    attempts: Vec<Attempt>,
}

/// One attempt at its task.
#[derive(Clone, Debug)]
struct Attempt {
    at: i64,
    ended_at: Option<i64>,
    error: Option<String>,
    cause: Option<Value>,
}

/// What an undo takes back.
const UNDONE_BY: [(&str, &str); 2] = [("CreditCustomerAccount", "DebitCustomerAccount"), ("ChargeFare", "RefundFare")];

impl Steps {
    /// Takes in the next events.
    pub(super) fn take(&mut self, events: &[HistoryEvent]) {
        for event in events {
            let at = event.timestamp().to_millis().unwrap_or_default();
            let happened = self.trail.take(event);
            if self.steps.len() < self.trail.visited.len() {
                let entered = event.state_entered_event_details().and_then(|details| details.input());
                self.steps.push(Step { input: entered.map(shown_text).unwrap_or_default(), ..Step::default() });
            }
            let Some(step) = self.steps.last_mut() else { continue };
            match happened.map(|happened| happened.what) {
                Some(What::Attempt(_)) => {
                    step.attempts.push(Attempt { at, ended_at: None, error: None, cause: None });
                    if let Some(task) = event.task_scheduled_event_details() {
                        step.asked = shown_text(task.parameters());
                    }
                }
                Some(What::Failed(error)) => step.attempt_ended(at, Some(error), cause(event)),
                Some(What::Left { .. }) => {
                    let output = event.state_exited_event_details().and_then(|details| details.output());
                    step.output = output.map(shown_text);
                }
                Some(What::Ended(error)) => {
                    self.failed = error.is_some();
                    // What an execution that is stopped was at work on ends with it.
                    if step.is_at_work() {
                        step.attempt_ended(at, error, None);
                    }
                }
                Some(What::Redriven) => self.failed = false,
                Some(What::Began | What::Entered) => {}
                None if is_success(event) => step.attempt_ended(at, None, None),
                None => {}
            }
        }
    }

    /// The states for a page, each with how it stands in a word.
    pub(super) fn to_json(&self, stopped: bool) -> Vec<Value> {
        let visits = self.trail.visited.iter().zip(&self.steps).enumerate();
        visits
            .map(|(number, (visit, step))| {
                json!({
                    "state": visit.state,
                    "stands": self.stands(number, stopped),
                    "enteredAt": visit.entered_at,
                    "leftAt": visit.left_at,
                    "tries": visit.attempts,
                    "caught": visit.caught().map(visible),
                    "error": visit.failed.as_deref().map(visible),
                    "input": step.input,
                    "asked": step.asked,
                    "output": step.output,
                    "attempts": step.attempts.iter().map(Attempt::to_json).collect::<Vec<_>>(),
                })
            })
            .collect()
    }

    /// What a state gave on, where it has been left.
    pub(super) fn output(&self, number: usize) -> Option<&Value> {
        self.steps.get(number)?.output.as_ref()
    }

    /// `running`, `retrying`, `done`, `caught`, `failed`, `stopped` or `undone`.
    fn stands(&self, number: usize, stopped: bool) -> &'static str {
        let Some(visit) = self.trail.visited.get(number) else { return "done" };
        if visit.left_at.is_none() {
            return match (self.trail.ended || stopped, &visit.failed) {
                (true, _) if stopped => "stopped",
                // A state that ends its execution is never left.
                (true, Some(_)) => "failed",
                (true, None) if self.failed => "failed",
                (true, None) => "done",
                (false, Some(_)) => "retrying",
                (false, None) if visit.attempts > 1 => "retrying",
                (false, None) => "running",
            };
        }
        if visit.caught().is_some() {
            return "caught";
        }
        let undo = UNDONE_BY.iter().find(|(done, _)| *done == visit.state).map(|(_, undo)| *undo);
        let after = self.trail.visited.iter().skip(number);
        if undo.is_some_and(|undo| after.clone().any(|later| later.state == undo && is_done(later))) {
            return "undone";
        }
        "done"
    }
}

fn is_done(visit: &crate::execution::Visited) -> bool {
    visit.left_at.is_some() && visit.failed.is_none()
}

fn is_success(event: &HistoryEvent) -> bool {
    matches!(event.r#type(), HistoryEventType::TaskSucceeded | HistoryEventType::LambdaFunctionSucceeded)
}

impl Step {
    fn is_at_work(&self) -> bool {
        self.attempts.last().is_some_and(|attempt| attempt.ended_at.is_none())
    }

    fn attempt_ended(&mut self, at: i64, error: Option<String>, cause: Option<Value>) {
        if let Some(attempt) = self.attempts.last_mut() {
            (attempt.ended_at, attempt.error, attempt.cause) = (Some(at), error, cause);
        }
    }
}

impl Attempt {
    fn to_json(&self) -> Value {
        let error = self.error.as_deref().map(visible);
        json!({ "at": self.at, "endedAt": self.ended_at, "error": error, "cause": self.cause })
    }
}

fn cause(event: &HistoryEvent) -> Option<Value> {
    let task = event.task_failed_event_details().and_then(|details| details.cause());
    let timed_out = event.task_timed_out_event_details().and_then(|details| details.cause());
    let function = event.lambda_function_failed_event_details().and_then(|details| details.cause());
    task.or(timed_out).or(function).map(shown_text)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types::builders::HistoryEventBuilder;
    use aws_sdk_sfn::types::{
        HistoryEventType as Type, StateEnteredEventDetails, StateExitedEventDetails, TaskFailedEventDetails,
    };

    use super::*;

    #[derive(Default)]
    struct History(Vec<HistoryEvent>);

    impl History {
        fn add(mut self, kind: Type, with: impl FnOnce(HistoryEventBuilder) -> HistoryEventBuilder) -> Self {
            let id = i64::try_from(self.0.len()).unwrap() + 1;
            let event = HistoryEvent::builder().id(id).timestamp(DateTime::from_millis(id * 100)).r#type(kind);
            self.0.push(with(event).build().unwrap());
            self
        }

        fn enter(self, state: &str) -> Self {
            let input = r#"{"fareId":"wr_1","paymentMethod":"pm_card_visa"}"#;
            let details = StateEnteredEventDetails::builder().name(state).input(input).build().unwrap();
            self.add(Type::TaskStateEntered, |event| event.state_entered_event_details(details))
        }

        fn attempt(self, error: Option<&str>) -> Self {
            let sent = self.add(Type::TaskScheduled, |event| event);
            let Some(error) = error else { return sent };
            let details = TaskFailedEventDetails::builder().resource("r").resource_type("t").error(error);
            let details = details.cause("{\"why\":\"4242424242424242\"}").build().unwrap();
            sent.add(Type::TaskFailed, |event| event.task_failed_event_details(details))
        }

        fn succeed(self, state: &str) -> Self {
            self.attempt(None).add(Type::TaskSucceeded, |event| event).exit(state)
        }

        fn exit(self, state: &str) -> Self {
            let details = StateExitedEventDetails::builder().name(state).output("{\"out\":1}").build().unwrap();
            self.add(Type::TaskStateExited, |event| event.state_exited_event_details(details))
        }

        fn stands(self, stopped: bool) -> Vec<(String, String)> {
            let mut steps = Steps::default();
            steps.take(&self.0);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            steps.to_json(stopped).iter().map(|step| (text(&step["state"]), text(&step["stands"]))).collect()
        }
    }

    fn standing(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(state, stands)| ((*state).to_owned(), (*stands).to_owned())).collect()
    }

    #[test]
    fn a_state_is_running_then_retrying_then_done() {
        let began = || History::default().enter("ChargeFare");
        assert_eq!(began().attempt(None).stands(false), standing(&[("ChargeFare", "running")]));
        let again = || began().attempt(Some("PaymentOutcomeUnknown"));
        assert_eq!(again().stands(false), standing(&[("ChargeFare", "retrying")]));
        assert_eq!(again().succeed("ChargeFare").stands(false), standing(&[("ChargeFare", "done")]));
    }

    #[test]
    fn what_was_caught_is_told_and_what_was_taken_back_is_undone() {
        let charged = || History::default().enter("ChargeFare").succeed("ChargeFare").enter("CreditCustomerAccount");
        let caught = charged().attempt(Some("AccountCreditException")).exit("CreditCustomerAccount");
        let refunding = caught.enter("RefundFare").attempt(Some("PaymentServiceUnavailable"));
        let expected = [("ChargeFare", "done"), ("CreditCustomerAccount", "caught"), ("RefundFare", "retrying")];
        let events = refunding.0.clone();
        assert_eq!(refunding.stands(false), standing(&expected));
        let refunded = History(events).succeed("RefundFare");
        let expected = [("ChargeFare", "undone"), ("CreditCustomerAccount", "caught"), ("RefundFare", "done")];
        assert_eq!(refunded.stands(false), standing(&expected));
    }

    #[test]
    fn the_state_in_which_an_execution_failed_is_told_until_it_is_redriven() {
        let enter = |history: History| {
            let details = StateEnteredEventDetails::builder().name("FareProcessingFailed").build().unwrap();
            history.add(Type::FailStateEntered, |event| event.state_entered_event_details(details))
        };
        let failed = || enter(History::default()).add(Type::ExecutionFailed, |event| event);
        assert_eq!(failed().stands(false), standing(&[("FareProcessingFailed", "failed")]));
        let redriven = failed().add(Type::ExecutionRedriven, |event| event);
        assert_eq!(redriven.stands(false), standing(&[("FareProcessingFailed", "running")]));
        let succeeded = enter(History::default()).add(Type::ExecutionSucceeded, |event| event);
        assert_eq!(succeeded.stands(false), standing(&[("FareProcessingFailed", "done")]));
    }

    #[test]
    fn where_it_was_stopped_is_told() {
        let stopped = History::default().enter("ChargeFare").attempt(None).add(Type::ExecutionAborted, |event| event);
        let events = stopped.0.clone();
        assert_eq!(stopped.stands(true), standing(&[("ChargeFare", "stopped")]));
        let mut steps = Steps::default();
        steps.take(&events);
        let attempt = &json!(steps.to_json(true))[0]["attempts"][0];
        assert_eq!((&attempt["error"], &attempt["endedAt"]), (&json!("stopped"), &json!(300)));
    }

    #[test]
    fn every_attempt_is_kept_with_its_error_and_nothing_of_how_a_fare_is_paid_or_of_a_card() {
        let mut steps = Steps::default();
        steps.take(
            &History::default().enter("ChargeFare").attempt(Some("PaymentOutcomeUnknown")).succeed("ChargeFare").0,
        );
        let document = json!(steps.to_json(false));
        assert_eq!(document[0]["attempts"][0]["error"], "PaymentOutcomeUnknown");
        assert_eq!((&document[0]["attempts"][1]["error"], &document[0]["output"]["out"]), (&Value::Null, &json!(1)));
        assert_eq!(document[0]["tries"], 2);
        assert_eq!(
            (&document[0]["attempts"][0]["endedAt"], &document[0]["attempts"][1]["endedAt"]),
            (&json!(300), &json!(500))
        );
        let text = document.to_string();
        assert!(!text.contains("pm_card_visa") && !text.contains("4242") && text.contains("wr_1"), "{text}");
    }
}
