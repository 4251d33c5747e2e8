//! The one stream of events that a page gets: how the engine, the list and the books stand, and the fare that it shows.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use fare_values::FareId;
use futures::stream::{self, BoxStream, StreamExt};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::feed::{Changes, Feed, only};
use super::shared::Shared;
use super::watch;
use crate::cards::holds_card_number;
use crate::execution::{ExecutionArn, input_of};

/// How soon a page notices that the console has gone.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How long a page waits to learn which fare an execution is of.
const SOON: Duration = Duration::from_secs(5);

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
    let is_wanted = wanted.fare.is_some() || wanted.execution.is_some();
    if let Some(fare_id) = fare(&shared, wanted).await {
        let (whole, changes, watch) = watch::follow(&shared, &fare_id);
        all.push(stream_of("fare", (whole, changes), move || watch.feed.listen()));
    } else if is_wanted {
        let unknown = Event::default().event("fare").data(only("problem", "No fare is known by this name."));
        all.push(stream::once(std::future::ready(Ok(unknown))).boxed());
    }
    Sse::new(stream::select_all(all)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The fare that is wanted, where its id is one.
async fn fare(shared: &Shared, wanted: Wanted) -> Option<String> {
    if let Some(fare) = wanted.fare {
        return FareId::new(&fare).ok().map(|id| id.as_str().to_owned());
    }
    let name = wanted.execution.filter(|name| !holds_card_number(name) && !name.contains([':', '/']))?;
    let execution = ExecutionArn::of(&shared.stack.outputs.state_machine_arn, &name);
    // Where the engine does not answer soon, or the input is none, the execution's name is its fare's, as a rule.
    let asked = timeout(SOON, input_of(&shared.stack, &execution)).await;
    let input = asked.ok().and_then(|answer| shared.heard(answer).ok().flatten());
    let named = input.as_ref().and_then(|input| input.get("fareId")?.as_str()).and_then(|id| FareId::new(id).ok());
    let Some(id) = named else { return FareId::new(execution.name()).ok().map(|id| id.as_str().to_owned()) };
    if id.as_str() != execution.name() {
        watch::belongs(shared, id.as_str(), execution);
    }
    Some(id.as_str().to_owned())
}

fn told(name: &'static str, shared: &Arc<Shared>, feed: fn(&Shared) -> &Feed) -> Told {
    let heard = feed(shared).listen();
    let shared = Arc::clone(shared);
    stream_of(name, heard, move || feed(&shared).listen())
}

fn stream_of(
    name: &'static str,
    (whole, changes): (Arc<str>, Changes),
    listen: impl Fn() -> (Arc<str>, Changes) + Send + Sync + 'static,
) -> Told {
    let first = Event::default().event(name).data(whole.as_ref());
    let rest = stream::unfold((changes, listen), move |(mut changes, listen)| async move {
        let data = next(&mut changes, &listen).await?;
        Some((Ok(Event::default().event(name).data(data.as_ref())), (changes, listen)))
    });
    stream::once(std::future::ready(Ok(first))).chain(rest).boxed()
}

/// What a page is told next. One that was too slow to be told every change is told the whole: what still waits is older, and
/// must not be told after it.
async fn next(changes: &mut Changes, listen: &impl Fn() -> (Arc<str>, Changes)) -> Option<Arc<str>> {
    match changes.recv().await {
        Ok(change) => Some(change),
        Err(RecvError::Lagged(_)) => {
            let (whole, after) = listen();
            *changes = after;
            Some(whole)
        }
        Err(RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::console::feed::Parts;

    #[tokio::test]
    async fn a_page_that_was_too_slow_is_told_the_present_and_nothing_older_after_it() {
        let feed = Feed::new();
        let publish = |number: i32| feed.publish(Parts::from([("a".to_owned(), json!(number))]));
        let listen = || feed.listen();
        let (_, mut changes) = listen();
        (0..200).for_each(publish);
        let read = |told: Option<Arc<str>>| serde_json::from_str::<Value>(&told.unwrap()).unwrap();
        let told = read(next(&mut changes, &listen).await);
        assert_eq!((&told["whole"], &told["set"]["a"]), (&json!(true), &json!(199)));
        publish(200);
        let told = read(next(&mut changes, &listen).await);
        assert_eq!((&told["whole"], &told["set"]["a"]), (&json!(false), &json!(200)));
    }
}
