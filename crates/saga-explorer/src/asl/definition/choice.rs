//! Choice rules.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::Fields;
use crate::asl::error::{DefinitionError, Problem};
use crate::asl::path::{Path, Scope};
use crate::asl::template::Fault;

/// An element of `Choices`.
#[derive(Debug)]
pub(in crate::asl) struct Rule {
    pub(in crate::asl) test: Test,
    pub(in crate::asl) next: usize,
}

/// A boolean expression.
///
/// Source: ASL specification, "Choice State"; guide, "Choice workflow state".
#[derive(Debug)]
pub(in crate::asl) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Comparison(Path, Comparison),
}

/// The comparison operators that are implemented. They are sensitive to type: a value of another type is not equal.
#[derive(Debug)]
pub(in crate::asl) enum Comparison {
    StringEquals(String),
    BooleanEquals(bool),
    IsPresent(bool),
    IsNull(bool),
    IsString(bool),
}

type Operator = fn(bool) -> Comparison;

impl Rule {
    pub(super) fn compile(mut fields: Fields, states: &BTreeMap<String, usize>) -> Result<Self, DefinitionError> {
        let next = fields.target("Next", states)?.ok_or_else(|| fields.error("Next", Problem::Missing))?;
        Ok(Self { next, test: Test::compile(fields)? })
    }
}

impl Test {
    /// `Next` within an inner rule is left over, and refused.
    fn compile(mut fields: Fields) -> Result<Self, DefinitionError> {
        fields.skip_comment()?;
        let several = |rules: Vec<Fields>| rules.into_iter().map(Self::compile).collect::<Result<_, _>>();
        let test = if let Some(rules) = fields.list("And")? {
            Self::And(several(rules)?)
        } else if let Some(rules) = fields.list("Or")? {
            Self::Or(several(rules)?)
        } else if let Some(rule) = fields.nested("Not")? {
            Self::Not(Box::new(Self::compile(rule)?))
        } else {
            let variable = fields.required_text("Variable")?;
            let path =
                Path::parse(&variable).ok_or_else(|| fields.error("Variable", Problem::Unsupported(variable)))?;
            Self::Comparison(path, Comparison::compile(&mut fields)?)
        };
        // A second operator beside the first is left over, too.
        fields.finish()?;
        Ok(test)
    }

    /// Rules within `And` and `Or` are evaluated in order and no further than needed, so that `IsPresent` guards what follows.
    ///
    /// # Errors
    /// A path that leads nowhere fails the execution, with any operator but `IsPresent`.
    pub(in crate::asl) fn holds(&self, scope: &Scope<'_>) -> Result<bool, Fault> {
        match self {
            Self::And(tests) => {
                for test in tests {
                    if !test.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(tests) => {
                for test in tests {
                    if test.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(test) => test.holds(scope).map(|holds| !holds),
            Self::Comparison(path, comparison) => {
                let value = path.read(scope);
                comparison.holds(value.as_deref()).ok_or_else(|| {
                    let path = path.text();
                    Fault::runtime(format!(
                        "Invalid path '{path}': The choice state's condition path references an invalid value."
                    ))
                })
            }
        }
    }
}

impl Comparison {
    fn compile(fields: &mut Fields) -> Result<Self, DefinitionError> {
        if let Some(text) = fields.text("StringEquals")? {
            return Ok(Self::StringEquals(text));
        }
        let operators: [(&str, Operator); 4] = [
            ("BooleanEquals", Self::BooleanEquals),
            ("IsPresent", Self::IsPresent),
            ("IsNull", Self::IsNull),
            ("IsString", Self::IsString),
        ];
        for (name, operator) in operators {
            if let Some(expected) = fields.boolean(name)? {
                return Ok(operator(expected));
            }
        }
        Err(fields.error("", Problem::Malformed("a rule with an operator that is supported")))
    }

    /// `None` if there is no value and the operator needs one.
    fn holds(&self, value: Option<&Value>) -> Option<bool> {
        match self {
            Self::IsPresent(expected) => Some(value.is_some() == *expected),
            Self::StringEquals(text) => value.map(|value| value.as_str() == Some(text)),
            Self::BooleanEquals(expected) => value.map(|value| value.as_bool() == Some(*expected)),
            Self::IsNull(expected) => value.map(|value| value.is_null() == *expected),
            Self::IsString(expected) => value.map(|value| value.is_string() == *expected),
        }
    }
}
