//! How large a payload is.

use serde_json::Value;

/// The fields that hold a failure's text for people: in an error output, in a status event, and in a notice.
pub(super) const CAUSES: [&str; 2] = ["Cause", "cause"];

/// The longest cause that there may be, in bytes of JSON text. No handler gives a longer one, and AWS's own sentences about a
/// function that failed or was throttled are shorter, too.
pub(crate) const LONGEST_CAUSE: usize = 512;

/// Bytes of a payload's JSON text, each cause counted as the longest that there may be. States that differ in nothing else are
/// taken for the same, so that the one with the longer cause may never be gone on from.
pub(super) fn payload_bytes(payload: &Value) -> usize {
    match payload {
        Value::Object(fields) => {
            let of_fields = fields.iter().map(|(name, value)| {
                let is_cause = value.is_string() && CAUSES.contains(&name.as_str());
                let of_value = if is_cause { LONGEST_CAUSE } else { payload_bytes(value) };
                // The quotation marks, the colon, and the comma or the last bracket.
                name.len().saturating_add(of_value).saturating_add(4)
            });
            of_fields.fold(1, usize::saturating_add).max(2)
        }
        Value::Array(items) => {
            items.iter().map(|item| payload_bytes(item).saturating_add(1)).fold(1, usize::saturating_add).max(2)
        }
        Value::String(text) => escaped_bytes(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => payload.to_string().len(),
    }
}

/// Bytes of a text as JSON.
pub(crate) fn escaped_bytes(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    };
    text.bytes().map(escaped).fold(2, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_has_the_bytes_of_its_text() {
        let odd = "\"\\\u{8}\u{c}\n\r\t\u{1}é";
        for payload in [json!({}), json!([]), json!(null), json!({"a": [1, {"b": odd}, "c"], "d": true, "e": {}})] {
            assert_eq!(payload_bytes(&payload), payload.to_string().len(), "{payload}");
        }
    }

    #[test]
    fn a_cause_counts_as_the_longest_that_there_may_be() {
        for field in CAUSES {
            let longest = "c".repeat(LONGEST_CAUSE - 2);
            let (short, long) = (json!({"Error": "E", field: "c"}), json!({"Error": "E", field: longest}));
            assert_eq!(payload_bytes(&short), long.to_string().len());
            assert_eq!(payload_bytes(&short), payload_bytes(&long));
        }
        assert_eq!(payload_bytes(&json!({"cause": null})), 14);
    }
}
