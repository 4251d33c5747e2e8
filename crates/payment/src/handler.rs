//! From an event to an action, and from its outcome to an answer.

use decision_log::{logged, turned_away};
use fare_values::{Clock, Event, Millis, WireError, read_event};
use serde_json::{Value, json};

use crate::gateway::{Pause, Transport};
use crate::store::PaymentStore;
use crate::{Action, Payment};

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Payment<S, T, C> {
    /// Answers one event: `{"action": "charge" | "refund", "fare": {…}}`, with the `execution` that asks, before `answer_by`.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value, answer_by: Millis) -> Result<Value, WireError> {
        let Event { action, request, execution, .. } =
            read_event::<Action>(&event).map_err(|rejection| turned_away(&event, rejection))?;
        let fare_id = request.fare_id().clone();
        logged(action.into(), &fare_id, execution.as_ref(), async {
            let receipt = self.act(action, request, answer_by).await?;
            let answer = json!({
                "fareId": receipt.fare_id.as_str(),
                "paymentId": receipt.payment_id,
                "status": receipt.status.as_str(),
            });
            Ok((answer, receipt.status.as_str()))
        })
        .await
    }
}
