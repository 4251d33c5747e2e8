//! Finds card data in an input, so that it can be refused before anything is done with it.
//!
//! Storing, logging or even passing on a card number would put the whole system under PCI DSS. The check errs on the
//! side of refusing: a number that only looks like a card's is refused too.

use serde_json::Value;

use crate::Rejection;

/// Names under which people send card data (the workshop's own first), compared without regard to case.
const CARD_FIELDS: [&str; 8] = ["cc", "cvv", "expiryDate", "cvc", "pan", "cardNumber", "card_number", "expiry"];

/// How many digits card numbers have (ISO/IEC 7812-1).
const SHORTEST_NUMBER: usize = 13;
const LONGEST_NUMBER: usize = 19;

/// How people group the digits of a card number when they write it with gaps.
const GROUPINGS: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]];

/// What people put between groups.
const SEPARATORS: [char; 5] = [' ', '-', '_', '.', '/'];

/// A group that is shorter may be a day or a month.
const SHORTEST_LONG_GROUP: usize = 4;

/// 19 digits make four of them at most.
const MOST_LONG_GROUPS: usize = 4;

/// Refuses an input that has a field named for card data, or a card number in any field, name or nested value.
///
/// # Errors
/// [`Rejection::CardDataNotAccepted`] with the path of the field, which never holds what was found.
pub(crate) fn refuse_card_data(input: &Value) -> Result<(), Rejection> {
    match card_data_in(input) {
        None => Ok(()),
        Some(path) if path.is_empty() => Err(Rejection::CardDataNotAccepted { field: "input".to_owned() }),
        Some(path) => Err(Rejection::CardDataNotAccepted { field: path }),
    }
}

/// The name of a field, for an error, unless it holds something that should not be repeated.
pub(crate) fn printable_field(name: &str) -> &str {
    let plain = name.len() <= 64
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain && !holds_card_number(name) { name } else { "(a field name that is not repeated)" }
}

/// The path to the first card data in a value; empty where the value itself is that. It is made on the way back, since
/// hardly any event has one.
fn card_data_in(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) => holds_card_number(&number.to_string()).then(String::new),
        Value::String(text) => holds_card_number(text).then(String::new),
        Value::Array(items) => items.iter().find_map(card_data_in),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let is_for_cards = CARD_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
            let below = if is_for_cards || holds_card_number(name) { String::new() } else { card_data_in(value)? };
            let shown = printable_field(name);
            Some(if below.is_empty() { shown.to_owned() } else { format!("{shown}.{below}") })
        }),
    }
}

/// Whether the text has a run of 13 to 19 digits that passes the Luhn check (ISO/IEC 7812-1), whole, in the groups in which
/// card numbers are written, or cut into long groups in some other way.
pub(crate) fn holds_card_number(text: &str) -> bool {
    // Most texts end here; every event has many.
    if text.bytes().filter(u8::is_ascii_digit).count() < SHORTEST_NUMBER {
        return false;
    }
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    runs.iter().any(|run| is_card_number(run))
        || GROUPINGS.iter().any(|grouping| {
            runs.windows(grouping.len()).any(|groups| {
                groups.iter().map(|group| group.len()).eq(grouping.iter().copied()) && is_card_number(&groups.concat())
            })
        })
        || text
            .split(|c: char| !c.is_ascii_digit() && !SEPARATORS.contains(&c))
            .any(|part| part.len() >= SHORTEST_NUMBER && holds_cut_card_number(part))
}

/// Whether neighbouring groups of digits, all of them long, make a card number of an issuer that there is. Ids are made in
/// this way too, of a date and a number for instance; dates have short groups or begin as no card does.
fn holds_cut_card_number(text: &str) -> bool {
    let groups: Vec<&str> = text.split(SEPARATORS).collect();
    (2..=MOST_LONG_GROUPS).any(|count| {
        groups.windows(count).filter(|groups| groups.iter().all(|group| group.len() >= SHORTEST_LONG_GROUP)).any(
            |groups| {
                let number = groups.concat();
                is_card_number(&number) && begins_as_an_issuers(&number)
            },
        )
    })
}

/// Whether a number begins as those of the card networks do (ISO/IEC 7812-1: industries 3 to 6, and 2221 to 2720).
fn begins_as_an_issuers(number: &str) -> bool {
    number.starts_with(['3', '4', '5', '6']) || number.get(..4).is_some_and(|first| ("2221"..="2720").contains(&first))
}

fn is_card_number(digits: &str) -> bool {
    (SHORTEST_NUMBER..=LONGEST_NUMBER).contains(&digits.len()) && luhn::valid(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field_of(input: &Value) -> Option<String> {
        match refuse_card_data(input) {
            Ok(()) => None,
            Err(Rejection::CardDataNotAccepted { field }) => Some(field),
            Err(other @ Rejection::InvalidFare { .. }) => panic!("{other}"),
        }
    }

    /// What is typed on the console's page is looked through by the page itself, which is held to the same cases.
    #[test]
    fn the_cases_that_the_consoles_page_is_held_to_are_right() {
        #[derive(serde::Deserialize)]
        struct Case {
            text: String,
            field: Option<String>,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("card_data/cases.json")).unwrap();
        assert!(cases.len() > 40);
        for Case { text, field } in cases {
            let input: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(field_of(&input), field, "{text}");
        }
    }

    #[test]
    fn the_workshops_card_fields_are_refused_whatever_they_hold() {
        for name in ["cc", "cvv", "expiryDate", "CVV", "expirydate"] {
            assert_eq!(field_of(&json!({ name: "" })), Some(name.to_owned()));
        }
    }

    #[test]
    fn card_numbers_are_found_in_any_field_in_any_writing() {
        for number in [
            json!("4242424242424242"),
            json!("4242 4242 4242 4242"),
            json!("4242-4242-4242-4242"),
            json!("my card is 4242.4242.4242.4242, thanks"),
            json!("3782 822463 10005"),
            json!("378282246310005"),
            json!("6011000990139424"),
            json!("4222222222222"),
            json!("42424242-42424242"),
            json!("4242424242_424242"),
            json!("wr_42424242.42424242-2"),
            json!("2223-00310000-8417"),
            json!(4_242_424_242_424_242_u64),
        ] {
            let input = json!({"fareId": "wr_563", "note": {"deep": [number]}});
            assert_eq!(field_of(&input), Some("note.deep".to_owned()), "{input}");
        }
        assert_eq!(field_of(&json!("4242424242424242")), Some("input".to_owned()));
    }

    #[test]
    fn a_card_number_in_a_field_name_is_refused_and_not_repeated() {
        let field = field_of(&json!({"4242424242424242": 1})).unwrap();
        assert!(!field.contains("4242"), "{field}");
    }

    #[test]
    fn other_numbers_are_no_card_numbers() {
        // The last three pass the Luhn check: a date with a number, with groups of days, and of an industry without cards.
        for text in ["20261126-0000120", "2026-11-26-00005", "90000000-0000000001"] {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!(luhn::valid(&digits), "{text}");
            assert_eq!(field_of(&json!({ "fareId": text })), None, "{text}");
        }
        for text in ["wr_563", "4242424242424241", "123456789012", "42424242424242424242", "2026-11-22", "5551234567"] {
            assert_eq!(field_of(&json!({ "fareId": text })), None, "{text}");
        }
    }
}
