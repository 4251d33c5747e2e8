//! From an event to an action, and from its outcome to an answer.

use fare_values::{Clock, WireError, read_event};
use serde_json::{Value, json};

use crate::store::FareStore;
use crate::{Action, Fare, RegisterFare};

impl<S: FareStore, C: Clock> RegisterFare<S, C> {
    /// Answers one event: `{"action": "register" | "complete" | "cancel", "fare": {…}}`.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value) -> Result<Value, WireError> {
        let (action, request) = read_event::<Action>(&event)?;
        let fare_id = request.fare_id().clone();
        let fare = self.act(action, request).await?;
        tracing::info!(%fare_id, %action, status = %fare.status, "done");
        Ok(answer(&fare))
    }
}

fn answer(fare: &Fare) -> Value {
    let money = fare.request.amount();
    json!({
        "fareId": fare.request.fare_id().as_str(),
        "customerId": fare.request.customer_id().as_str(),
        "amount": money.amount(),
        "currency": money.currency().code(),
        "status": fare.status.as_str(),
    })
}
