//! Read-only views for tests and people, under `/_simulator/`. They need no key and show no secret.

use serde::Serialize;
use serde_json::{Value, json};

use crate::form::Form;
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Method, Request};

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

/// Answers a view, or `None` if the request is not for one.
pub(crate) fn show(gateway: &Gateway, request: &Request) -> Option<Reply> {
    let view = request.path.strip_prefix("/_simulator/")?;
    let shown = match request.method {
        Method::Get => Form::parse(&request.query).and_then(|form| body(gateway, view, &form)),
        Method::Post | Method::Other => Err(Refusal::unrecognised()),
    };
    Some(shown.map_or_else(|refusal| Reply::refused(&refusal), |body| Reply::plain(200, body)))
}

fn body(gateway: &Gateway, view: &str, form: &Form) -> Result<Value, Refusal> {
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
        _ => Err(Refusal::unrecognised()),
    }
}
