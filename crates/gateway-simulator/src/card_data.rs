//! Card numbers never come in: neither in a card field nor as a value.

use crate::form::Form;
use crate::refusal::Refusal;

const CARD_FIELDS: &[&str] = &["number", "cvc", "cvv", "cc", "pan", "exp_month", "exp_year", "expiryDate"];

/// Refuses a request that carries card data. The refusal names the field at most, and never a value.
pub(crate) fn refuse(path: &str, form: &Form, idempotency_key: Option<&str>) -> Result<(), Refusal> {
    if path.split('/').any(is_card_number) {
        return Err(Refusal::malformed("A path must not hold a card number."));
    }
    if idempotency_key.is_some_and(is_card_number) {
        return Err(Refusal::malformed("An idempotency key must not be a card number."));
    }
    match form.pairs().find(|(name, value)| is_card_field(name) || holds_card_number(value)) {
        // A name that is itself a number is not repeated either.
        Some((name, _)) if name.bytes().any(|byte| byte.is_ascii_digit()) => Err(Refusal::malformed(MESSAGE)),
        Some((name, _)) => Err(Refusal::invalid(None, name, MESSAGE)),
        None => Ok(()),
    }
}

const MESSAGE: &str = "Sending card data to this API is not accepted. Send a payment method such as pm_card_visa.";

/// The path without the card numbers in it.
pub(crate) fn without_numbers(path: &str) -> String {
    let segments: Vec<_> =
        path.split('/').map(|segment| if is_card_number(segment) { "removed" } else { segment }).collect();
    segments.join("/")
}

fn is_card_field(name: &str) -> bool {
    // A body that is no form, such as JSON, is all name.
    let parts = name.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    parts.into_iter().any(|part| CARD_FIELDS.contains(&part) || is_card_number(part))
}

/// Whether the whole text is a card number, or a token that is made of one, or anything in quotes, as in a search.
fn holds_card_number(text: &str) -> bool {
    let token = text.split_once('_').map_or(text, |(_, rest)| rest);
    is_card_number(token) || text.split(['\'', '"']).any(is_card_number)
}

/// Whether the whole text, apart from spaces and dashes, is a Luhn-valid run of 13 to 19 digits. Digits inside a longer
/// text are let through: one millisecond timestamp in ten would pass for a card.
fn is_card_number(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-'))
        .map(|character| character.to_digit(10))
        .collect();
    digits.is_some_and(|digits| (13..=19).contains(&digits.len()) && luhn_sum(&digits).is_multiple_of(10))
}

fn luhn_sum(digits: &[u32]) -> u32 {
    let weigh = |(place, digit): (usize, &u32)| match (place % 2, digit * 2) {
        (0, _) => *digit,
        (_, doubled) if doubled > 9 => doubled - 9,
        (_, doubled) => doubled,
    };
    digits.iter().rev().enumerate().map(weigh).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(encoded: &str) -> Option<String> {
        refuse("/", &Form::parse(encoded).unwrap(), None).err().map(|refusal| refusal.body(None).to_string())
    }

    #[test]
    fn card_fields_are_refused_by_name() {
        for field in ["card[number]", "payment_method_data[card][cvc]", "source[exp_month]", "number"] {
            let body = refused(&format!("{field}=123")).unwrap();
            assert!(body.contains(field), "{field}");
        }
    }

    #[test]
    fn a_card_number_is_refused_wherever_it_stands_and_never_repeated() {
        for encoded in
            ["description=4242+4242-42424242", "metadata[4242424242424242]=x", "payment_method=4242424242424242"]
        {
            assert!(!refused(encoded).unwrap().contains("4242"), "{encoded}");
        }
        assert!(refuse("/", &Form::default(), Some("4242424242424242")).is_err());
        assert!(refuse("/v1/refunds/4242424242424242", &Form::default(), None).is_err());
    }

    #[test]
    fn a_card_number_hides_in_no_token_no_search_and_no_body_that_is_no_form() {
        for encoded in [
            "payment_method=pm_4242424242424242",
            "query=metadata['fare_reference']:'4242424242424242'",
            r#"{"card":{"number":"4242424242424242"}}"#,
        ] {
            assert!(!refused(encoded).unwrap().contains("4242"), "{encoded}");
        }
    }

    #[test]
    fn other_numbers_pass() {
        for encoded in ["amount=2000", "description=4242424242424241", "metadata[a]=fare-1700000000003"] {
            assert_eq!(refused(encoded), None, "{encoded}");
        }
    }
}
