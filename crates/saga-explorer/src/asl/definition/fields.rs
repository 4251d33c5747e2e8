//! Reads the fields of an object; what nobody asks for is refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::asl::error::{DefinitionError, Problem};

/// The object at some place of a definition. Every field is taken out, and [`Fields::finish`] refuses what is left.
pub(super) struct Fields {
    state: Option<String>,
    /// The object's own place, with a dot at its end, or empty.
    prefix: String,
    values: Map<String, Value>,
}

impl Fields {
    /// The fields of the definition itself, or of a state.
    pub(super) fn of(state: Option<&str>, values: Map<String, Value>) -> Self {
        Self { state: state.map(str::to_owned), prefix: String::new(), values }
    }

    pub(super) fn error(&self, field: &str, problem: Problem) -> DefinitionError {
        DefinitionError { state: self.state.clone(), field: format!("{}{field}", self.prefix), problem }
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    pub(super) fn take(&mut self, field: &str) -> Option<Value> {
        self.values.remove(field)
    }

    /// `Comment`, which has no meaning but must be text.
    pub(super) fn skip_comment(&mut self) -> Result<(), DefinitionError> {
        self.text("Comment").map(drop)
    }

    pub(super) fn text(&mut self, field: &str) -> Result<Option<String>, DefinitionError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(field, Problem::Malformed("a string"))),
        }
    }

    pub(super) fn required_text(&mut self, field: &str) -> Result<String, DefinitionError> {
        self.text(field)?.ok_or_else(|| self.error(field, Problem::Missing))
    }

    pub(super) fn boolean(&mut self, field: &str) -> Result<Option<bool>, DefinitionError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(self.error(field, Problem::Malformed("true or false"))),
        }
    }

    /// A whole number between `least` and `most`, which is what the service's quota says.
    pub(super) fn number(&mut self, field: &str, least: u64, most: u64) -> Result<Option<u64>, DefinitionError> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let number = value.as_u64().filter(|number| (least..=most).contains(number));
        number
            .map(Some)
            .ok_or_else(|| self.error(field, Problem::Malformed("a whole number within the service's limits")))
    }

    /// A state's name, as the state's number.
    pub(super) fn target(
        &mut self,
        field: &str,
        states: &BTreeMap<String, usize>,
    ) -> Result<Option<usize>, DefinitionError> {
        let Some(name) = self.text(field)? else { return Ok(None) };
        states.get(&name).copied().map(Some).ok_or_else(|| self.error(field, Problem::UnknownState(name)))
    }

    pub(super) fn object(&mut self, field: &str) -> Result<Option<Map<String, Value>>, DefinitionError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Object(values)) => Ok(Some(values)),
            Some(_) => Err(self.error(field, Problem::Malformed("an object"))),
        }
    }

    /// An object within this one.
    pub(super) fn nested(&mut self, field: &str) -> Result<Option<Self>, DefinitionError> {
        let values = self.object(field)?;
        Ok(values.map(|values| Self { state: self.state.clone(), prefix: format!("{}{field}.", self.prefix), values }))
    }

    /// An array of objects that is not empty.
    pub(super) fn list(&mut self, field: &str) -> Result<Option<Vec<Self>>, DefinitionError> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let malformed = || self.error(field, Problem::Malformed("an array of objects that is not empty"));
        let Value::Array(items) = value else { return Err(malformed()) };
        if items.is_empty() {
            return Err(malformed());
        }
        let element = |(index, item)| match item {
            Value::Object(values) => {
                Ok(Self { state: self.state.clone(), prefix: format!("{}{field}[{index}].", self.prefix), values })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Err(malformed()),
        };
        items.into_iter().enumerate().map(element).collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn finish(self) -> Result<(), DefinitionError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(field) => Err(self.error(field, Problem::Unknown)),
        }
    }
}

/// Puts values in the place of `${Name}`, in every string, as CloudFormation does with `DefinitionSubstitutions`.
pub(super) fn substitute(
    value: &mut Value,
    field: &str,
    values: &BTreeMap<String, String>,
) -> Result<(), (String, Problem)> {
    match value {
        Value::String(text) => {
            *text = substituted(text, values).map_err(|problem| (field.to_owned(), problem))?;
            Ok(())
        }
        Value::Array(items) => items
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, item)| substitute(item, &format!("{field}[{index}]"), values)),
        Value::Object(fields) => fields.iter_mut().try_for_each(|(name, item)| {
            let field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
            if name.contains("${") {
                return Err((field, Problem::Unsupported("a substitution in a field's name".to_owned())));
            }
            substitute(item, &field, values)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn substituted(text: &str, values: &BTreeMap<String, String>) -> Result<String, Problem> {
    let mut parts = text.split("${");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').ok_or(Problem::Malformed("text in which every ${ is closed"))?;
        result.push_str(values.get(name).ok_or_else(|| Problem::UnknownSubstitution(name.to_owned()))?);
        result.push_str(rest);
    }
    Ok(result)
}
