//! States, compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::StateType;
use super::choice::Rule;
use super::fields::Fields;
use super::task::Task;
use crate::asl::error::{DefinitionError, Problem};
use crate::asl::path::{Path, Place};
use crate::asl::template::Template;

/// The longest interval and timeout that the service takes, in seconds (guide, "Task state fields", `TimeoutSeconds`).
pub(super) const LONGEST_SECONDS: u64 = 99_999_999;

/// A state.
#[derive(Debug)]
pub(in crate::asl) struct State {
    pub(in crate::asl) name: Arc<str>,
    pub(in crate::asl) input: Filter,
    pub(in crate::asl) output: Filter,
    pub(in crate::asl) kind: Kind,
}

/// What a state does.
#[derive(Debug)]
pub(in crate::asl) enum Kind {
    Task { task: Box<Task>, result_place: Option<Place>, then: Then },
    Pass { content: Content, result_place: Option<Place>, then: Then },
    Choice { rules: Vec<Rule>, default: Option<usize> },
    Succeed,
    Fail { error: Option<String>, cause: Option<String> },
}

/// What a Pass state makes its result of.
#[derive(Debug)]
pub(in crate::asl) enum Content {
    Input,
    Result(Value),
    Parameters(Template),
}

/// `InputPath` or `OutputPath`.
#[derive(Debug)]
pub(in crate::asl) enum Filter {
    Whole,
    /// `null`: an empty object.
    Nothing,
    Part(Path),
}

/// `Next`, or `End: true`.
#[derive(Clone, Copy, Debug)]
pub(in crate::asl) enum Then {
    Next(usize),
    End,
}

impl State {
    pub(super) fn compile(
        name: &str,
        values: Map<String, Value>,
        states: &BTreeMap<String, usize>,
    ) -> Result<Self, DefinitionError> {
        let mut fields = Fields::of(Some(name), values);
        fields.skip_comment()?;
        let kind = match fields.required_text("Type")?.as_str() {
            "Task" => Kind::Task {
                task: Box::new(Task::compile(&mut fields, states)?),
                result_place: result_place(&mut fields)?,
                then: then(&mut fields, states)?,
            },
            "Pass" => Kind::Pass {
                content: content(&mut fields)?,
                result_place: result_place(&mut fields)?,
                then: then(&mut fields, states)?,
            },
            "Choice" => Kind::Choice {
                rules: fields
                    .list("Choices")?
                    .ok_or_else(|| fields.error("Choices", Problem::Missing))?
                    .into_iter()
                    .map(|rule| Rule::compile(rule, states))
                    .collect::<Result<_, _>>()?,
                default: fields.target("Default", states)?,
            },
            "Succeed" => Kind::Succeed,
            "Fail" => Kind::Fail { error: fields.text("Error")?, cause: fields.text("Cause")? },
            other => return Err(fields.error("Type", Problem::Unsupported(other.to_owned()))),
        };
        let (input, output) = if matches!(kind, Kind::Fail { .. }) {
            (Filter::Whole, Filter::Whole)
        } else {
            (filter(&mut fields, "InputPath")?, filter(&mut fields, "OutputPath")?)
        };
        fields.finish()?;
        Ok(Self { name: name.into(), input, output, kind })
    }

    pub(super) fn state_type(&self) -> StateType {
        match self.kind {
            Kind::Task { .. } => StateType::Task,
            Kind::Pass { .. } => StateType::Pass,
            Kind::Choice { .. } => StateType::Choice,
            Kind::Succeed => StateType::Succeed,
            Kind::Fail { .. } => StateType::Fail,
        }
    }

    /// Where an execution may go from here.
    pub(super) fn successors(&self) -> Vec<usize> {
        let next = |then: &Then| match then {
            Then::Next(next) => Some(*next),
            Then::End => None,
        };
        match &self.kind {
            Kind::Task { task, then, .. } => {
                task.catchers.iter().map(|catcher| catcher.next).chain(next(then)).collect()
            }
            Kind::Pass { then, .. } => next(then).into_iter().collect(),
            Kind::Choice { rules, default } => rules.iter().map(|rule| rule.next).chain(*default).collect(),
            Kind::Succeed | Kind::Fail { .. } => Vec::new(),
        }
    }
}

fn content(fields: &mut Fields) -> Result<Content, DefinitionError> {
    let parameters = template(fields, "Parameters")?;
    match (fields.take("Result"), parameters) {
        (Some(_), Some(_)) => Err(fields.error("Result", Problem::Conflict("Parameters"))),
        (Some(result), None) => Ok(Content::Result(result)),
        (None, Some(parameters)) => Ok(Content::Parameters(parameters)),
        (None, None) => Ok(Content::Input),
    }
}

pub(super) fn template(fields: &mut Fields, field: &str) -> Result<Option<Template>, DefinitionError> {
    let Some(values) = fields.object(field)? else { return Ok(None) };
    let compiled = Template::compile(Value::Object(values));
    compiled.map(Some).map_err(|(inner, problem)| fields.error(&format!("{field}{inner}"), problem))
}

/// `ResultPath`: `$` if it is absent, and `None` for `null`, which discards the result.
pub(super) fn result_place(fields: &mut Fields) -> Result<Option<Place>, DefinitionError> {
    let text = match fields.take("ResultPath") {
        Some(Value::Null) => return Ok(None),
        None => "$".to_owned(),
        Some(Value::String(text)) => text,
        Some(_) => return Err(fields.error("ResultPath", Problem::Malformed("a path or null"))),
    };
    Place::parse(&text).map(Some).ok_or_else(|| fields.error("ResultPath", Problem::Unsupported(text)))
}

fn filter(fields: &mut Fields, field: &str) -> Result<Filter, DefinitionError> {
    match fields.take(field) {
        None => Ok(Filter::Whole),
        Some(Value::Null) => Ok(Filter::Nothing),
        Some(Value::String(text)) if text == "$" => Ok(Filter::Whole),
        Some(Value::String(text)) => {
            Path::parse(&text).map(Filter::Part).ok_or_else(|| fields.error(field, Problem::Unsupported(text)))
        }
        Some(_) => Err(fields.error(field, Problem::Malformed("a path or null"))),
    }
}

fn then(fields: &mut Fields, states: &BTreeMap<String, usize>) -> Result<Then, DefinitionError> {
    if fields.has("End") && fields.has("Next") {
        return Err(fields.error("End", Problem::Conflict("Next")));
    }
    if let Some(next) = fields.target("Next", states)? {
        return Ok(Then::Next(next));
    }
    match fields.boolean("End")? {
        Some(true) => Ok(Then::End),
        Some(false) => Err(fields.error("End", Problem::Malformed("true"))),
        None => Err(fields.error("Next", Problem::Missing)),
    }
}
