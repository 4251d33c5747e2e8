//! Reading the attributes of one record, each with a name for the error.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::{Error, Result};

/// An item as DynamoDB gives it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A record under its table and key, for errors that say where they are.
pub(super) struct Record<'a> {
    pub(super) table: &'static str,
    pub(super) key: &'a str,
    pub(super) item: &'a Item,
}

impl Record<'_> {
    pub(super) fn text(&self, attribute: &'static str) -> Result<String> {
        let value = self.item.get(attribute).and_then(|value| value.as_s().ok());
        value.cloned().ok_or_else(|| self.malformed(attribute))
    }

    pub(super) fn number(&self, attribute: &'static str) -> Result<i64> {
        let value = self.item.get(attribute).and_then(|value| value.as_n().ok());
        value.and_then(|digits| digits.parse().ok()).ok_or_else(|| self.malformed(attribute))
    }

    pub(super) fn parsed<T: FromStr>(&self, attribute: &'static str) -> Result<T> {
        self.text(attribute)?.parse().map_err(|_| self.malformed(attribute))
    }

    /// Text that a record may lack; malformed where it is there and no text.
    pub(super) fn optional_text(&self, attribute: &'static str) -> Result<Option<String>> {
        if self.item.contains_key(attribute) { self.text(attribute).map(Some) } else { Ok(None) }
    }

    pub(super) fn optional_number(&self, attribute: &'static str) -> Result<Option<i64>> {
        if self.item.contains_key(attribute) { self.number(attribute).map(Some) } else { Ok(None) }
    }

    fn malformed(&self, attribute: &'static str) -> Error {
        Error::Malformed { table: self.table, key: self.key.to_owned(), attribute }
    }
}
