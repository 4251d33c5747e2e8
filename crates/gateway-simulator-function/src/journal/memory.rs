//! The journal's twin in memory, which keeps the same condition and can be told to lose an answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fare_values::StoreUnavailable;

use super::{Appended, Entry, Journal, Page};

/// How many entries are read at a time, so that a short journal has several pages too.
const PAGE: usize = 3;

/// A journal in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct InMemoryJournal {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: Vec<Entry>,
    mishaps: Vec<Mishap>,
}

/// Something that happens to one append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The entry is not written, and the answer is lost.
    Lost,
    /// The entry is written, and the answer is lost.
    AnswerLost,
    /// Somebody else's entry comes first.
    Overtaken(Entry),
}

impl InMemoryJournal {
    /// Every entry, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries.clone()
    }

    /// Lets this happen to an append to come, after what is already to happen.
    pub fn plan(&self, mishap: Mishap) {
        self.lock().mishaps.push(mishap);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn append(&mut self, entry: &Entry) -> Appended {
        if self.entries.iter().any(|standing| standing.position == entry.position) {
            return Appended::Taken;
        }
        self.entries.push(entry.clone());
        Appended::Written
    }
}

impl Journal for InMemoryJournal {
    async fn read_after(&self, position: u64) -> Result<Page, StoreUnavailable> {
        // As a call over a network, this lets others get in between.
        tokio::task::yield_now().await;
        let mut entries: Vec<_> =
            self.lock().entries.iter().filter(|entry| entry.position > position).cloned().collect();
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        Ok(Page { entries, more })
    }

    async fn append(&self, entry: &Entry) -> Result<Appended, StoreUnavailable> {
        tokio::task::yield_now().await;
        let mut kept = self.lock();
        let mishap = if kept.mishaps.is_empty() { None } else { Some(kept.mishaps.remove(0)) };
        match mishap {
            None => Ok(kept.append(entry)),
            Some(Mishap::Lost) => Err(StoreUnavailable::because("timed out")),
            Some(Mishap::AnswerLost) => {
                kept.append(entry);
                Err(StoreUnavailable::because("timed out"))
            }
            Some(Mishap::Overtaken(other)) => {
                kept.append(&other);
                Ok(kept.append(entry))
            }
        }
    }
}
