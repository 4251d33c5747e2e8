//! What pages ask, and where they are sent for it.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answer::{Refused, refused};
use super::shared::Shared;
use super::{assets, events, guard, interfere, start};
use crate::execution::{LONGEST_INPUT, definition};
use crate::graph::{Graph, to_live_svg};
use crate::report::visible;

/// Everything that the console answers.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    // An input as long as may be, and what JSON makes of it on the way.
    let most = usize::try_from(LONGEST_INPUT).unwrap_or(usize::MAX).saturating_mul(2);
    Router::new()
        .route("/api/about", get(about))
        .route("/api/events", get(events::events))
        .route("/api/graph/{machine}", get(graph))
        .route("/api/validate", post(start::validate))
        .route("/api/start", post(start::start))
        .route("/api/stories/{name}", post(start::play))
        .route("/api/interfere/stop", post(interfere::stop))
        .route("/api/interfere/misbehave", post(interfere::misbehave))
        .route("/api/interfere/behave", post(interfere::behave))
        .route("/api/interfere/kill", post(interfere::kill))
        .merge(assets::routes())
        .fallback(async || refused(StatusCode::NOT_FOUND, "there is nothing here"))
        .layer(DefaultBodyLimit::max(most))
        .layer(from_fn_with_state(Arc::clone(&shared), guard::guard))
        .with_state(shared)
}

/// What does not change while the console runs.
async fn about(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({
        "stack": visible(&shared.stack.name),
        "engine": if shared.is_local() { shared.engine.name() } else { "AWS".to_owned() },
        "local": shared.is_local(),
        "stories": start::stories(),
        "noStories": start::no_stories(&shared),
        "interfere": interfere::possibilities(&shared),
    }))
}

/// The drawing of a machine as it is deployed.
async fn graph(State(shared): State<Arc<Shared>>, Path(machine): Path<String>) -> Result<Response, Refused> {
    let outputs = &shared.stack.outputs;
    let machine = match machine.as_str() {
        "collection" => &outputs.state_machine_arn,
        "recovery" => &outputs.recovery_state_machine_arn,
        _ => return Err(refused(StatusCode::NOT_FOUND, "there is no such state machine")),
    };
    let definition = shared.heard(definition(&shared.stack, machine).await)?;
    let svg = to_live_svg(&Graph::of(&definition)?);
    Ok(([(CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}
