//! Edits of the state machines.

mod collection;
mod recovery;

use serde_json::{Map, Value, json};

use super::Mutant;
use crate::definitions::Sources;

pub(super) const ALL: [&[Mutant]; 2] = [collection::ALL, recovery::ALL];

/// An edit of the two state machines; `None` if it does not fit them any more.
pub type Edit = fn(&mut Definitions) -> Option<()>;

/// The two state machines as documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Definitions {
    collection: Machine,
    recovery: Machine,
}

impl Definitions {
    /// The documents, if they are any.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn of(sources: &Sources) -> serde_json::Result<Self> {
        let read = |text: &str| serde_json::from_str(text).map(Machine);
        Ok(Self { collection: read(&sources.fare_collection)?, recovery: read(&sources.recover_fare)? })
    }

    /// The texts again.
    #[must_use]
    pub fn into_sources(self) -> Sources {
        Sources { fare_collection: self.collection.0.to_string(), recover_fare: self.recovery.0.to_string() }
    }
}

/// One of the state machines, and the small changes that edits are made of. Each is `None` if it does not fit.
#[derive(Clone, Debug, PartialEq)]
struct Machine(Value);

impl Machine {
    fn state(&mut self, name: &str) -> Option<&mut Map<String, Value>> {
        self.0.get_mut("States")?.get_mut(name)?.as_object_mut()
    }

    /// Lets a state that leads to `from` lead to `to`.
    fn lead(&mut self, state: &str, from: &str, to: &str) -> Option<()> {
        redirect(self.state(state)?, "Next", from, to)
    }

    /// Lets a Choice that leads to `from` where nothing applies lead to `to`.
    fn default_to(&mut self, state: &str, from: &str, to: &str) -> Option<()> {
        redirect(self.state(state)?, "Default", from, to)
    }

    /// Lets every Catch that leads to `from` lead to `to`.
    fn catch_all_to(&mut self, from: &str, to: &str) -> Option<()> {
        let states = self.0.get_mut("States")?.as_object_mut()?;
        let catchers = states.values_mut().filter_map(|state| state.get_mut("Catch")?.as_array_mut()).flatten();
        let mut redirected = 0;
        for catcher in catchers.filter_map(Value::as_object_mut) {
            redirected += usize::from(redirect(catcher, "Next", from, to).is_some());
        }
        (redirected > 0).then_some(())
    }

    /// Lets a state's Catch of this error lead to `to`.
    fn catch_to(&mut self, state: &str, error: &str, to: &str) -> Option<()> {
        let catchers = self.state(state)?.get_mut("Catch")?.as_array_mut()?;
        let catcher = catchers.iter_mut().find(|catcher| names(catcher, error))?.as_object_mut()?;
        let from = catcher.insert("Next".to_owned(), json!(to))?;
        (from != json!(to)).then_some(())
    }

    /// Takes a state's Catch of this error away.
    fn do_not_catch(&mut self, state: &str, error: &str) -> Option<()> {
        let fields = self.state(state)?;
        let catchers = fields.get_mut("Catch")?.as_array_mut()?;
        let before = catchers.len();
        catchers.retain(|catcher| !names(catcher, error));
        let is_done = catchers.len() < before;
        if catchers.is_empty() {
            fields.remove("Catch");
        }
        is_done.then_some(())
    }

    /// Takes a state's Retry away.
    fn do_not_retry(&mut self, state: &str) -> Option<()> {
        self.state(state)?.remove("Retry").map(drop)
    }

    /// Gives a state that has none a Catch of everything.
    fn catch(&mut self, state: &str, to: &str) -> Option<()> {
        let catcher = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": to}]);
        self.state(state)?.insert("Catch".to_owned(), catcher).is_none().then_some(())
    }

    /// Takes the rule that leads to this state away from a Choice.
    fn do_not_choose(&mut self, state: &str, next: &str) -> Option<()> {
        let choices = self.choices(state)?;
        let before = choices.len();
        choices.retain(|choice| choice.get("Next") != Some(&json!(next)));
        (choices.len() + 1 == before).then_some(())
    }

    /// Gives a Choice another rule, which comes first.
    fn choose(&mut self, state: &str, rule: Value) -> Option<()> {
        self.choices(state)?.insert(0, rule);
        Some(())
    }

    /// The rule of a Choice that leads to this state.
    fn rule(&mut self, state: &str, next: &str) -> Option<&mut Map<String, Value>> {
        let rule = self.choices(state)?.iter_mut().find(|choice| choice.get("Next") == Some(&json!(next)))?;
        rule.as_object_mut()
    }

    fn choices(&mut self, state: &str) -> Option<&mut Vec<Value>> {
        self.state(state)?.get_mut("Choices")?.as_array_mut()
    }

    /// Takes a state away, to which nothing leads any more.
    fn remove(&mut self, state: &str) -> Option<()> {
        self.0.get_mut("States")?.as_object_mut()?.remove(state).map(drop)
    }

    /// Adds a state.
    fn add(&mut self, name: &str, state: Value) -> Option<()> {
        self.0.get_mut("States")?.as_object_mut()?.insert(name.to_owned(), state).is_none().then_some(())
    }

    /// Lets a notice say this.
    fn say(&mut self, state: &str, message: Value) -> Option<()> {
        let parameters = self.state(state)?.get_mut("Parameters")?.as_object_mut()?;
        parameters.insert("Message".to_owned(), message).map(drop)
    }
}

fn redirect(fields: &mut Map<String, Value>, field: &str, from: &str, to: &str) -> Option<()> {
    let next = fields.get_mut(field).filter(|next| **next == json!(from))?;
    *next = json!(to);
    Some(())
}

fn names(catcher: &Value, error: &str) -> bool {
    let errors = catcher.get("ErrorEquals").and_then(Value::as_array);
    errors.is_some_and(|errors| errors.contains(&json!(error)))
}
