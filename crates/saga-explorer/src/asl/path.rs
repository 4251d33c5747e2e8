//! Paths into the state document and the context object.

use std::borrow::Cow;

use serde_json::Value;

use super::identity::Identity;

/// A Reference Path: `$` or `$$`, then fields and, for reading, array indices. Filters, slices, wildcards and functions, which
/// the service also knows, are refused.
///
/// Source: ASL specification, "Reference Paths"; guide, "Using JSONPath paths" and "Accessing execution data from the Context
/// object".
#[derive(Debug)]
pub(super) struct Path {
    text: Box<str>,
    root: Root,
    steps: Box<[Step]>,
}

#[derive(Clone, Copy, Debug)]
enum Root {
    Document,
    ExecutionId,
    ExecutionName,
    ExecutionInput,
    ExecutionStartTime,
    ExecutionRedriveCount,
    StateName,
    StateRetryCount,
    StateMachineId,
    StateMachineName,
}

#[derive(Debug)]
enum Step {
    Field(Box<str>),
    Index(usize),
}

/// What paths can see.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) document: &'a Value,
    pub(super) execution: ExecutionContext<'a>,
}

/// The context object.
#[derive(Clone, Copy)]
pub(super) struct ExecutionContext<'a> {
    pub(super) identity: &'a Identity,
    pub(super) input: &'a Value,
    pub(super) redrives: u32,
    pub(super) state: &'a str,
    pub(super) retries: u32,
}

impl Path {
    /// `None` for what is not implemented.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('$')?;
        let (context, rest) = match rest.strip_prefix('$') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let steps = steps(rest)?;
        if !context {
            return Some(Self { text: text.into(), root: Root::Document, steps: steps.into() });
        }
        let mut steps = steps.into_iter();
        let (Some(Step::Field(object)), Some(Step::Field(field))) = (steps.next(), steps.next()) else { return None };
        let root = match (&*object, &*field) {
            ("Execution", "Id") => Root::ExecutionId,
            ("Execution", "Name") => Root::ExecutionName,
            ("Execution", "Input") => Root::ExecutionInput,
            ("Execution", "StartTime") => Root::ExecutionStartTime,
            ("Execution", "RedriveCount") => Root::ExecutionRedriveCount,
            ("State", "Name") => Root::StateName,
            ("State", "RetryCount") => Root::StateRetryCount,
            ("StateMachine", "Id") => Root::StateMachineId,
            ("StateMachine", "Name") => Root::StateMachineName,
            _ => return None,
        };
        Some(Self { text: text.into(), root, steps: steps.collect() })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The first field read from the document, or `None` for a path that reads the whole of it or the context object.
    pub(super) fn first_document_field(&self) -> Option<&str> {
        match (self.root, self.steps.first()) {
            (Root::Document, Some(Step::Field(name))) => Some(name),
            _ => None,
        }
    }

    pub(super) fn reads_document(&self) -> bool {
        matches!(self.root, Root::Document)
    }

    /// The value at the path, `null` included; `None` if nothing is there.
    pub(super) fn read<'a>(&self, scope: &Scope<'a>) -> Option<Cow<'a, Value>> {
        let ExecutionContext { identity, input, redrives, state, retries } = scope.execution;
        let value = match self.root {
            Root::Document => return self.walk(scope.document).map(Cow::Borrowed),
            Root::ExecutionInput => return self.walk(input).map(Cow::Borrowed),
            Root::ExecutionId => Value::from(identity.execution_arn.as_str()),
            Root::ExecutionName => Value::from(identity.name.as_str()),
            Root::ExecutionStartTime => Value::from(identity.start_time()),
            Root::ExecutionRedriveCount => Value::from(redrives),
            Root::StateName => Value::from(state),
            Root::StateRetryCount => Value::from(retries),
            Root::StateMachineId => Value::from(identity.state_machine_arn.as_str()),
            Root::StateMachineName => Value::from(identity.state_machine_name.as_str()),
        };
        self.steps.is_empty().then_some(Cow::Owned(value))
    }

    fn walk<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Field(name) => value.as_object()?.get(&**name),
            Step::Index(index) => value.as_array()?.get(*index),
        })
    }
}

/// Where a result is placed in a state's raw input: `$`, or fields below it.
///
/// Source: ASL specification, "ResultPath" and "Filters".
#[derive(Debug)]
pub(super) struct Place(Box<[Box<str>]>);

/// A result cannot be placed, because an ancestor of its place is there and is not an object.
#[derive(Debug)]
pub(super) struct NoPlace;

impl Place {
    /// `None` for what is not implemented: array indices and the context object.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('$')?;
        let names = steps(rest)?.into_iter().map(|step| match step {
            Step::Field(name) => Some(name),
            Step::Index(_) => None,
        });
        names.collect::<Option<_>>().map(Self)
    }

    /// Overwrites what is at the place; missing objects on the way are made.
    pub(super) fn put(&self, document: Value, result: Value) -> Result<Value, NoPlace> {
        let Some((last, ancestors)) = self.0.split_last() else { return Ok(result) };
        let mut document = document;
        let mut place = &mut document;
        for name in ancestors {
            let object = place.as_object_mut().ok_or(NoPlace)?;
            place = object.entry(&**name).or_insert_with(|| Value::Object(serde_json::Map::new()));
        }
        place.as_object_mut().ok_or(NoPlace)?.insert(last.to_string(), result);
        Ok(document)
    }

    /// Whether the result takes the place of the whole document, which then need not be kept.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let step;
        (step, rest) = if let Some(after) = rest.strip_prefix("['") {
            let (name, after) = after.split_once("']")?;
            (Step::Field(Some(name).filter(|name| !name.is_empty() && !name.contains(['\'', '\\']))?.into()), after)
        } else if let Some(after) = rest.strip_prefix('[') {
            let (digits, after) = after.split_once(']')?;
            let number = Some(digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            (Step::Index(number.parse().ok()?), after)
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at_checked(end)?;
            (Step::Field(Some(name).filter(|name| plain(name))?.into()), after)
        };
        steps.push(step);
    }
    Some(steps)
}

fn plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
}
