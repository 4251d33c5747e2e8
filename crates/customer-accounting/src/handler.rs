//! From an event to an action, and from its outcome to an answer.

use fare_values::{Clock, WireError, read_event};
use serde_json::{Value, json};

use crate::store::LedgerStore;
use crate::{Action, CustomerAccounting};

impl<S: LedgerStore, C: Clock> CustomerAccounting<S, C> {
    /// Answers one event: `{"action": "credit" | "debit", "fare": {…}}`.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value) -> Result<Value, WireError> {
        let (action, request) = read_event::<Action>(&event)?;
        let posting = self.act(action, request).await?;
        tracing::info!(fare_id = %posting.fare_id, %action, entry = %posting.state, "done");
        Ok(json!({
            "fareId": posting.fare_id.as_str(),
            "entryId": format!("{}/credit", posting.fare_id),
            "status": posting.state.as_str(),
        }))
    }
}
