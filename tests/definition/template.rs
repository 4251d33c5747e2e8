//! The template, as data.

use std::fs;

use serde_yaml_ng::{Mapping, Value};

use crate::machine::repository;

pub(crate) fn template() -> Value {
    serde_yaml_ng::from_str(&fs::read_to_string(repository().join("template.yaml")).unwrap()).unwrap()
}

pub(crate) fn mapping(value: &Value) -> &Mapping {
    value.as_mapping().unwrap()
}

/// The resources of this type, with their names.
pub(crate) fn of_type<'a>(template: &'a Value, wanted: &str) -> Vec<(&'a str, &'a Value)> {
    let named = mapping(&template["Resources"]).iter().map(|(name, resource)| (name.as_str().unwrap(), resource));
    named.filter(|(_, resource)| resource["Type"] == wanted).collect()
}

/// What a short-form intrinsic function such as `!Ref` is given.
pub(crate) fn argument<'a>(value: &'a Value, function: &str) -> &'a Value {
    if let Value::Tagged(tagged) = value
        && tagged.tag == function
    {
        return &tagged.value;
    }
    panic!("!{function} expected, found {value:?}")
}
