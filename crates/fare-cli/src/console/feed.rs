//! What pages are told: a state made of named parts, as a whole to whoever comes, and then each change as it is made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast};

/// The parts of a state, by name.
pub(super) type Parts = BTreeMap<String, Value>;

/// The changes of a state, as they are made.
pub(super) type Changes = broadcast::Receiver<Arc<str>>;

/// How many changes a page may lag behind before it is told the whole again.
const BACKLOG: usize = 64;

/// One state, and everybody who is told of its changes.
#[derive(Debug)]
pub(super) struct Feed {
    parts: Mutex<Parts>,
    changes: broadcast::Sender<Arc<str>>,
    wanted: Notify,
}

impl Feed {
    pub(super) fn new() -> Self {
        Self { parts: Mutex::default(), changes: broadcast::channel(BACKLOG).0, wanted: Notify::new() }
    }

    /// Makes this the state, and tells what is different about it, if anything is.
    pub(super) fn publish(&self, parts: Parts) {
        let mut kept = self.kept();
        if let Some(change) = change(&kept, &parts) {
            *kept = parts;
            // That nobody listens is no error.
            let _told = self.changes.send(change);
        }
    }

    /// The whole state, and what changes it from then on. Also for a page that was too slow to be told every change.
    pub(super) fn listen(&self) -> (Arc<str>, Changes) {
        let kept = self.kept();
        let changes = self.changes.subscribe();
        self.wanted.notify_waiters();
        (whole(&kept), changes)
    }

    /// Whether any page listens.
    pub(super) fn is_wanted(&self) -> bool {
        self.changes.receiver_count() > 0
    }

    /// Waits until a page listens. Reading goes on only for somebody.
    pub(super) async fn until_wanted(&self) {
        loop {
            let wanted = self.wanted.notified();
            if self.is_wanted() {
                return;
            }
            wanted.await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn whole(parts: &Parts) -> Arc<str> {
    json!({ "whole": true, "set": parts, "gone": [] }).to_string().into()
}

/// A whole state of one part that says something.
pub(super) fn only(name: &str, sentence: &str) -> Arc<str> {
    whole(&Parts::from([(name.to_owned(), json!(sentence))]))
}

/// What makes one state of another; `None` where they are the same.
fn change(from: &Parts, to: &Parts) -> Option<Arc<str>> {
    let set: BTreeMap<_, _> = to.iter().filter(|(name, part)| from.get(*name) != Some(part)).collect();
    let gone: Vec<_> = from.keys().filter(|name| !to.contains_key(*name)).collect();
    (!set.is_empty() || !gone.is_empty())
        .then(|| json!({ "whole": false, "set": set, "gone": gone }).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(of: &[(&str, i32)]) -> Parts {
        of.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
    }

    fn read(message: &str) -> Value {
        serde_json::from_str(message).unwrap()
    }

    #[test]
    fn whoever_comes_is_told_everything_and_then_only_what_changes() {
        let feed = Feed::new();
        feed.publish(parts(&[("a", 1), ("b", 2)]));
        let (whole, mut changes) = feed.listen();
        assert_eq!(read(&whole), json!({"whole": true, "set": {"a": 1, "b": 2}, "gone": []}));
        feed.publish(parts(&[("a", 1), ("c", 3)]));
        let change = changes.try_recv().unwrap();
        assert_eq!(read(&change), json!({"whole": false, "set": {"c": 3}, "gone": ["b"]}));
        assert_eq!(read(&feed.listen().0)["set"], json!({"a": 1, "c": 3}));
    }

    #[test]
    fn what_does_not_change_is_not_told() {
        let feed = Feed::new();
        let (_, mut changes) = feed.listen();
        feed.publish(parts(&[("a", 1)]));
        feed.publish(parts(&[("a", 1)]));
        assert!(changes.try_recv().is_ok() && changes.try_recv().is_err());
    }

    #[tokio::test]
    async fn nothing_is_read_until_somebody_listens() {
        let feed = Feed::new();
        assert!(!feed.is_wanted());
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), feed.until_wanted()).await;
        assert!(waited.is_err());
        let _listening = feed.listen();
        feed.until_wanted().await;
    }
}
