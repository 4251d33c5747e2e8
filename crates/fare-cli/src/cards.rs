//! Keeps the numbers of cards from being repeated.

use fare_values::{FareRequest, Rejection};
use serde_json::Value;

/// Whether a text holds what could be the number of a card.
#[must_use]
pub fn holds_card_number(text: &str) -> bool {
    matches!(FareRequest::from_json(&Value::from(text)), Err(Rejection::CardDataNotAccepted { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_a_sentence() {
        assert!(holds_card_number("unexpected argument '4242 4242 4242 4242' found"));
        assert!(!holds_card_number("unexpected argument 'wr_563' found"));
    }
}
