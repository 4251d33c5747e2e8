//! The part of Stripe's search query language that finds intents by exact values, joined by `AND`.

use crate::intents::Intent;
use crate::refusal::Refusal;

/// A search: every clause has to hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    clauses: Vec<Clause>,
}

#[derive(Debug, PartialEq, Eq)]
struct Clause {
    negated: bool,
    field: Field,
    value: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Field {
    Metadata(String),
    Status,
    Currency,
    Amount,
}

impl Query {
    /// Reads `metadata['k']:'v' AND -status:"canceled"`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut rest = text.trim();
        let mut clauses = Vec::new();
        loop {
            let (clause, after) = clause(rest).ok_or_else(not_understood)?;
            clauses.push(clause);
            match after.trim_start() {
                "" => return Ok(Self { clauses }),
                more => rest = conjunction(more).ok_or_else(not_understood)?,
            }
        }
    }

    /// Whether this intent is one of those searched for.
    pub(crate) fn matches(&self, intent: &Intent) -> bool {
        self.clauses.iter().all(|clause| clause.matches(intent))
    }

    /// The value that `metadata['<key>']` is searched for.
    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        let wanted =
            |clause: &&Clause| !clause.negated && matches!(&clause.field, Field::Metadata(name) if name == key);
        self.clauses.iter().find(wanted).map(|clause| clause.value.as_str())
    }
}

impl Clause {
    fn matches(&self, intent: &Intent) -> bool {
        let same = match &self.field {
            Field::Metadata(key) => {
                intent.details.metadata.get(key).is_some_and(|value| value.eq_ignore_ascii_case(&self.value))
            }
            Field::Status => intent.status.word() == self.value,
            Field::Currency => intent.currency == self.value.to_ascii_lowercase(),
            Field::Amount => intent.amount.to_string() == self.value,
        };
        same != self.negated
    }
}

fn clause(text: &str) -> Option<(Clause, &str)> {
    let (negated, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (field, rest) = field(text)?;
    let rest = rest.strip_prefix(':')?;
    let (value, rest) = match field {
        Field::Amount => {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            (Some(digits.to_owned()).filter(|digits| !digits.is_empty())?, after)
        }
        Field::Metadata(_) | Field::Status | Field::Currency => quoted(rest)?,
    };
    Some((Clause { negated, field, value }, rest))
}

fn field(text: &str) -> Option<(Field, &str)> {
    if let Some(rest) = text.strip_prefix("metadata[") {
        let (key, rest) = quoted(rest)?;
        return Some((Field::Metadata(key), rest.strip_prefix(']')?));
    }
    let simple = [("status", Field::Status), ("currency", Field::Currency), ("amount", Field::Amount)];
    simple.into_iter().find_map(|(name, field)| Some((field, text.strip_prefix(name)?)))
}

/// A text in single or double quotes, in which a backslash takes the next character as it is.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return Some((value, text.get(at + character.len_utf8()..)?));
        }
        value.push(if character == '\\' { characters.next()?.1 } else { character });
    }
    None
}

fn conjunction(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(3)?;
    (word.eq_ignore_ascii_case("and") && rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

fn not_understood() -> Refusal {
    Refusal::invalid(
        None,
        "query",
        "We were unable to parse your search query. Try metadata['key']:'value', status, currency or amount, joined by AND.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_joined_by_and() {
        let query = Query::parse(r#"metadata['fare_reference']:'a/b' AND -status:"canceled" and amount:2000"#).unwrap();
        assert_eq!(query.clauses.len(), 3);
        assert_eq!(query.metadata("fare_reference"), Some("a/b"));
        assert!(query.clauses[1].negated);
    }

    #[test]
    fn a_quote_inside_a_value_is_escaped() {
        let query = Query::parse(r"metadata['k']:'it\'s \\ é'").unwrap();
        assert_eq!(query.metadata("k"), Some(r"it's \ é"));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "x",
            "metadata['k']",
            "metadata['k']:v",
            "metadata['k']:'v",
            "colour:'red'",
            "amount:",
            "status:'a' OR status:'b'",
            "status:'a' AND",
        ] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
    }
}
