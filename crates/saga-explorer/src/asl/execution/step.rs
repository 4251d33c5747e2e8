//! What each state does, up to the next need.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Execution, Visit};
use crate::asl::definition::{Content, Filter, Kind, State, Task, Then, put};
use crate::asl::limit::within_limit;
use crate::asl::need::{Backoff, Ending, Failure, Need, TaskCall};
use crate::asl::path::{ExecutionContext, Place, Scope};
use crate::asl::payload::payload_bytes;
use crate::asl::retry::NO_CHOICE_MATCHED;
use crate::asl::template::Fault;

/// What comes of a state.
pub(super) enum Outcome {
    Enter(usize, Arc<Value>),
    Wait(Need),
}

impl Execution {
    pub(super) fn resume(&mut self) {
        let definition = Arc::clone(&self.definition);
        let outcome = self.perform(definition.state(self.state));
        self.run(outcome);
    }

    /// Follows the states up to the next need. Ends, because the definition has no circle without a Task.
    pub(super) fn run(&mut self, mut outcome: Outcome) {
        let definition = Arc::clone(&self.definition);
        loop {
            match outcome {
                Outcome::Wait(need) => {
                    self.weigh(&need);
                    self.need = need;
                    return;
                }
                Outcome::Enter(number, document) => {
                    let state = definition.state(number);
                    self.weigh_document(&document);
                    self.state = number;
                    self.document = document;
                    self.attempts = 0;
                    self.retried.clear();
                    Arc::make_mut(&mut self.path).push(Visit { state: Arc::clone(&state.name), attempts: 0 });
                    outcome = self.perform(state);
                }
            }
        }
    }

    /// Notes how large what it asks for, or ends with, is.
    fn weigh(&mut self, need: &Need) {
        match need {
            Need::Task(task) => {
                let asked = serde_json::to_value(&task.service).as_ref().map_or(usize::MAX, payload_bytes);
                self.largest_payload = self.largest_payload.max(asked);
            }
            Need::Ended(Ending::Succeeded { output }) => self.weigh_document(output),
            Need::Backoff(_) | Need::Ended(Ending::Failed { .. } | Ending::Aborted | Ending::TimedOut) => {}
        }
    }

    fn weigh_document(&mut self, document: &Arc<Value>) {
        if !Arc::ptr_eq(document, &self.input) {
            self.largest_payload = self.largest_payload.max(payload_bytes(document));
        }
    }

    fn perform(&mut self, state: &State) -> Outcome {
        let performed = match &state.kind {
            Kind::Task { task, .. } => Ok(self.attempt(state, task)),
            Kind::Pass { content, result_place, then } => {
                self.pass(state, content, result_place.as_ref()).map(|document| follow(*then, document))
            }
            Kind::Choice { .. } => self.choose(state),
            Kind::Succeed => self.input_and_output(state).map(|output| Outcome::Wait(succeeded(output))),
            Kind::Fail { error, cause } => {
                Ok(Outcome::Wait(Need::Ended(Ending::Failed { error: error.clone(), cause: cause.clone() })))
            }
        };
        performed.unwrap_or_else(|fault| failed(fault.into()))
    }

    fn attempt(&mut self, state: &State, task: &Task) -> Outcome {
        let service = self.input_of(state).and_then(|input| {
            let service = task.call(&self.scope(state, &input))?;
            within_limit(&service)?;
            Ok(service)
        });
        let service = match service {
            Ok(service) => service,
            Err(fault) => return self.report(state, task, fault.into()),
        };
        self.attempts = self.attempts.saturating_add(1);
        if let Some(visit) = Arc::make_mut(&mut self.path).last_mut() {
            visit.attempts = visit.attempts.saturating_add(1);
        }
        Outcome::Wait(Need::Task(Arc::new(TaskCall {
            state: Arc::clone(&state.name),
            service,
            timeout_seconds: task.timeout_seconds,
            attempt: self.attempts,
        })))
    }

    /// The state's output after a task's answer: ResultSelector, ResultPath, OutputPath.
    pub(super) fn complete(
        &self,
        state: &State,
        task: &Task,
        place: Option<&Place>,
        answer: Value,
    ) -> Result<Arc<Value>, Fault> {
        let result = task.result(answer);
        within_limit(&result)?;
        let result = match &task.result_selector {
            None => result,
            Some(selector) => selector.render(&self.scope(state, &result))?,
        };
        self.output(state, place, result)
    }

    fn pass(&self, state: &State, content: &Content, place: Option<&Place>) -> Result<Arc<Value>, Fault> {
        let input = self.input_of(state)?;
        let result = match content {
            Content::Input => input.into_owned(),
            Content::Result(result) => result.clone(),
            Content::Parameters(parameters) => parameters.render(&self.scope(state, &input))?,
        };
        self.output(state, place, result)
    }

