//! The gateway behind the journal: the same one for every instance of the function.

use std::sync::Arc;

use fare_values::Clock;
use gateway_simulator::server::Desk;
use gateway_simulator::{Reply, Request};
use serde_json::json;
use tokio::sync::Mutex;

use crate::journal::{Appended, Journal};
use crate::replay::Replayed;

/// How often a request is handled anew because another instance was quicker to append. Somebody gets on each time, so
/// this many lost races mean an overload.
const ATTEMPTS: u32 = 10;

/// The largest request that is written down, in bytes. DynamoDB takes items of 400 KB (Developer Guide, "Service, account,
/// and table quotas").
const MAX_REQUEST_BYTES: usize = 256 * 1024;

/// A desk of one instance of the function. All desks over one journal are one gateway: a request takes effect by becoming
/// the next entry, and is answered from the state that the entries before it make.
#[derive(Debug)]
pub struct JournalledDesk<J, C> {
    shared: Arc<Shared<J, C>>,
}

#[derive(Debug)]
struct Shared<J, C> {
    journal: J,
    clock: C,
    replayed: Mutex<Replayed>,
}

impl<J: Journal, C: Clock> JournalledDesk<J, C> {
    /// A desk that has read nothing yet. No two desks that ever use the journal may have the same name.
    pub fn new(journal: J, clock: C, name: impl Into<String>) -> Self {
        let replayed = Mutex::new(Replayed::new(name.into()));
        Self { shared: Arc::new(Shared { journal, clock, replayed }) }
    }
}

impl<J: Journal + 'static, C: Clock + 'static> Desk for JournalledDesk<J, C> {
    async fn handle(&self, request: Request) -> Reply {
        if size(&request) > MAX_REQUEST_BYTES { too_large() } else { self.shared.handle(&request).await }
    }
}

impl<J: Journal, C: Clock> Shared<J, C> {
    async fn handle(&self, request: &Request) -> Reply {
        let written = request.for_journal();
        let mut replayed = self.replayed.lock().await;
        for _ in 0..ATTEMPTS {
            if let Err(error) = replayed.catch_up(&self.journal).await {
                tracing::error!(reason = %error, "the journal cannot be replayed");
                return Reply::unavailable();
            }
            let now_ms = u64::try_from(self.clock.now().0).unwrap_or_default();
            let Some(written) = &written else { return replayed.look(request, now_ms) };
            let entry = replayed.next_entry(now_ms, written.clone());
            // Only what stands in the journal is executed, so that the memory is never ahead of it.
            match self.journal.append(&entry).await {
                Ok(Appended::Written) => return replayed.execute(request, &entry),
                Ok(Appended::Taken) => {}
                Err(error) => {
                    tracing::error!(reason = %error, "a request may take effect unanswered");
                    return unknown();
                }
            }
        }
        tracing::warn!(attempts = ATTEMPTS, "other instances were quicker each time");
        Reply::unavailable()
    }
}

fn size(request: &Request) -> usize {
    let headers = [&request.idempotency_key, &request.stripe_version].into_iter().flatten().map(String::len);
    headers.chain([&request.path, &request.query, &request.body].map(String::len)).sum()
}

fn too_large() -> Reply {
    let message = "The request is too large for this simulator.";
    let body = json!({ "error": { "type": "invalid_request_error", "message": message } });
    Reply { status: 413, body, should_retry: Some(false), ..Reply::unavailable() }
}

/// 500, which tells a client of Stripe's that the outcome is unknown (API reference, "Errors").
fn unknown() -> Reply {
    let body = json!({ "error": { "type": "api_error", "message": "An error occurred while the request was kept." } });
    Reply { status: 500, body, should_retry: None, ..Reply::unavailable() }
}

impl<J, C> Clone for JournalledDesk<J, C> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}
