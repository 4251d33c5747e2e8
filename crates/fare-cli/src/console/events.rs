//! The one stream of events that a page gets: how the engine, the list and the books stand, and the fare that it shows.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use fare_values::FareId;
use futures::stream::{self, BoxStream, StreamExt};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::feed::Feed;
use super::shared::Shared;
use super::watch;
use crate::execution::{ExecutionArn, input_of};

/// How soon a page notices that the console has gone.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// The fare to follow.
    fare: Option<String>,
    /// An execution whose fare to follow.
    execution: Option<String>,
}

type Told = BoxStream<'static, Result<Event, Infallible>>;

/// Everything that a page is told, from now on.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Sse<KeepAliveStream<stream::SelectAll<Told>>> {
    let mut all: Vec<Told> = vec![
        told("engine", &shared, |shared| &shared.health),
        told("list", &shared, |shared| &shared.list),
        told("books", &shared, |shared| &shared.books),
    ];
    if let Some(fare_id) = fare(&shared, wanted).await {
        let (whole, changes, watch) = watch::follow(&shared, &fare_id);
        all.push(stream_of("fare", whole, changes, move || watch.feed.whole()));
    }
    Sse::new(stream::select_all(all)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The fare that is wanted, where its id is one.
async fn fare(shared: &Shared, wanted: Wanted) -> Option<String> {
    if let Some(fare) = wanted.fare {
        return FareId::new(&fare).ok().map(|id| id.as_str().to_owned());
    }
    let execution = ExecutionArn::of(&shared.stack.outputs.state_machine_arn, &wanted.execution?);
    // Where the engine does not answer, or the input is none, the execution's name is its fare's, as a rule.
    let input = shared.heard(input_of(&shared.stack, &execution).await).ok().flatten();
    let named = input.as_ref().and_then(|input| input.get("fareId")?.as_str()).and_then(|id| FareId::new(id).ok());
    let id = named.or_else(|| FareId::new(execution.name()).ok())?.as_str().to_owned();
    watch::belongs(shared, &id, execution);
    Some(id)
}

fn told(name: &'static str, shared: &Arc<Shared>, feed: fn(&Shared) -> &Feed) -> Told {
    let (whole, changes) = feed(shared).listen();
    let shared = Arc::clone(shared);
    stream_of(name, whole, changes, move || feed(&shared).whole())
}

fn stream_of(
    name: &'static str,
    whole: Arc<str>,
    changes: broadcast::Receiver<Arc<str>>,
    again: impl Fn() -> Arc<str> + Send + 'static,
) -> Told {
    let first = Event::default().event(name).data(whole.as_ref());
    let rest = stream::unfold((changes, again), move |(mut changes, again)| async move {
        let data = match changes.recv().await {
            Ok(change) => change,
            // Too slow to be told every change: what it has is overtaken by the whole.
            Err(RecvError::Lagged(_)) => again(),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().event(name).data(data.as_ref())), (changes, again)))
    });
    stream::once(std::future::ready(Ok(first))).chain(rest).boxed()
}