    fn choose(&self, state: &State) -> Result<Outcome, Fault> {
        let Kind::Choice { rules, default } = &state.kind else { return Err(Fault::runtime("not a Choice state")) };
        let input = self.input_of(state)?;
        let scope = self.scope(state, &input);
        for rule in rules {
            if rule.test.holds(&scope)? {
                return Ok(Outcome::Enter(rule.next, self.input_and_output(state)?));
            }
        }
        match default {
            Some(next) => Ok(Outcome::Enter(*next, self.input_and_output(state)?)),
            None => Err(Fault { error: NO_CHOICE_MATCHED, cause: "No choice rule holds".to_owned() }),
        }
    }

    /// What a state that has no result of its own hands on.
    fn input_and_output(&self, state: &State) -> Result<Arc<Value>, Fault> {
        if let (Filter::Whole, Filter::Whole) = (&state.input, &state.output) {
            return Ok(Arc::clone(&self.document));
        }
        let input = self.input_of(state)?;
        let output = self.filter(state, &state.output, "OutputPath", &input)?.into_owned();
        within_limit(&output)?;
        Ok(Arc::new(output))
    }

    /// Places a result in the raw input and filters the whole.
    fn output(&self, state: &State, place: Option<&Place>, result: Value) -> Result<Arc<Value>, Fault> {
        let replaced = place.is_some_and(Place::is_root);
        let raw = if replaced { Value::Null } else { Value::clone(&self.document) };
        let placed = put(place, raw, result)?;
        let output = match &state.output {
            Filter::Whole => placed,
            Filter::Nothing | Filter::Part(_) => self.filter(state, &state.output, "OutputPath", &placed)?.into_owned(),
        };
        within_limit(&output)?;
        Ok(Arc::new(output))
    }

    /// A state reports an error: the first retrier that matches, if it has retries left; else the first catcher; else the end.
    ///
    /// Source: ASL specification, "Errors": "Retrying after error", "Complex retry scenarios", "Fallback states".
    pub(super) fn report(&mut self, state: &State, task: &Task, failure: Failure) -> Outcome {
        let retrier = task.retriers.iter().enumerate().find(|(_, retrier)| retrier.errors.matches(&failure.error));
        if let Some((index, retrier)) = retrier {
            if self.retried.len() <= index {
                self.retried.resize(index.saturating_add(1), 0);
            }
            if let Some(retried) = self.retried.get_mut(index).filter(|retried| **retried < retrier.max_attempts) {
                let at_most_ms = retrier.schedule.delay(*retried);
                *retried = retried.saturating_add(1);
                let at_least_ms = if retrier.full_jitter { 0 } else { at_most_ms };
                return Outcome::Wait(Need::Backoff(Backoff {
                    state: Arc::clone(&state.name),
                    at_least_ms,
                    at_most_ms,
                }));
            }
        }
        let Some(catcher) = task.catchers.iter().find(|catcher| catcher.errors.matches(&failure.error)) else {
            return failed(failure);
        };
        let mut error_output = Map::new();
        error_output.insert("Error".to_owned(), failure.error.into());
        error_output.insert("Cause".to_owned(), failure.cause.into());
        let caught = put(catcher.result_place.as_ref(), Value::clone(&self.document), Value::Object(error_output));
        match caught.and_then(|document| within_limit(&document).map(|()| document)) {
            Ok(document) => Outcome::Enter(catcher.next, Arc::new(document)),
            Err(fault) => failed(fault.into()),
        }
    }

    fn input_of<'a>(&'a self, state: &'a State) -> Result<Cow<'a, Value>, Fault> {
        self.filter(state, &state.input, "InputPath", &self.document)
    }

    fn filter<'a>(
        &'a self,
        state: &'a State,
        filter: &Filter,
        field: &str,
        value: &'a Value,
    ) -> Result<Cow<'a, Value>, Fault> {
        match filter {
            Filter::Whole => Ok(Cow::Borrowed(value)),
            Filter::Nothing => Ok(Cow::Owned(Value::Object(Map::new()))),
            Filter::Part(path) => path.read(&self.scope(state, value)).ok_or_else(|| Fault::missing(path, field)),
        }
    }

    fn scope<'a>(&'a self, state: &'a State, document: &'a Value) -> Scope<'a> {
        let Self { identity, input, redrives, attempts, .. } = self;
        let execution =
            ExecutionContext { identity, input, redrives: *redrives, state: &state.name, retries: *attempts };
        Scope { document, execution }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { error: fault.error.to_owned(), cause: fault.cause }
    }
}

pub(super) fn follow(then: Then, document: Arc<Value>) -> Outcome {
    match then {
        Then::Next(next) => Outcome::Enter(next, document),
        Then::End => Outcome::Wait(succeeded(document)),
    }
}

fn succeeded(output: Arc<Value>) -> Need {
    Need::Ended(Ending::Succeeded { output })
}

fn failed(failure: Failure) -> Outcome {
    Outcome::Wait(Need::Ended(Ending::Failed { error: Some(failure.error), cause: Some(failure.cause) }))
}
