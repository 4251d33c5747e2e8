//! From an event to an action, and from its outcome to an answer.

use fare_values::{Clock, Millis, WireError, read_event};
use serde_json::{Value, json};

use crate::gateway::{Pause, Transport};
use crate::store::PaymentStore;
use crate::{Action, Payment};

impl<S: PaymentStore, T: Transport, C: Clock + Pause> Payment<S, T, C> {
    /// Answers one event: `{"action": "charge" | "refund", "fare": {…}}`, before `answer_by`.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value, answer_by: Millis) -> Result<Value, WireError> {
        let (action, request) = read_event::<Action>(&event)?;
        let receipt = self.act(action, request, answer_by).await?;
        let payment_id = receipt.payment_id.as_deref().unwrap_or_default();
        tracing::info!(fare_id = %receipt.fare_id, %action, status = %receipt.status, payment_id, "done");
        Ok(json!({
            "fareId": receipt.fare_id.as_str(),
            "paymentId": receipt.payment_id,
            "status": receipt.status.as_str(),
        }))
    }
}
