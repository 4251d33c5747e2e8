//! Read-only views for tests and people. They show no secret.

use serde::Serialize;
use serde_json::{Value, json};

use crate::form::Form;
use crate::gateway::Gateway;
use crate::refusal::Refusal;

/// What stands on all intents with one `fare_reference`, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// The reference asked for.
    pub fare_reference: String,
    /// How many intents carry it, declined ones included.
    pub intents: usize,
    /// The open holds.
    pub held: u64,
    /// What was captured; refunds do not lower it.
    pub captured: u64,
    /// What was refunded and has not failed since.
    pub refunded: u64,
}

/// The body of a view.
pub(crate) fn show(gateway: &Gateway, view: &str, form: &Form) -> Result<Value, Refusal> {
    match view {
        "health" => Ok(json!({ "status": "ok" })),
        "log" => {
            let wanted = form.text("fare_reference")?;
            let matches = |reference: Option<&str>| wanted.is_none() || reference == wanted;
            let entries: Vec<_> =
                gateway.log().iter().filter(|entry| matches(entry.subject.fare_reference.as_deref())).collect();
            Ok(json!({ "entries": entries }))
        }
        "holdings" => Ok(json!(gateway.holdings(form.required("fare_reference")?))),
        "faults" => Ok(json!({ "faults": gateway.misbehaviours() })),
        "clock" => Ok(json!({ "now": gateway.now_ms(), "ahead_milliseconds": gateway.ahead_ms() })),
        _ => Err(Refusal::unrecognised()),
    }
}
