//! What of a document may be shown: everything but how a fare is paid, and what may be card data.

use fare_values::{FareRequest, Rejection};
use serde_json::{Value, json};

use crate::cards::holds_card_number;
use crate::report::spelt_out;

/// What stands in place of what is not shown.
const PAYMENT_METHOD: &str = "(not shown: how the fare is paid)";
const CARD_DATA: &str = "(left out: it may be card data)";
/// How deep documents are looked into, and texts that are documents themselves.
const DEEPEST: usize = 24;

/// A document as it may be shown. A text that is a document itself, such as an event's input, is shown as one.
pub(super) fn shown(value: &Value) -> Value {
    within(value, DEEPEST)
}

/// A document that came as text, as it may be shown.
pub(super) fn shown_text(text: &str) -> Value {
    shown(&Value::from(text))
}

fn within(value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return json!("(left out: too deep)") };
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) if is_card_number(value) => json!(CARD_DATA),
        Value::Number(_) => value.clone(),
        Value::String(text) => of_text(text, depth),
        Value::Array(items) => items.iter().map(|item| within(item, depth)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| field(name, value, depth)).collect(),
    }
}

/// Whether a number would be refused in an input.
fn is_card_number(number: &Value) -> bool {
    matches!(FareRequest::from_json(number), Err(Rejection::CardDataNotAccepted { .. }))
}

fn of_text(text: &str, depth: usize) -> Value {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(document @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        return within(&document, depth);
    }
    if holds_card_number(text) { json!(CARD_DATA) } else { json!(spelt_out(text)) }
}

fn field(name: &str, value: &Value, depth: usize) -> (String, Value) {
    if holds_card_number(name) {
        return (CARD_DATA.to_owned(), json!(CARD_DATA));
    }
    let shown = if is_for_card_data(name) {
        json!(CARD_DATA)
    } else if name.eq_ignore_ascii_case("paymentMethod") {
        json!(PAYMENT_METHOD)
    } else {
        within(value, depth)
    };
    (spelt_out(name), shown)
}

/// Whether a field of this name is refused whatever it holds.
fn is_for_card_data(name: &str) -> bool {
    let input = Value::Object([(name.to_owned(), Value::Null)].into_iter().collect());
    matches!(FareRequest::from_json(&input), Err(Rejection::CardDataNotAccepted { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_fare_is_paid_is_not_shown_wherever_it_stands() {
        let input = json!({"fareId": "wr_1", "paymentMethod": "pm_card_visa"});
        let event = json!({"detail": {"input": input.to_string()}, "fare": input});
        let shown = shown(&event).to_string();
        assert!(shown.contains("wr_1") && !shown.contains("pm_card_visa"), "{shown}");
    }

    #[test]
    fn card_data_is_left_out_as_text_as_number_and_by_its_fields_name() {
        for document in [
            json!({"note": "4242 4242 4242 4242"}),
            json!({"note": 4_242_424_242_424_242_u64}),
            json!({"4242424242424242": 1}),
            json!([{"cause": "{\"cc\":\"4242424242424242\",\"cvv\":\"424\"}"}]),
            json!({"CVV": "4242"}),
        ] {
            let shown = shown(&document).to_string();
            assert!(shown.contains("left out") && !shown.contains("42"), "{shown}");
        }
    }

    #[test]
    fn nothing_else_is_changed() {
        let document = json!({"amount": 2000, "open": true, "list": [null, "Müller <b>"]});
        assert_eq!(shown(&document), document);
        assert_eq!(shown_text("{\"a\":1}"), json!({"a": 1}));
        assert_eq!(shown_text("plain"), json!("plain"));
    }

    #[test]
    fn a_document_that_nests_for_ever_is_cut() {
        let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
        assert!(shown(&deep).to_string().contains("too deep"));
    }
}
