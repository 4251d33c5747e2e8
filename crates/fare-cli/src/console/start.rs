//! Starting fares: one that was typed, or a story of the demonstration.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, refused};
use super::shared::Shared;
use super::watch;
use crate::error::Result;
use crate::execution::{self, ExecutionArn, FareInput, start_fare};
use crate::observe::GatewayView;
use crate::report::visible;
use crate::scenarios::{Ids, Scenario, When, catalogue};

/// How long a story waits for one of its executions before it goes on.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(300);

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    text: String,
}

impl Typed {
    fn fare(&self) -> Result<FareInput> {
        FareInput::from_text("the input", self.text.as_bytes())
    }
}

/// Says whether a fare would be started, and if not, why; starts nothing. An answer either way.
pub(super) async fn validate(Json(typed): Json<Typed>) -> Json<Value> {
    Json(match typed.fare() {
        Ok(fare) => json!({ "valid": true, "fareId": fare.fare_id() }),
        Err(error) => json!({ "valid": false, "error": visible(&error.in_full()) }),
    })
}

/// Starts the fare that was typed, as `fare start` does.
pub(super) async fn start(State(shared): State<Arc<Shared>>, Json(typed): Json<Typed>) -> Answer {
    let fare = typed.fare()?;
    let started = shared.heard(start_fare(&shared.stack, &fare).await)?;
    shared.stirred.notify_waiters();
    Ok(Json(json!({ "fareId": fare.fare_id(), "stood": started.stood })))
}

/// The stories, for buttons.
pub(super) fn stories() -> Vec<Value> {
    catalogue().iter().map(|story| json!({ "name": story.name, "sentence": story.sentence })).collect()
}

/// Why stories cannot be played; `None` where they can.
pub(super) fn no_stories(shared: &Shared) -> Option<&'static str> {
    let sentence = "the stories are for stacks whose gateway can be seen: set GATEWAY_VIEW_URL, \
                    as `fare local` does, to that of this stack";
    shared.stack.gateway_view_url.is_none().then_some(sentence)
}

/// Plays a story, under ids that nothing else has.
pub(super) async fn play(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Answer {
    if let Some(sentence) = no_stories(&shared) {
        return Err(refused(StatusCode::FORBIDDEN, sentence));
    }
    // Nothing is charged where nobody could see what became of it.
    let _pending = GatewayView::of(&shared.stack)?.faults().await?;
    let story = catalogue().into_iter().find(|story| story.name == name);
    let story = story.ok_or_else(|| refused(StatusCode::NOT_FOUND, "there is no such story"))?;
    let ids = Ids::of(&story, shared.start_id(), shared.next_number());
    let first = begin(&shared, &story, &ids).await?;
    let fare_id = ids.fare.clone();
    let others = Others { shared, story, ids, started: vec![first] };
    tokio::spawn(others.play());
    Ok(Json(json!({ "fareId": fare_id })))
}

/// The first execution, whose failure the page is told.
async fn begin(shared: &Shared, story: &Scenario, ids: &Ids) -> std::result::Result<ExecutionArn, Refused> {
    let start = story.starts.first().ok_or_else(|| refused(StatusCode::NOT_FOUND, "this story starts nothing"))?;
    let started = execution::start(&shared.stack, &start.name(ids), &start.input(ids)).await;
    let execution = shared.heard(started)?;
    watch::belongs(shared, &ids.fare, execution.clone());
    shared.stirred.notify_waiters();
    Ok(execution)
}

/// The rest of a story, which may have to wait.
struct Others {
    shared: Arc<Shared>,
    story: Scenario,
    ids: Ids,
    started: Vec<ExecutionArn>,
}

impl Others {
    async fn play(mut self) {
        for start in self.story.starts.iter().skip(1) {
            let stack = &self.shared.stack;
            if start.when == When::AfterTheOthers {
                for execution in &self.started {
                    // What does not end in time is seen not to.
                    let _ended = execution::wait(stack, execution, LIMIT).await;
                }
            }
            let started = execution::start(stack, &start.name(&self.ids), &start.input(&self.ids)).await;
            // Where the engine has gone meanwhile the page says so, and the story ends here.
            let Ok(execution) = self.shared.heard(started) else { return };
            watch::belongs(&self.shared, &self.ids.fare, execution.clone());
            self.started.push(execution);
            self.shared.stirred.notify_waiters();
        }
    }
}
