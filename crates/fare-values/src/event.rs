//! What a function receives: an action, the fare it is about, and who asks.

use std::str::FromStr;

use serde_json::Value;

use crate::{Execution, FailureReason, FareRequest, Rejection};

/// An event that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<A> {
    /// What is to be done.
    pub action: A,
    /// The fare.
    pub request: FareRequest,
    /// The execution that asks, for the log only: nothing is decided by it.
    pub execution: Option<Execution>,
    /// Why that execution failed, where it did; for the log only.
    pub reason: FailureReason,
}

/// Reads `{"action": …, "fare": {…}, "execution": …, "reason": …}`, checking the fare whole. Every function does so for
/// itself, since anybody with the console can send anything to any of them.
///
/// # Errors
/// [`Rejection`] naming the field at fault: `action`, or one of the fare's. What is only for the log is never refused, but
/// left out.
pub fn read_event<A: FromStr>(event: &Value) -> Result<Event<A>, Rejection> {
    let unknown = || Rejection::invalid("action", "is not one that this function knows");
    let text = |field: &str| event.get(field).and_then(Value::as_str);
    let action = text("action").ok_or_else(unknown)?.parse().map_err(|_| unknown())?;
    let fare = event.get("fare").ok_or_else(|| Rejection::invalid("fare", "is missing"))?;
    Ok(Event {
        action,
        request: FareRequest::from_json(fare)?,
        execution: text("execution").and_then(Execution::new),
        reason: FailureReason::of(text("reason").unwrap_or_default()),
    })
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

    #[test]
    fn what_is_only_for_the_log_is_left_out_where_it_makes_no_sense() {
        let fare =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let event = json!({"action": "failed", "fare": fare, "execution": ["?"], "reason": {"a": 1}});
        let read = read_event::<FareStatus>(&event).unwrap();
        assert_eq!((read.execution, read.reason.as_str()), (None, "Other"));
    }
}
