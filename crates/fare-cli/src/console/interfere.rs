//! Breaking things on purpose, to see recovery do its work. Only on an engine of this machine.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, refused};
use super::shared::Shared;
use crate::execution::{self, ExecutionArn};
use crate::observe::GatewayView;

/// The misbehaviours that the page offers: the simulator's name, words, and how long it lasts, in milliseconds.
const FAULTS: [(&str, &str, Option<u64>); 6] = [
    ("answer_lost", "the answer is lost after the effect", None),
    ("request_lost", "the request is lost before any effect", None),
    ("answer_late", "the answer comes 3 s late", Some(3_000)),
    ("slow", "the request takes 3 s", Some(3_000)),
    ("server_error_before", "500, without any effect", None),
    ("server_error_after", "500, after the effect", None),
];
/// What the gateway is asked to do that a misbehaviour can strike.
const OPERATIONS: [&str; 4] = ["authorise", "capture", "void", "refund"];
/// The functions whose processes can be killed, by their names in the template.
const FUNCTIONS: [&str; 6] = [
    "RegisterFareFunction",
    "ChargeFareFunction",
    "CreditCustomerFunction",
    "DecideFareFunction",
    "DebitCustomerFunction",
    "RefundFareFunction",
];
/// How often a misbehaviour may strike, at most.
const MOST_TIMES: u32 = 20;

/// What can be interfered with here, for the page.
pub(super) fn possibilities(shared: &Shared) -> Value {
    let faults = FAULTS.iter().map(|(fault, words, _)| json!({ "fault": fault, "words": words }));
    json!({
        "allowed": shared.is_local(),
        "stop": shared.is_local(),
        "misbehave": shared.is_local() && shared.stack.gateway_view_url.is_some(),
        "kill": shared.is_local() && shared.functions.is_some(),
        "faults": faults.collect::<Vec<_>>(),
        "operations": OPERATIONS,
        "functions": FUNCTIONS,
    })
}

fn only_here(shared: &Shared) -> Result<(), Refused> {
    if shared.is_local() {
        Ok(())
    } else {
        Err(refused(StatusCode::FORBIDDEN, "only what runs on this machine may be interfered with"))
    }
}

/// What the simulator is still to do wrong, where it can be asked.
pub(super) async fn queued(shared: &Shared) -> Value {
    if !shared.is_local() || shared.stack.gateway_view_url.is_none() {
        return Value::Null;
    }
    let told = async { GatewayView::of(&shared.stack)?.faults().await };
    told.await.ok().and_then(|told| told.get("faults").cloned()).unwrap_or_default()
}

#[derive(Deserialize)]
pub(super) struct Stop {
    execution: String,
}

/// Stops an execution.
pub(super) async fn stop(State(shared): State<Arc<Shared>>, Json(asked): Json<Stop>) -> Answer {
    only_here(&shared)?;
    let outputs = &shared.stack.outputs;
    let ours = [&outputs.state_machine_arn, &outputs.recovery_state_machine_arn]
        .iter()
        .any(|machine| asked.execution.starts_with(ExecutionArn::of(machine, "").as_str()));
    if !ours {
        return Err(refused(StatusCode::NOT_FOUND, "this is no execution of the stack"));
    }
    let execution = ExecutionArn::new(asked.execution);
    let stopped = execution::stop(&shared.stack, &execution, "stopped in the console").await;
    let stopped = shared.heard(stopped)?;
    shared.stirred.notify_waiters();
    let is_recovery =
        execution.as_str().starts_with(ExecutionArn::of(&outputs.recovery_state_machine_arn, "").as_str());
    let said = match (stopped, is_recovery) {
        (false, _) => "it had ended already",
        (true, true) => "the recovery is stopped; `fare recover` starts another one",
        (true, false) => "the execution is stopped; recovery takes over",
    };
    Ok(Json(json!({ "said": said })))
}

#[derive(Deserialize)]
pub(super) struct Misbehave {
    fault: String,
    operation: Option<String>,
    times: u32,
}

/// Lets the gateway simulator misbehave the next times.
pub(super) async fn misbehave(State(shared): State<Arc<Shared>>, Json(asked): Json<Misbehave>) -> Answer {
    only_here(&shared)?;
    let unknown = || refused(StatusCode::BAD_REQUEST, "the console knows no such misbehaviour");
    let (fault, words, lasting) = FAULTS.iter().find(|(fault, ..)| *fault == asked.fault).ok_or_else(unknown)?;
    let operation = asked.operation.filter(|operation| !operation.is_empty());
    if operation.as_deref().is_some_and(|operation| !OPERATIONS.contains(&operation))
        || !(1..=MOST_TIMES).contains(&asked.times)
    {
        return Err(unknown());
    }
    let mut form = vec![("fault", (*fault).to_owned()), ("times", asked.times.to_string())];
    form.extend(lasting.map(|milliseconds| ("milliseconds", milliseconds.to_string())));
    form.extend(operation.clone().map(|operation| ("operation", operation)));
    GatewayView::of(&shared.stack)?.tell("faults", &form).await?;
    shared.stirred.notify_waiters();
    let times = if asked.times == 1 { "once".to_owned() } else { format!("{} times", asked.times) };
    let on = operation.map_or_else(String::new, |operation| format!(" on {operation}"));
    Ok(Json(json!({ "said": format!("{times}{on}: {words}") })))
}

/// Lets the gateway simulator behave again.
pub(super) async fn behave(State(shared): State<Arc<Shared>>) -> Answer {
    only_here(&shared)?;
    GatewayView::of(&shared.stack)?.tell("faults/clear", &[]).await?;
    shared.stirred.notify_waiters();
    Ok(Json(json!({ "said": "the gateway behaves again" })))
}

#[derive(Deserialize)]
pub(super) struct Kill {
    function: Option<String>,
}

/// Kills the processes in which functions run, or those of one function.
pub(super) async fn kill(State(shared): State<Arc<Shared>>, Json(asked): Json<Kill>) -> Answer {
    only_here(&shared)?;
    let function = asked.function.filter(|function| !function.is_empty());
    if function.as_deref().is_some_and(|function| !FUNCTIONS.contains(&function)) {
        return Err(refused(StatusCode::BAD_REQUEST, "the console knows no such function"));
    }
    let elsewhere = || {
        let sentence =
            "the functions' processes belong to whoever started the engine: use the console of that `fare local`";
        refused(StatusCode::FORBIDDEN, sentence)
    };
    let killed = shared.functions.as_ref().ok_or_else(elsewhere)?.kill(function.as_deref())?;
    shared.stirred.notify_waiters();
    let said = match killed {
        0 => "there is no such process now".to_owned(),
        1 => "one process was killed".to_owned(),
        several => format!("{several} processes were killed"),
    };
    Ok(Json(json!({ "said": said })))
}
