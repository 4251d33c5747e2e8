//! One fare that is followed: read again and again while anybody looks at it, and told as it changes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::records::Records;
use super::runs::Runs;
use super::{may_end, timeline};
use crate::console::feed::{Feed, Parts};
use crate::console::shared::Shared;
use crate::error::Result;
use crate::execution::ExecutionArn;
use crate::report::visible;

/// How soon is looked again while an execution runs: on this machine, and in an account.
const WHILE_RUNNING: (Duration, Duration) = (Duration::from_millis(150), Duration::from_secs(1));
/// And once all of them have ended, when only a recovery or the gateway can still change something.
const AT_REST: (Duration, Duration) = (Duration::from_millis(700), Duration::from_secs(5));
/// How long an execution that was started may be unknown to whoever asks for it.
const EVENTUALLY: Duration = Duration::from_secs(30);
/// A look takes at most this part of the time: the engine is there for the fares.
const SHARE: u32 = 3;

/// One fare that is followed.
#[derive(Debug)]
pub(in crate::console) struct FareWatch {
    pub(super) fare_id: String,
    pub(in crate::console) feed: Feed,
    at_work: AtomicBool,
    executions: Mutex<BTreeSet<ExecutionArn>>,
}

impl FareWatch {
    pub(super) fn new(fare_id: &str) -> Self {
        let (at_work, executions) = (AtomicBool::new(false), Mutex::default());
        Self { fare_id: fare_id.to_owned(), feed: Feed::new(), at_work, executions }
    }

    /// Whether it is for the caller to read the fare from now on.
    pub(super) fn begin(&self) -> bool {
        !self.at_work.swap(true, Ordering::AcqRel)
    }

    pub(super) fn end(&self) -> bool {
        self.at_work.swap(false, Ordering::AcqRel)
    }

    pub(super) fn add_execution(&self, execution: ExecutionArn, most: usize) {
        let mut executions = self.executions.lock().unwrap_or_else(PoisonError::into_inner);
        if executions.len() < most {
            executions.insert(execution);
        }
    }

    pub(super) fn executions(&self) -> Vec<ExecutionArn> {
        self.executions.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Reads the fare until nobody looks any more.
pub(super) async fn run(shared: Arc<Shared>, watch: Arc<FareWatch>) {
    let mut runs = Runs::default();
    let mut records = Records::default();
    let followed = Instant::now();
    while !may_end(&shared, &watch) {
        let turn = shared.turns.acquire().await;
        let began = Instant::now();
        let looked = shared.in_time(look(&shared, &watch, &mut runs, &mut records)).await;
        drop(turn);
        // What was started just now may not be told yet.
        let is_new = !runs.is_known() && followed.elapsed() < EVENTUALLY;
        let (local, account) = if runs.at_work() || is_new { WHILE_RUNNING } else { AT_REST };
        let at_least = began.elapsed().saturating_mul(SHARE);
        let pause = shared.pace(local, account).max(at_least.min(AT_REST.1));
        if let Err(error) = shared.heard(looked) {
            // What was known of it stays on the page, which says that the engine does not answer or what else is wrong.
            let mut parts = parts(&watch.fare_id, &runs, &records);
            parts.insert("problem".to_owned(), json!(visible(&error.in_full())));
            watch.feed.publish(parts);
        }
        shared.rest(pause).await;
    }
}

async fn look(shared: &Shared, watch: &FareWatch, runs: &mut Runs, records: &mut Records) -> Result<()> {
    runs.look(shared, &watch.fare_id, &watch.executions()).await?;
    watch.feed.publish(parts(&watch.fare_id, runs, records));
    records.look(shared, &watch.fare_id, runs).await?;
    watch.feed.publish(parts(&watch.fare_id, runs, records));
    Ok(())
}

/// The fare as a page has it: `fare`, each `run:` by its number, each `record:`, and the `timeline`.
fn parts(fare_id: &str, runs: &Runs, records: &Records) -> Parts {
    let mut parts = Parts::new();
    parts.insert("fare".to_owned(), json!({ "id": fare_id, "found": runs.is_known() || records.is_known() }));
    for (number, run) in runs.to_json().into_iter().enumerate() {
        parts.insert(format!("run:{number:03}"), run);
    }
    for (name, record) in records.to_json(runs) {
        parts.insert(format!("record:{name}"), record);
    }
    parts.insert("timeline".to_owned(), json!(timeline::entries(runs, records)));
    parts
}
