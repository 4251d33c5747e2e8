//! Following fares: one watch for each, however many pages look at it, and none that nobody looks at.

mod fare;
mod made_by;
mod records;
mod runs;
mod steps;
mod timeline;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::feed::{Changes, Parts};
use super::shared::Shared;
use crate::execution::ExecutionArn;
use fare::FareWatch;

/// The fares that are followed.
#[derive(Debug, Default)]
pub(super) struct Watches(Mutex<HashMap<String, Arc<FareWatch>>>);

/// How many executions are remembered to be of a fare whose name they do not have.
const MOST_EXECUTIONS: usize = 16;

impl Watches {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<FareWatch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows a fare, and says how it stands now and whatever changes from then on.
pub(super) fn follow(shared: &Arc<Shared>, fare_id: &str) -> (Arc<str>, Changes, Arc<FareWatch>) {
    let mut all = shared.watches.all();
    let watch = Arc::clone(all.entry(fare_id.to_owned()).or_insert_with(|| Arc::new(FareWatch::new(fare_id))));
    // Under the registry's lock, so that a watch which is about to end sees this page or is not found by it.
    let (whole, changes) = watch.feed.listen();
    if watch.begin() {
        tokio::spawn(fare::run(Arc::clone(shared), Arc::clone(&watch)));
    }
    (whole, changes, watch)
}

/// Remembers that an execution is of a fare whose id is not its name.
pub(super) fn belongs(shared: &Shared, fare_id: &str, execution: ExecutionArn) {
    let mut all = shared.watches.all();
    let watch = all.entry(fare_id.to_owned()).or_insert_with(|| Arc::new(FareWatch::new(fare_id)));
    watch.add_execution(execution, MOST_EXECUTIONS);
}

/// Whether a watch may end, since nobody listens. From then on the next page begins it anew.
fn may_end(shared: &Shared, watch: &FareWatch) -> bool {
    let mut all = shared.watches.all();
    let ends = !watch.feed.is_wanted() && watch.end();
    if ends {
        // What was known will be old when somebody comes again.
        watch.feed.publish(Parts::new());
        if watch.executions().is_empty() {
            all.remove(&watch.fare_id);
        }
    }
    ends
}
