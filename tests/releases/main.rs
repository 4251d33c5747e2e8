//! Fares that the previous release left half-way, wherever it stopped, are finished by this one, or taken back.
//!
//! A release's journal, `VERSION.json` beside this file, holds for each of some stories what that release wrote and what it
//! asked the gateway, in their order: its own handlers over real tables and the simulator. A pause point is any place between
//! two of those effects. At each, the tables and the gateway are put as the previous release left them; then this release
//! repeats what was interrupted and goes on, or takes the fare back, as a state machine that is retried or recovered has it
//! do. All of it happens at one moment: what age does to a payment is for the payment service's own tests. Executions keep the version of their state machine, but a function may be a new one at every step.
//!
//! This release's own journal must be what it does. Where that changes, the version is raised, and
//! `RECORD_RELEASE=yes fare local -- cargo test --package integration-tests --test releases` writes the new one.

mod journal;
mod recorder;
mod story;
mod world;

use fare_cli::Stack;
use tokio::sync::Mutex;

use journal::Journal;
use story::stories;
use world::{After, World};

/// The release that is in production when this one is deployed.
const PREVIOUS: &str = "0.1.0";
const THIS: &str = env!("CARGO_PKG_VERSION");

/// The stories' fares are the same in both tests.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

async fn stack() -> Stack {
    Stack::from_environment().await.expect("a stack is deployed: run `make test`")
}

#[tokio::test]
async fn what_the_previous_release_left_at_any_point_is_finished_or_taken_back() {
    let _only = ONE_AT_A_TIME.lock().await;
    let stack = stack().await;
    let journal = Journal::read(PREVIOUS);
    let mut points = 0;
    for told in &journal.stories {
        for pause in told.pauses() {
            let where_ =
                || format!("{} after {} of {} effects", told.story.name, pause.effects.len(), told.effects.len());
            let world = World::paused(&stack, &told.story.fare, &pause).await;
            for action in &told.story.actions[pause.action..] {
                world.act(action).await;
            }
            assert_eq!(world.after().await, told.end, "finished: {}", where_());

            let world = World::paused(&stack, &told.story.fare, &pause).await;
            let decided = world.act("cancel").await;
            if decided["status"] == "failed" {
                world.act("debit").await;
                world.act("refund").await;
            }
            let expected = if pause.is_completed() { told.end.clone() } else { After::taken_back(&world).await };
            assert_eq!(world.after().await, expected, "taken back: {}", where_());
            points += 1;
        }
    }
    assert!(points > 30, "{points}");
    println!("releases: from={PREVIOUS} to={THIS} stories={} pause-points={points}", journal.stories.len());
}

#[tokio::test]
async fn what_this_release_writes_and_asks_is_on_file() {
    let _only = ONE_AT_A_TIME.lock().await;
    let stack = stack().await;
    let mut stories_told = Vec::new();
    for story in stories() {
        stories_told.push(World::empty(&stack, &story.fare).await.tell(story).await);
    }
    let journal = Journal { stories: stories_told };
    if std::env::var_os("RECORD_RELEASE").is_some() {
        journal.write(THIS);
    }
    let on_file = Journal::read(THIS);
    let is_on_file = journal.on_file() == on_file.on_file();
    assert!(is_on_file, "release {THIS} does not do what its journal says any more: see the top of this file");
}
