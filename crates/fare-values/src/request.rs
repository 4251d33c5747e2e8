//! The execution input: one fare to collect.

use serde_json::{Map, Value};

use crate::card_data::{printable_field, refuse_card_data};
use crate::{CustomerId, FareId, Money, PayloadHash, PaymentMethod, Rejection};

/// The largest input that is read, in bytes of compact JSON.
pub const MAX_INPUT_BYTES: usize = 8 * 1024;

const FIELDS: [&str; 4] = ["fareId", "customerId", "fareAmount", "paymentMethod"];

/// A fare to collect, checked in every field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FareRequest {
    fare_id: FareId,
    customer_id: CustomerId,
    amount: Money,
    payment_method: PaymentMethod,
}

impl FareRequest {
    /// Reads an execution input. Card data is looked for first, so that no other error can hide it.
    ///
    /// # Errors
    /// [`Rejection`], naming the first field at fault and never repeating a value.
    pub fn from_json(input: &Value) -> Result<Self, Rejection> {
        refuse_card_data(input)?;
        if input.to_string().len() > MAX_INPUT_BYTES {
            return Err(Rejection::invalid("input", "must be at most 8 KiB of JSON"));
        }
        let fields = input.as_object().ok_or_else(|| Rejection::invalid("input", "must be a JSON object"))?;
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(Rejection::invalid(
                printable_field(unknown),
                format!("is unknown: a fare has {}", FIELDS.join(", ")),
            ));
        }
        Ok(Self {
            fare_id: FareId::new(text(fields, "fareId")?)?,
            customer_id: CustomerId::new(text(fields, "customerId")?)?,
            amount: Money::from_json(field(fields, "fareAmount")?)?,
            payment_method: PaymentMethod::new(text(fields, "paymentMethod")?)?,
        })
    }

    /// A request made of parts that are each valid, as a store reads it back.
    #[must_use]
    pub fn from_parts(fare_id: FareId, customer_id: CustomerId, amount: Money, payment_method: PaymentMethod) -> Self {
        Self { fare_id, customer_id, amount, payment_method }
    }

    /// The fare's id.
    #[must_use]
    pub fn fare_id(&self) -> &FareId {
        &self.fare_id
    }

    /// Whose fare it is.
    #[must_use]
    pub fn customer_id(&self) -> &CustomerId {
        &self.customer_id
    }

    /// How much it is.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// How it is paid.
    #[must_use]
    pub fn payment_method(&self) -> &PaymentMethod {
        &self.payment_method
    }

    /// The fingerprint of the whole request.
    #[must_use]
    pub fn payload_hash(&self) -> PayloadHash {
        PayloadHash::of(self)
    }
}

fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a Value, Rejection> {
    fields.get(name).ok_or_else(|| Rejection::invalid(name, "is missing"))
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Rejection> {
    field(fields, name)?.as_str().ok_or_else(|| Rejection::invalid(name, "must be a text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn input() -> Value {
        json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut input = input();
        input[field] = value;
        input
    }

    fn refused(input: &Value) -> String {
        FareRequest::from_json(input).unwrap_err().to_string()
    }

    #[test]
    fn a_fare_is_read_as_it_was_sent() {
        let fare = FareRequest::from_json(&input()).unwrap();
        assert_eq!(fare.fare_id().as_str(), "wr_563");
        assert_eq!(fare.customer_id().as_str(), "3");
        assert_eq!(fare.amount().to_string(), "20.00 usd");
        assert_eq!(fare.payment_method().as_str(), "pm_card_visa");
    }

    #[test]
    fn every_field_is_needed_and_must_be_a_text_where_a_text_is_meant() {
        for name in FIELDS {
            let mut lacking = input();
            lacking.as_object_mut().unwrap().remove(name);
            assert_eq!(refused(&lacking), format!("`{name}` is missing"));
            assert!(refused(&with(name, json!(7))).contains(&format!("`{name}` must be a text")), "{name}");
            assert!(refused(&with(name, Value::Null)).contains(&format!("`{name}` must be a text")), "{name}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        assert!(refused(&with("tip", json!("$1.00"))).starts_with("`tip` is unknown"));
        assert!(!refused(&with("<script>", json!(1))).contains("script"));
    }

    #[test]
    fn card_data_is_found_before_any_other_fault() {
        let message = refused(&json!({"cc": "4242424242424242", "fareAmount": "nonsense"}));
        assert!(message.starts_with("`cc` holds card data"), "{message}");
        assert!(!message.contains("4242"));
        assert!(refused(&with("fareId", json!("4242424242424242"))).contains("card data"));
    }

    #[test]
    fn what_is_no_object_or_too_large_is_refused() {
        for other in [json!(null), json!([]), json!("wr_563"), json!(1), json!(true)] {
            assert_eq!(refused(&other), "`input` must be a JSON object");
        }
        assert!(refused(&with("note", json!("x".repeat(MAX_INPUT_BYTES)))).contains("8 KiB"));
    }

    #[test]
    fn the_same_fare_in_another_spelling_has_the_same_hash() {
        let spelt = with("fareAmount", json!({"amount": 2000, "currency": "USD"}));
        let hash = |input: &Value| FareRequest::from_json(input).unwrap().payload_hash();
        assert_eq!(hash(&spelt), hash(&input()));
    }

    #[test]
    fn a_change_in_any_field_changes_the_hash() {
        let hash = |input: &Value| FareRequest::from_json(input).unwrap().payload_hash();
        for (field, value) in [
            ("fareId", json!("wr_564")),
            ("customerId", json!("4")),
            ("fareAmount", json!("$20.01")),
            ("fareAmount", json!({"amount": 2000, "currency": "eur"})),
            ("paymentMethod", json!("pm_card_amex")),
        ] {
            assert_ne!(hash(&with(field, value)), hash(&input()), "{field}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_the_reader_stumble_or_repeat_a_value(value in ".{20,40}") {
            for name in FIELDS {
                if let Err(rejection) = FareRequest::from_json(&with(name, json!(value))) {
                    prop_assert!(!rejection.to_string().contains(&value));
                }
            }
        }
    }
}
