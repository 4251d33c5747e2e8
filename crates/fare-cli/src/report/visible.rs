//! Texts that others wrote, made safe to show.

use serde_json::Value;

use crate::cards::holds_card_number;

const LEFT_OUT: &str = "(left out: it may hold the number of a card)";

/// A text as it may stand on somebody's terminal: what a terminal would obey is spelt out, and a text that may hold a card's
/// number is left out as a whole.
#[must_use]
pub fn visible(text: &str) -> String {
    if holds_card_number(text) {
        return LEFT_OUT.to_owned();
    }
    spelt_out(text)
}

/// A document without the texts that may hold the number of a card. The names of fields are ours.
#[must_use]
pub fn without_card_numbers(value: Value) -> Value {
    match value {
        Value::String(text) if holds_card_number(&text) => Value::from(LEFT_OUT),
        Value::Array(items) => items.into_iter().map(without_card_numbers).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, without_card_numbers(value))).collect(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// A text in which control characters, line breaks among them, and those that turn the direction of writing are spelt out.
#[must_use]
pub fn spelt_out(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control()
            || matches!(character, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing_by_a_text() {
        assert_eq!(visible("bad\u{1b}]0;pwned\u{7}\nnext"), r"bad\u{1b}]0;pwned\u{7}\nnext");
        assert_eq!(visible("Müller, 漢字 – $20.00"), "Müller, 漢字 – $20.00");
        assert_eq!(visible("a\u{202e}b"), r"a\u{202e}b");
    }

    #[test]
    fn a_cards_number_is_not_shown() {
        let shown = visible("gateway said 4242 4242 4242 4242");
        assert!(!shown.contains("4242"), "{shown}");
        let document = serde_json::json!({"cause": ["card 4242424242424242"], "fareId": "wr_563", "amount": 2000});
        let expected = serde_json::json!({"cause": [LEFT_OUT], "fareId": "wr_563", "amount": 2000});
        assert_eq!(without_card_numbers(document), expected);
    }
}
