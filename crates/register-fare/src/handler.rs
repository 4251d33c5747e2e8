//! From an event to an action, and from its outcome to an answer.

use decision_log::{logged, recovering, turned_away};
use fare_values::{Clock, Event, WireError, read_event};
use serde_json::{Value, json};

use crate::store::FareStore;
use crate::{Action, Fare, RegisterFare};

impl<S: FareStore, C: Clock> RegisterFare<S, C> {
    /// Answers one event: `{"action": "register" | "complete" | "cancel", "fare": {…}}`, with the `execution` that asks and,
    /// where that has failed, the `reason`.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value) -> Result<Value, WireError> {
        let Event { action, request, execution, reason } =
            read_event::<Action>(&event).map_err(|rejection| turned_away(&event, rejection))?;
        let fare_id = request.fare_id().clone();
        logged(action.into(), &fare_id, execution.as_ref(), async {
            let fare = self.act(action, request, &reason).await?;
            if reason.is_recovery() {
                recovering();
            }
            Ok((answer(&fare), fare.status.as_str()))
        })
        .await
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
