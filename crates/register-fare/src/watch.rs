//! How long the oldest undecided fare has been waiting. However a fare came to be left behind, it is noticed here.

use std::time::Duration;

use decision_log::{failed, oldest_undecided};
use fare_values::{Clock, WireError};
use serde_json::{Value, json};

use crate::RegisterFareError;
use crate::store::UndecidedFares;

/// Looks at the fares on which nothing is decided.
#[derive(Clone, Debug)]
pub struct Watch<S, C> {
    fares: S,
    clock: C,
}

impl<S: UndecidedFares, C: Clock> Watch<S, C> {
    /// A look at these fares, by this clock.
    pub fn new(fares: S, clock: C) -> Self {
        Self { fares, clock }
    }

    /// Measures the age of the oldest undecided fare, and answers it in seconds: 0 where there is none.
    ///
    /// # Errors
    /// [`WireError`] where the table gives no answer. Nothing is written in any case.
    pub async fn look(&self) -> Result<Value, WireError> {
        let oldest = self.fares.oldest().await.map_err(|error| failed(RegisterFareError::from(error).into()))?;
        let waiting = oldest.map_or(0, |registered_at| self.clock.now().since(registered_at));
        let age = Duration::from_millis(u64::try_from(waiting).unwrap_or_default());
        oldest_undecided(age);
        Ok(json!({ "oldestUndecidedSeconds": age.as_secs() }))
    }
}

/// Whether an event asks to look, `{"action": "watch"}`. It names no fare, as every other event does.
#[must_use]
pub fn asks_to_watch(event: &Value) -> bool {
    event.get("action").and_then(Value::as_str) == Some("watch")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fare_values::{FailureReason, FareRequest, FaultTriggers, Millis};

    use crate::store::InMemoryFares;
    use crate::{Action, RegisterFare};

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Millis {
            Millis(self.0)
        }
    }

    async fn act(fares: &InMemoryFares, at: i64, action: Action, fare_id: &str) {
        let fare =
            json!({"fareId": fare_id, "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let service = RegisterFare::new(fares.clone(), At(at), FaultTriggers::Disabled);
        service.act(action, FareRequest::from_json(&fare).unwrap(), &FailureReason::of("")).await.unwrap();
    }

    async fn seconds(fares: &InMemoryFares, at: i64) -> Value {
        Watch::new(fares.clone(), At(at)).look().await.unwrap()["oldestUndecidedSeconds"].clone()
    }

    #[tokio::test]
    async fn the_oldest_fare_counts_until_it_is_decided() {
        let fares = InMemoryFares::default();
        assert_eq!(seconds(&fares, 5_000).await, 0);
        act(&fares, 1_000, Action::Register, "first").await;
        act(&fares, 3_000, Action::Register, "second").await;
        assert_eq!(seconds(&fares, 5_999).await, 4);
        act(&fares, 4_000, Action::Complete, "first").await;
        assert_eq!(seconds(&fares, 5_999).await, 2);
        act(&fares, 5_000, Action::Cancel, "second").await;
        assert_eq!(seconds(&fares, 5_999).await, 0);
    }

    #[tokio::test]
    async fn a_fare_that_was_cancelled_before_it_was_registered_never_counts() {
        let fares = InMemoryFares::default();
        act(&fares, 1_000, Action::Cancel, "first").await;
        assert_eq!(seconds(&fares, 9_000).await, 0);
    }
}
