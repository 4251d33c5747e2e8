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
use tokio::time::sleep;

use super::feed::{Changes, Feed, only};
use super::shared::{Shared, is_silence};
use super::watch;
use crate::cards::holds_card_number;
use crate::error::Result;
use crate::execution::{ExecutionArn, input_of};

/// How soon a page notices that the console has gone.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How soon the engine is asked again which fare an execution is of.
const AGAIN: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// The fare to follow.
    fare: Option<String>,
    /// An execution whose fare to follow.
    execution: Option<String>,
}

type Told = BoxStream<'static, std::result::Result<Event, Infallible>>;

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
    if wanted.fare.is_some() || wanted.execution.is_some() {
        all.push(stream::once(of_fare(shared, wanted)).flatten().boxed());
    }
    Sse::new(stream::select_all(all)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// What is told of the fare that is wanted, once the engine has said which that is.
async fn of_fare(shared: Arc<Shared>, wanted: Wanted) -> Told {
    loop {
        match fare(&shared, &wanted).await {
            Ok(Some(fare_id)) => {
                let (whole, changes, watch) = watch::follow(&shared, &fare_id);
                return stream_of("fare", (whole, changes), move || watch.feed.listen());
            }
            Ok(None) => {
                let unknown = Event::default().event("fare").data(only("problem", "No fare is known by this name."));
                return stream::once(std::future::ready(Ok(unknown))).boxed();
            }
            // The page says that the engine does not answer.
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// The fare that is wanted, where its id is one.
async fn fare(shared: &Shared, wanted: &Wanted) -> Result<Option<String>> {
    let id_of = |id: &str| FareId::new(id).ok().map(|id| id.as_str().to_owned());
    if let Some(fare) = &wanted.fare {
        return Ok(id_of(fare));
    }
    let can_be = |name: &&String| !holds_card_number(name) && !name.contains([':', '/']);
    let Some(name) = wanted.execution.as_ref().filter(can_be) else { return Ok(None) };
    let execution = ExecutionArn::of(&shared.stack.outputs.state_machine_arn, name);
    let input = match shared.heard(shared.in_time(input_of(&shared.stack, &execution)).await) {
        Ok(input) => input,
        Err(error) if is_silence(&error) => return Err(error),
        Err(_) => None,
    };
    // Where the input is none, or may not be read, the execution's name is its fare's, as a rule.
    let named = input.as_ref().and_then(|input| id_of(input.get("fareId")?.as_str()?));
    if let Some(id) = named.as_ref().filter(|id| *id != name) {
        watch::belongs(shared, id, execution);
    }
    Ok(named.or_else(|| id_of(name)))
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
