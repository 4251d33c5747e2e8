//! What a function receives: an action and the fare it is about.

use std::str::FromStr;

use serde_json::Value;

use crate::{FareRequest, Rejection};

/// Reads `{"action": …, "fare": {…}}`, checking the fare whole. Every function does so for itself, since anybody with
/// the console can send anything to any of them.
///
/// # Errors
/// [`Rejection`] naming the field at fault: `action`, or one of the fare's.
pub fn read_event<A: FromStr>(event: &Value) -> Result<(A, FareRequest), Rejection> {
    let unknown = || Rejection::invalid("action", "is not one that this function knows");
    let action = event.get("action").and_then(Value::as_str).ok_or_else(unknown)?.parse().map_err(|_| unknown())?;
    let fare = event.get("fare").ok_or_else(|| Rejection::invalid("fare", "is missing"))?;
    Ok((action, FareRequest::from_json(fare)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FareStatus;
    use serde_json::json;

    fn refused(event: &Value) -> String {
        read_event::<FareStatus>(event).unwrap_err().to_string()
    }

    #[test]
    fn an_event_without_a_known_action_or_a_fare_is_refused() {
        for event in [json!(null), json!({}), json!({"action": "fly"}), json!({"action": 1}), json!("failed")] {
            assert!(refused(&event).starts_with("`action` is not one"), "{event}");
        }
        assert_eq!(refused(&json!({"action": "failed"})), "`fare` is missing");
        assert_eq!(refused(&json!({"action": "failed", "fare": {}})), "`fareId` is missing");
    }
}
