//! The state that a journal makes.

use std::time::Duration;

use fare_values::StoreUnavailable;
use gateway_simulator::{Gateway, Reply, Request, Settings};

use crate::journal::{Entry, Journal};

/// Why a journal could not be followed to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReplayError {
    /// The journal could not be read.
    #[error(transparent)]
    Unavailable(#[from] StoreUnavailable),
    /// An entry is missing.
    #[error("the journal has no entry {position}")]
    Gap {
        /// The position without an entry.
        position: u64,
    },
}

/// One desk's gateway, and how far in the journal it is.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// `None` where the journal is empty.
    gateway: Option<Gateway>,
    position: u64,
    /// The time of the last entry, in milliseconds since the epoch.
    at_ms: u64,
    desk: String,
    entries_made: u64,
}

impl Replayed {
    /// Nothing replayed yet, by the desk of this name.
    pub(crate) fn new(desk: String) -> Self {
        Self { gateway: None, position: 0, at_ms: 0, desk, entries_made: 0 }
    }

    /// Replays what has been written since the last time.
    ///
    /// # Errors
    /// [`ReplayError`]. What was replayed until then need not be read again.
    pub(crate) async fn catch_up(&mut self, journal: &impl Journal) -> Result<(), ReplayError> {
        loop {
            let page = journal.read_after(self.position).await?;
            for entry in page.entries {
                let position = self.position + 1;
                if entry.position != position {
                    return Err(ReplayError::Gap { position });
                }
                self.execute(&entry.request, &entry);
            }
            if !page.more {
                return Ok(());
            }
        }
    }

    /// The entry that makes a request part of the journal. Its time is never before that of the last one.
    pub(crate) fn next_entry(&mut self, now_ms: u64, request: Request) -> Entry {
        self.entries_made += 1;
        let id = format!("{} {}", self.desk, self.entries_made);
        Entry { position: self.position + 1, id, at_ms: now_ms.max(self.at_ms), request }
    }

    /// Handles the request that the next entry tells of.
    pub(crate) fn execute(&mut self, request: &Request, entry: &Entry) -> Reply {
        (self.position, self.at_ms) = (entry.position, entry.at_ms);
        self.gateway.get_or_insert_with(|| new_gateway(entry.at_ms)).handle_admitted(request, entry.at_ms)
    }

    /// Handles a request that changes nothing. Not even time passes, since the next entry may be from before `now_ms` by
    /// another desk's clock.
    pub(crate) fn look(&self, request: &Request, now_ms: u64) -> Reply {
        self.gateway.clone().unwrap_or_else(|| new_gateway(now_ms)).handle_admitted(request, now_ms)
    }
}

/// A gateway whose ids come from the time of the first entry: alike in every replay, and unlike those of an earlier
/// journal that was deleted.
fn new_gateway(first_at_ms: u64) -> Gateway {
    let id_salt = Settings::salt_from(Duration::from_millis(first_at_ms));
    Gateway::new(Settings { id_salt, ..Settings::default() })
}
