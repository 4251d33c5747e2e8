//! What happened in an execution, from its history: event by event, and as the states that were gone through.

use aws_sdk_sfn::types::HistoryEvent;

/// One thing that happened. Never holds an input or an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// In which state; empty where it is about the whole execution.
    pub state: String,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The execution began.
    Began,
    /// A state was entered.
    Entered,
    /// The state's task was sent off, for the first time or again.
    Attempt(u32),
    /// An attempt failed with this error.
    Failed(String),
    /// The state was left after so many milliseconds, on the way that a Catch opens if an error was caught.
    Left {
        /// How long it took.
        after: i64,
        /// The error that was caught.
        caught: Option<String>,
    },
    /// The execution was taken up again where it had ended.
    Redriven,
    /// The execution ended, with this error if it did not succeed.
    Ended(Option<String>),
}

/// One state that was gone through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visited {
    /// The state's name.
    pub state: String,
    /// How often its task was sent off; `0` for a state that is no task.
    pub attempts: u32,
    /// When it was entered, in milliseconds since the epoch.
    pub entered_at: i64,
    /// When it was left.
    pub left_at: Option<i64>,
    /// The error of the last attempt, if that failed: where the state was left, the one that was caught.
    pub failed: Option<String>,
}

impl Visited {
    /// The error on which the state was left.
    #[must_use]
    pub fn caught(&self) -> Option<&str> {
        self.left_at.and(self.failed.as_deref())
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub fn took(&self) -> Option<i64> {
        self.left_at.map(|left| left.saturating_sub(self.entered_at))
    }
}

/// The way that an execution has gone so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// When it began, in milliseconds since the epoch.
    pub began_at: Option<i64>,
    /// The states, in the order in which they were entered.
    pub visited: Vec<Visited>,
    /// Whether it has ended.
    pub ended: bool,
    /// The number of the last event that was taken in.
    pub last_event: i64,
}

impl Trail {
    /// The visits of one state.
    pub fn of<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Visited> {
        self.visited.iter().filter(move |visit| visit.state == state)
    }

    /// Takes in the next event, and says what happened by it, if that is of any interest.
    pub fn take(&mut self, event: &HistoryEvent) -> Option<Happening> {
        self.last_event = self.last_event.max(event.id());
        let at = event.timestamp().to_millis().unwrap_or_default();
        if let Some(entered) = event.state_entered_event_details() {
            let state = entered.name().to_owned();
            let visit = Visited { state: state.clone(), attempts: 0, entered_at: at, left_at: None, failed: None };
            self.visited.push(visit);
            return Some(Happening { at, state, what: What::Entered });
        }
        let kind = event.r#type().as_str();
        let whole = |what: What| Some(Happening { at, state: String::new(), what });
        match kind {
            "ExecutionStarted" => {
                self.began_at = Some(at);
                return whole(What::Began);
            }
            "ExecutionRedriven" => {
                self.ended = false;
                return whole(What::Redriven);
            }
            "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" => {
                self.ended = true;
                let error = (kind != "ExecutionSucceeded").then(|| end_error(event));
                return whole(What::Ended(error));
            }
            _ => {}
        }
        let visit = self.visited.last_mut()?;
        let what = within(visit, event, at)?;
        Some(Happening { at, state: visit.state.clone(), what })
    }
}

/// What an event is within the state that was entered last.
fn within(visit: &mut Visited, event: &HistoryEvent, at: i64) -> Option<What> {
    let kind = event.r#type().as_str();
    match kind {
        // The machine's tasks are service integrations; a function's own ARN would have the second one.
        "TaskScheduled" | "LambdaFunctionScheduled" => {
            visit.attempts = visit.attempts.saturating_add(1);
            Some(What::Attempt(visit.attempts))
        }
        "TaskSucceeded" | "LambdaFunctionSucceeded" => {
            visit.failed = None;
            None
        }
        _ if event.state_exited_event_details().is_some() => {
            visit.left_at = Some(at);
            Some(What::Left { after: at.saturating_sub(visit.entered_at), caught: visit.failed.clone() })
        }
        _ => {
            let error = attempt_error(event)?;
            visit.failed = Some(error.clone());
            Some(What::Failed(error))
        }
    }
}

/// The error of an attempt that failed. Only its name: a cause may hold anything.
fn attempt_error(event: &HistoryEvent) -> Option<String> {
    let failed = match event.r#type().as_str() {
        "TaskFailed" => event.task_failed_event_details().and_then(|details| details.error()),
        "TaskStartFailed" => event.task_start_failed_event_details().and_then(|details| details.error()),
        "TaskSubmitFailed" => event.task_submit_failed_event_details().and_then(|details| details.error()),
        "LambdaFunctionFailed" => event.lambda_function_failed_event_details().and_then(|details| details.error()),
        "TaskTimedOut" | "LambdaFunctionTimedOut" => Some("States.Timeout"),
        _ => return None,
    };
    Some(failed.unwrap_or("an error without a name").to_owned())
}

