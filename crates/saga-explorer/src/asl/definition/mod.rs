//! A definition, parsed, checked and compiled.

mod choice;
mod fields;
mod json;
mod state;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::error::{DefinitionError, Problem};
use fields::{Fields, substitute};
pub(super) use state::{Content, Filter, Kind, State, Then};
pub(super) use task::{Task, put};

/// The type of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateType {
    /// Asks a service.
    Task,
    /// Shapes the document.
    Pass,
    /// Chooses the next state.
    Choice,
    /// Ends the execution well.
    Succeed,
    /// Ends the execution with an error.
    Fail,
}

/// A state machine. Whatever it says is implemented, every state named exists, and every state can be reached.
#[derive(Debug)]
pub struct Definition {
    states: Vec<State>,
    start: usize,
    timeout_seconds: Option<u64>,
}

impl Definition {
    /// Reads a definition in JSON, with a value for each `${Name}` in it.
    ///
    /// # Errors
    /// Whatever is wrong or not implemented is refused, naming the state and the field.
    pub fn parse(text: &str, substitutions: &BTreeMap<String, String>) -> Result<Self, DefinitionError> {
        let outside = |field: &str, problem| DefinitionError { state: None, field: field.to_owned(), problem };
        let document = json::read(text).map_err(|error| outside("(document)", Problem::NotJson(error)))?;
        let Value::Object(values) = document else {
            return Err(outside("(document)", Problem::Malformed("an object")));
        };
        let mut fields = Fields::of(None, values);
        fields.skip_comment()?;
        let state_values = fields.object("States")?.ok_or_else(|| outside("States", Problem::Missing))?;
        let names: BTreeMap<String, usize> =
            state_values.keys().enumerate().map(|(number, name)| (name.clone(), number)).collect();
        let start = fields.target("StartAt", &names)?.ok_or_else(|| outside("StartAt", Problem::Missing))?;
        let timeout_seconds = fields.number("TimeoutSeconds", 1, state::LONGEST_SECONDS)?;
        fields.finish()?;

        let mut states = Vec::with_capacity(state_values.len());
        for (name, mut values) in state_values {
            substitute(&mut values, "", substitutions).map_err(|(field, problem)| DefinitionError {
                state: Some(name.clone()),
                field,
                problem,
            })?;
            let Value::Object(values) = values else {
                return Err(outside(&format!("States.{name}"), Problem::Malformed("an object")));
            };
            states.push(State::compile(&name, values, &names)?);
        }
        let definition = Self { states, start, timeout_seconds };
        definition.check_reachable()?;
        definition.check_progress()?;
        Ok(definition)
    }

    /// The machine's own `TimeoutSeconds`.
    #[must_use]
    pub fn timeout_seconds(&self) -> Option<u64> {
        self.timeout_seconds
    }

    /// Every state's name and type, each once.
    pub fn states(&self) -> impl Iterator<Item = (&str, StateType)> {
        self.states.iter().map(|state| (&*state.name, state.state_type()))
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// # Panics
    /// On a number that none of this definition's states has: every number in a compiled definition is of one.
    #[expect(clippy::indexing_slicing, reason = "numbers come from this definition alone")]
    pub(super) fn state(&self, number: usize) -> &State {
        &self.states[number]
    }

    fn check_reachable(&self) -> Result<(), DefinitionError> {
        let mut reached = BTreeSet::from([self.start]);
        let mut waiting = vec![self.start];
        while let Some(number) = waiting.pop() {
            for next in self.state(number).successors() {
                if reached.insert(next) {
                    waiting.push(next);
                }
            }
        }
        match (0..self.states.len()).find(|number| !reached.contains(number)) {
            None => Ok(()),
            Some(number) => Err(self.error(number, "(state)", Problem::Unreachable)),
        }
    }

    /// Refuses a circle of states that wait for nothing: the service would run in it until the history is full.
    fn check_progress(&self) -> Result<(), DefinitionError> {
        let waits = |number: &usize| self.state(*number).state_type() == StateType::Task;
        let mut circling: BTreeSet<usize> = (0..self.states.len()).filter(|number| !waits(number)).collect();
        loop {
            let leaves = |number: &usize| !self.state(*number).successors().iter().any(|next| circling.contains(next));
            let leaving: Vec<usize> = circling.iter().copied().filter(leaves).collect();
            if leaving.is_empty() {
                break;
            }
            circling.retain(|number| !leaving.contains(number));
        }
        match circling.first() {
            None => Ok(()),
            Some(number) => Err(self.error(*number, "Next", Problem::EndlessCircle)),
        }
    }

    fn error(&self, number: usize, field: &str, problem: Problem) -> DefinitionError {
        let state = self.state(number).name.to_string();
        DefinitionError { state: Some(state), field: field.to_owned(), problem }
    }
}
