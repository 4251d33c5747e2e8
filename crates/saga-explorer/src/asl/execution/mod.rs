//! An execution of a definition.

mod same;
mod step;

use std::sync::Arc;

use serde_json::Value;

use super::definition::{Definition, Kind};
use super::identity::Identity;
use super::need::{Ending, Failure, Need, Stop};
use step::{Outcome, follow};

/// An execution: a value that is cheap to clone.
///
/// Two are equal if they are of the same parsed definition and will behave alike from here on under the same answers. What
/// lies behind them, the path and the payloads, cannot influence that and does not count, neither in `==` nor in the hash; nor do
/// causes in the hash.
#[derive(Clone, Debug)]
pub struct Execution {
    definition: Arc<Definition>,
    identity: Arc<Identity>,
    input: Arc<Value>,
    /// The current state's raw input.
    document: Arc<Value>,
    state: usize,
    /// Attempts at the current task since it was entered or redriven.
    attempts: u32,
    /// Retries that each retrier of the current state has spent; shorter than the list while the rest have spent none.
    retried: Vec<u32>,
    redrives: u32,
    need: Need,
    path: Arc<Vec<Visit>>,
    largest_payload: usize,
}

/// A state that was entered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    /// The state's name.
    pub state: Arc<str>,
    /// How often its task was tried, redrives included; 0 for states that have none.
    pub attempts: u32,
}

/// `RedriveExecution` refuses this execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRedrivable {
    /// It has not ended.
    #[error("the execution is still running")]
    Running,
    /// It has succeeded.
    #[error("the execution has succeeded")]
    Succeeded,
}

impl Execution {
    /// Starts an execution and runs it up to its first need.
    #[must_use]
    pub fn start(definition: Arc<Definition>, identity: Arc<Identity>, input: Arc<Value>) -> Self {
        let state = definition.start();
        let mut execution = Self {
            definition,
            identity,
            document: Arc::clone(&input),
            input,
            state,
            attempts: 0,
            retried: Vec::new(),
            redrives: 0,
            need: Need::Ended(Ending::Aborted),
            path: Arc::default(),
            largest_payload: 0,
        };
        let first = Outcome::Enter(state, Arc::clone(&execution.document));
        execution.run(first);
        execution
    }

    /// What it waits for now.
    #[must_use]
    pub fn need(&self) -> &Need {
        &self.need
    }

    /// How often the current task was tried since its state was entered or redriven.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Takes the result of the task attempt it waits for, and runs on to the next need. Without such an attempt nothing
    /// happens: a late answer changes nothing.
    pub fn answer(&mut self, result: Result<Value, Failure>) {
        if !matches!(self.need, Need::Task(_)) {
            return;
        }
        let definition = Arc::clone(&self.definition);
        let state = definition.state(self.state);
        let Kind::Task { task, result_place, then } = &state.kind else { return };
        let completed = match result {
            Ok(answer) => self.complete(state, task, result_place.as_ref(), answer).map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        let outcome = match completed {
            Ok(document) => follow(*then, document),
            Err(failure) => self.report(state, task, failure),
        };
        self.run(outcome);
    }

    /// Tells that the back-off is over. Without one nothing happens.
    pub fn waited(&mut self) {
        if matches!(self.need, Need::Backoff(_)) {
            self.resume();
        }
    }

    /// Ends it from outside. What has ended stays as it is.
    pub fn stop(&mut self, how: Stop) {
        if !matches!(self.need, Need::Ended(_)) {
            self.need = Need::Ended(match how {
                Stop::Aborted => Ending::Aborted,
                Stop::TimedOut => Ending::TimedOut,
            });
        }
    }

    /// Goes on from the state that did not succeed, with its input as it was and no retry spent. A Task is asked again, a Choice
    /// evaluated again, and a Fail state is entered again and fails again. The periods after which the service refuses (14 days,
    /// 24,999 history events) are the caller's part.
    ///
    /// Source: guide, "Restarting state machine executions with redrive", with its table "Redrive behavior of individual states".
    ///
    /// # Errors
    /// An execution that runs or has succeeded is not redriven.
    pub fn redrive(&mut self) -> Result<(), NotRedrivable> {
        match self.need {
            Need::Task(_) | Need::Backoff(_) => Err(NotRedrivable::Running),
            Need::Ended(Ending::Succeeded { .. }) => Err(NotRedrivable::Succeeded),
            Need::Ended(Ending::Failed { .. } | Ending::Aborted | Ending::TimedOut) => {
                self.redrives = self.redrives.saturating_add(1);
                self.attempts = 0;
                self.retried.clear();
                self.resume();
                Ok(())
            }
        }
    }

    /// The states entered, in order. A redrive enters no state, it goes on with the last one.
    #[must_use]
    pub fn path(&self) -> &[Visit] {
        &self.path
    }

    /// The most bytes that a payload had so far, of those that were handed to a state or to a task. Every cause counts as the
    /// longest that there may be. The execution's own input, which whoever starts it answers for, does not count where it is handed
    /// on as it is.
    #[must_use]
    pub fn largest_payload(&self) -> usize {
        self.largest_payload
    }

    /// The execution's own input.
    #[must_use]
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// Who it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What it is an execution of.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }
}
