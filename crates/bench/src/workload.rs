//! What a program under test is asked, and what it must answer.

use serde_json::{Value, json};

/// The execution that asks, as the state machine says it.
const EXECUTION: &str = "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:";

/// What an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Nothing.
    Nothing,
    /// To register a fare.
    Register,
    /// To charge it.
    Charge,
    /// To credit it.
    Credit,
    /// To decide that it is collected.
    Complete,
}

impl Workload {
    /// The event about this fare.
    pub(crate) fn event(self, fare_id: &str) -> Value {
        let action = match self {
            Self::Nothing | Self::Register => "register",
            Self::Charge => "charge",
            Self::Credit => "credit",
            Self::Complete => "complete",
        };
        json!({
            "action": action,
            "fare": {
                "fareId": fare_id, "customerId": "bench", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa",
            },
            "execution": format!("{EXECUTION}{fare_id}"),
        })
    }

    /// Whether this is the answer of one that did what it was asked.
    pub(crate) fn is_right(self, answer: &Value, fare_id: &str) -> bool {
        let status = match self {
            Self::Nothing => return true,
            Self::Register => "registered",
            Self::Charge => "captured",
            Self::Credit => "standing",
            Self::Complete => "completed",
        };
        let is = |name: &str, value: &str| answer.get(name).and_then(Value::as_str) == Some(value);
        is("fareId", fare_id) && is("status", status)
    }
}

/// Fare ids that were never used before in this run.
#[derive(Debug, Default)]
pub(crate) struct FareIds(u64);

impl FareIds {
    pub(crate) fn next(&mut self) -> String {
        self.0 += 1;
        format!("bench-{:08}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use fare_values::{EntryState, FareRequest, FareStatus, PaymentStatus};

    use super::*;

    #[test]
    fn a_fare_is_one_that_the_functions_accept() {
        let mut ids = FareIds::default();
        let (first, second) = (ids.next(), ids.next());
        assert_ne!(first, second);
        FareRequest::from_json(&Workload::Register.event(&first)["fare"]).unwrap();
    }

    #[test]
    fn only_the_answer_about_this_fare_and_with_the_right_status_is_right() {
        let workloads = [
            (Workload::Register, FareStatus::Registered.as_str()),
            (Workload::Charge, PaymentStatus::Captured.as_str()),
            (Workload::Credit, EntryState::Standing.as_str()),
            (Workload::Complete, FareStatus::Completed.as_str()),
        ];
        for (workload, status) in workloads {
            assert!(workload.is_right(&json!({"fareId": "f", "status": status}), "f"), "{workload:?}");
            assert!(!workload.is_right(&json!({"fareId": "g", "status": status}), "f"), "{workload:?}");
            assert!(!workload.is_right(&json!({"fareId": "f", "status": "failed"}), "f"), "{workload:?}");
            assert!(!workload.is_right(&Value::Null, "f"), "{workload:?}");
        }
    }
}
