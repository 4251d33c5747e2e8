//! From an event to an action, and from its outcome to an answer.

use decision_log::{logged, turned_away};
use fare_values::{Clock, Event, WireError, read_event};
use serde_json::{Value, json};

use crate::store::LedgerStore;
use crate::{Action, CustomerAccounting};

impl<S: LedgerStore, C: Clock> CustomerAccounting<S, C> {
    /// Answers one event: `{"action": "credit" | "debit", "fare": {…}}`, with the `execution` that asks.
    ///
    /// # Errors
    /// [`WireError`], with the name that the state machine matches.
    pub async fn handle(&self, event: Value) -> Result<Value, WireError> {
        let Event { action, request, execution, .. } =
            read_event::<Action>(&event).map_err(|rejection| turned_away(&event, rejection))?;
        let fare_id = request.fare_id().clone();
        logged(action.into(), &fare_id, execution.as_ref(), async {
            let posting = self.act(action, request).await?;
            let answer = json!({
                "fareId": posting.fare_id.as_str(),
                "entryId": format!("{}/credit", posting.fare_id),
                "status": posting.state.as_str(),
            });
            Ok((answer, posting.state.as_str()))
        })
        .await
    }
}
