//! Payload templates: `Parameters` and `ResultSelector`.

use serde_json::{Map, Value};

use super::error::Problem;
use super::path::{Path, Scope};

/// A JSON value in which the fields whose names end in `.$` are computed.
///
/// Source: ASL specification, "Payload Template".
#[derive(Debug)]
pub(super) enum Template {
    Constant(Value),
    Object(Vec<(String, Template)>),
    Path(Path),
    /// `States.StringToJson`.
    ///
    /// Source: guide, "Intrinsic functions for JSONPath states".
    StringToJson(Path),
}

/// An error that the interpreter itself reports. Causes never quote the document, which may hold what must not be shown.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: &'static str,
    pub(super) cause: String,
}

impl Fault {
    /// "Attempting to apply a path that is not there": never retried or caught (guide, "Error names", `States.Runtime`). The
    /// ASL specification calls it `States.ParameterPathFailure` within Parameters; the service reports `States.Runtime`.
    pub(super) fn missing(path: &Path, field: &str) -> Self {
        let cause =
            format!("The JSONPath '{}' specified for the field '{field}' could not be found in the input", path.text());
        Self { error: super::retry::RUNTIME, cause }
    }

    pub(super) fn runtime(cause: impl Into<String>) -> Self {
        Self { error: super::retry::RUNTIME, cause: cause.into() }
    }
}

impl Template {
    /// Compiles a template; on failure says which field inside of it is at fault, as `.a.b`.
    pub(super) fn compile(template: Value) -> Result<Self, (String, Problem)> {
        match template {
            Value::Object(fields) => Self::compile_object(fields),
            Value::Array(_) if has_computed(&template) => {
                Err((String::new(), Problem::Unsupported("a computed field within an array".to_owned())))
            }
            Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(Self::Constant(template))
            }
        }
    }

    fn compile_object(fields: Map<String, Value>) -> Result<Self, (String, Problem)> {
        let mut compiled: Vec<(String, Self)> = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            let at = |(inner, problem): (String, Problem)| (format!(".{name}{inner}"), problem);
            let (target, value) = match name.strip_suffix(".$") {
                Some(target) => (target, Self::computed(value).map_err(|problem| at((String::new(), problem)))?),
                None => (name.as_str(), Self::compile(value).map_err(at)?),
            };
            if compiled.iter().any(|(other, _)| other == target) {
                return Err(at((String::new(), Problem::Conflict("a field of the same name"))));
            }
            compiled.push((target.to_owned(), value));
        }
        if compiled.iter().all(|(_, value)| matches!(value, Self::Constant(_))) {
            let constants = compiled.into_iter().filter_map(|(name, value)| match value {
                Self::Constant(value) => Some((name, value)),
                Self::Object(_) | Self::Path(_) | Self::StringToJson(_) => None,
            });
            return Ok(Self::Constant(Value::Object(constants.collect())));
        }
        Ok(Self::Object(compiled))
    }

    fn computed(value: Value) -> Result<Self, Problem> {
        let Value::String(text) = value else { return Err(Problem::Malformed("a path or an intrinsic function")) };
        let argument = text.strip_prefix("States.StringToJson(").and_then(|rest| rest.strip_suffix(')'));
        let compiled = match argument {
            Some(path) => Path::parse(path.trim()).map(Self::StringToJson),
            None => Path::parse(&text).map(Self::Path),
        };
        compiled.ok_or(Problem::Unsupported(text))
    }

    pub(super) fn render(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        self.render_field(scope, "")
    }

    fn render_field(&self, scope: &Scope<'_>, field: &str) -> Result<Value, Fault> {
        let read = |path: &Path| path.read(scope).ok_or_else(|| Fault::missing(path, &format!("{field}.$")));
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Object(fields) => {
                let rendered = fields.iter().map(|(name, value)| Ok((name.clone(), value.render_field(scope, name)?)));
                rendered.collect::<Result<_, _>>().map(Value::Object)
            }
            Self::Path(path) => Ok(read(path)?.into_owned()),
            Self::StringToJson(path) => string_to_json(read(path)?.as_ref()).ok_or_else(|| Fault {
                error: super::retry::INTRINSIC_FAILURE,
                cause: format!("States.StringToJson({}): the argument is not a string of JSON text", path.text()),
            }),
        }
    }

    /// The template of a field, taken out.
    pub(super) fn take(&mut self, field: &str) -> Option<Self> {
        match self {
            Self::Constant(Value::Object(fields)) => fields.remove(field).map(Self::Constant),
            Self::Object(fields) => {
                let index = fields.iter().position(|(name, _)| name == field)?;
                Some(fields.swap_remove(index).1)
            }
            Self::Constant(_) | Self::Path(_) | Self::StringToJson(_) => None,
        }
    }

    /// Some field that has not been taken out.
    pub(super) fn any_field(&self) -> Option<&str> {
        match self {
            Self::Constant(Value::Object(fields)) => fields.keys().next().map(String::as_str),
            Self::Object(fields) => fields.first().map(|(name, _)| name.as_str()),
            Self::Constant(_) | Self::Path(_) | Self::StringToJson(_) => None,
        }
    }

    /// Every path of the template, with those in arguments.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Object(fields) => fields.iter().flat_map(|(_, value)| value.paths()).collect(),
            Self::Path(path) | Self::StringToJson(path) => vec![path],
        }
    }
}

fn string_to_json(value: &Value) -> Option<Value> {
    serde_json::from_str(value.as_str()?).ok()
}

fn has_computed(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_computed),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.ends_with(".$") || has_computed(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
