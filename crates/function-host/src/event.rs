//! An event before anybody has read it.

use fare_values::Rejection;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The event as it came. Taking it never fails: the runtime's own error for an event that it cannot read would repeat
/// parts of it, and would be no error that the state machine knows.
pub(crate) struct RawEvent(Option<Box<RawValue>>);

impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(deserializer).ok()))
    }
}

impl RawEvent {
    /// The event as JSON.
    ///
    /// # Errors
    /// [`Rejection::InvalidFare`] in words of its own.
    pub(crate) fn read(&self) -> Result<Value, Rejection> {
        self.0.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok()).ok_or_else(|| {
            Rejection::invalid(
                "input",
                "cannot be read: numbers must be finite, texts Unicode, and nothing nested more than a hundred deep",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Value, Rejection> {
        // As the runtime does it, which does not ask what is left of the body.
        RawEvent::deserialize(&mut serde_json::Deserializer::from_str(body)).expect("an event is always taken").read()
    }

    #[test]
    fn an_event_is_read_as_it_was_sent() {
        assert_eq!(read(r#"{"action": "register"}"#), Ok(serde_json::json!({"action": "register"})));
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_not_repeated() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for unreadable in ["1e400", r#""\ud800""#, "NaN", "Infinity", &deep] {
            let error = read(&format!(r#"{{"fare": {{"4242424242424242": {unreadable}}}}}"#)).unwrap_err().to_string();
            assert!(error.starts_with("`input` cannot be read") && !error.contains("4242"), "{error}");
        }
    }
}