fn end_error(event: &HistoryEvent) -> String {
    let given = match event.r#type().as_str() {
        "ExecutionFailed" => event.execution_failed_event_details().and_then(|details| details.error()),
        "ExecutionTimedOut" => Some("timed out"),
        "ExecutionAborted" => Some("stopped"),
        _ => None,
    };
    given.unwrap_or("an error without a name").to_owned()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types::{
        ExecutionFailedEventDetails, HistoryEventType as Type, StateEnteredEventDetails, StateExitedEventDetails,
        TaskFailedEventDetails,
    };

    use super::*;

    /// Events of a history, a hundred milliseconds apart.
    #[derive(Default)]
    struct Events(Vec<HistoryEvent>);

    impl Events {
        fn add(
            mut self,
            kind: Type,
            details: impl FnOnce(
                aws_sdk_sfn::types::builders::HistoryEventBuilder,
            ) -> aws_sdk_sfn::types::builders::HistoryEventBuilder,
        ) -> Self {
            let id = i64::try_from(self.0.len()).unwrap() + 1;
            let event = HistoryEvent::builder().timestamp(DateTime::from_millis(id * 100)).id(id).r#type(kind);
            self.0.push(details(event).build().unwrap());
            self
        }

        fn plain(self, kind: Type) -> Self {
            self.add(kind, |event| event)
        }

        fn enter(self, state: &str) -> Self {
            let details = StateEnteredEventDetails::builder().name(state).input("secret").build().unwrap();
            self.add(Type::TaskStateEntered, |event| event.state_entered_event_details(details))
        }

        fn exit(self, state: &str) -> Self {
            let details = StateExitedEventDetails::builder().name(state).build().unwrap();
            self.add(Type::TaskStateExited, |event| event.state_exited_event_details(details))
        }

        fn fail(self, error: &str) -> Self {
            let details = TaskFailedEventDetails::builder().resource("r").resource_type("lambda").error(error);
            let details = details.cause("secret").build().unwrap();
            self.add(Type::TaskFailed, |event| event.task_failed_event_details(details))
        }

        fn taken(&self) -> (Trail, Vec<(String, What)>) {
            let mut trail = Trail::default();
            let happened = self.0.iter().filter_map(|event| trail.take(event)).collect::<Vec<_>>();
            (trail, happened.into_iter().map(|happening| (happening.state, happening.what)).collect())
        }
    }

    fn retried_and_caught() -> Events {
        let events = Events::default().plain(Type::ExecutionStarted).enter("ChargeFare");
        let events = events.plain(Type::TaskScheduled).fail("PaymentOutcomeUnknown");
        let events = events.plain(Type::TaskScheduled).fail("PaymentAuthException").exit("ChargeFare");
        let failed = ExecutionFailedEventDetails::builder().error("FareProcessingFailed").cause("secret").build();
        events.add(Type::ExecutionFailed, |event| event.execution_failed_event_details(failed))
    }

    #[test]
    fn retries_and_the_error_that_was_caught_are_told() {
        let (trail, happened) = retried_and_caught().taken();
        let charge = |what| ("ChargeFare".to_owned(), what);
        let auth = || "PaymentAuthException".to_owned();
        let expected = [
            (String::new(), What::Began),
            charge(What::Entered),
            charge(What::Attempt(1)),
            charge(What::Failed("PaymentOutcomeUnknown".to_owned())),
            charge(What::Attempt(2)),
            charge(What::Failed(auth())),
            charge(What::Left { after: 500, caught: Some(auth()) }),
            (String::new(), What::Ended(Some("FareProcessingFailed".to_owned()))),
        ];
        assert_eq!(happened, expected);
        let visit = &trail.visited[0];
        assert_eq!((visit.attempts, visit.took(), visit.caught()), (2, Some(500), Some("PaymentAuthException")));
        assert!(trail.ended && trail.last_event == 8);
    }

    #[test]
    fn an_error_that_a_retry_mended_is_not_caught() {
        let events = Events::default().enter("ChargeFare").plain(Type::TaskScheduled).fail("PaymentOutcomeUnknown");
        let events = events.plain(Type::TaskScheduled).plain(Type::TaskSucceeded).exit("ChargeFare");
        let (trail, _) = events.taken();
        assert_eq!((trail.visited[0].attempts, trail.visited[0].caught()), (2, None));
    }

    #[test]
    fn a_state_that_is_entered_twice_is_two_visits_and_an_attempt_before_any_counts_for_none() {
        let events = Events::default().plain(Type::TaskScheduled).enter("RefundFare").enter("RefundFare");
        let (trail, _) = events.plain(Type::TaskScheduled).taken();
        let visits: Vec<_> = trail.visited.iter().map(|visit| (visit.state.as_str(), visit.attempts)).collect();
        assert_eq!(visits, [("RefundFare", 0), ("RefundFare", 1)]);
    }

    #[test]
    fn an_attempt_that_timed_out_has_an_error_also_where_its_event_does_not_name_it() {
        let events = Events::default().enter("ChargeFare").plain(Type::TaskScheduled).plain(Type::TaskTimedOut);
        let (trail, _) = events.exit("ChargeFare").taken();
        assert_eq!(trail.visited[0].caught(), Some("States.Timeout"));
    }

    #[test]
    fn nothing_of_an_input_or_a_cause_is_kept() {
        let (trail, happened) = retried_and_caught().taken();
        assert!(!format!("{trail:?} {happened:?}").contains("secret"));
    }

    #[test]
    fn an_execution_that_is_redriven_has_not_ended() {
        let events = Events::default().plain(Type::ExecutionAborted).plain(Type::ExecutionRedriven);
        let (trail, happened) = events.taken();
        assert!(!trail.ended);
        assert_eq!(happened[0].1, What::Ended(Some("stopped".to_owned())));
    }
}
