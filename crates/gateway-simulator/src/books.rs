//! Everything the gateway remembers about payments, and what falls due by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::intents::{Intent, Status};
use crate::refunds::{Refund, RefundStatus};

/// How long a hold stands if nobody captures or voids it: seven days, in milliseconds.
pub const HOLD_LIFETIME_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// How a gateway is set up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// How long after its creation an intent can be found by search, in milliseconds. Stripe says under a minute as a
    /// rule, and more in an outage. What is found is shown as it stands now.
    pub search_lag_ms: u64,
    /// When a refund that changes by itself does so, in milliseconds after its creation.
    pub refund_settles_after_ms: u64,
    /// Lower-case letters that go into every id, so that a restarted server never issues an id again.
    pub id_salt: String,
}

impl Settings {
    /// A salt that differs between any two starts of a server.
    pub fn salt_from(since_epoch: Duration) -> String {
        letters(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX), 9)
    }
}

impl Default for Settings {
    /// No search lag, refunds settle after five seconds, no salt.
    fn default() -> Self {
        Self { search_lag_ms: 0, refund_settles_after_ms: 5_000, id_salt: String::new() }
    }
}

/// What happens by itself at its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The hold of this intent expires.
    Hold(String),
    /// This refund reaches its final state.
    Refund(String),
}

/// The state behind the endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Books {
    pub(crate) settings: Settings,
    /// The latest time told; it never goes back.
    pub(crate) now_ms: u64,
    pub(crate) refunds: BTreeMap<String, Refund>,
    intents: BTreeMap<String, Intent>,
    due: BTreeSet<(u64, Due)>,
    ids_issued: u64,
}

impl Books {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            now_ms: 0,
            refunds: BTreeMap::new(),
            intents: BTreeMap::new(),
            due: BTreeSet::new(),
            ids_issued: 0,
        }
    }

    /// Lets time pass up to `now_ms`, and everything happen that falls due until then. A time in the past changes nothing.
    pub(crate) fn advance_to(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
        while self.due.first().is_some_and(|(at, _)| *at <= self.now_ms) {
            match self.due.pop_first() {
                Some((at, Due::Hold(id))) => self.expire_hold(&id, at),
                Some((_, Due::Refund(id))) => self.settle_refund(&id),
                None => {}
            }
        }
    }

    /// Arranges for something to happen by itself this much later.
    pub(crate) fn schedule(&mut self, after_ms: u64, due: Due) {
        self.due.insert((self.now_ms.saturating_add(after_ms), due));
    }

    /// The next id. Ids of one kind sort in the order of their issue, and hold no digits that could pass for a card.
    pub(crate) fn next_id(&mut self, prefix: &str) -> String {
        self.ids_issued += 1;
        format!("{prefix}_3S{}{}", self.settings.id_salt, letters(self.ids_issued, 12))
    }

    /// The intent with this id.
    pub(crate) fn intent(&self, id: &str) -> Option<&Intent> {
        self.intents.get(id)
    }

    /// The intent with this id, to be changed.
    pub(crate) fn intent_mut(&mut self, id: &str) -> Option<&mut Intent> {
        self.intents.get_mut(id)
    }

    /// Every intent, newest first.
    pub(crate) fn newest_first(&self) -> impl DoubleEndedIterator<Item = &Intent> + Clone {
        self.intents.values().rev()
    }

    /// Writes an intent down.
    pub(crate) fn keep(&mut self, intent: Intent) {
        self.intents.insert(intent.id.clone(), intent);
    }

    fn expire_hold(&mut self, id: &str, at_ms: u64) {
        if let Some(intent) = self.intents.get_mut(id)
            && intent.status == Status::RequiresCapture
        {
            intent.cancel(at_ms, Some("automatic"));
        }
    }

    fn settle_refund(&mut self, id: &str) {
        let Some(refund) = self.refunds.get_mut(id) else { return };
        let Some(intent) = self.intents.get_mut(&refund.intent) else { return };
        refund.status = refund.settles_as;
        if refund.status == RefundStatus::Failed {
            intent.amount_refunded = intent.amount_refunded.saturating_sub(refund.amount);
        }
    }
}

/// A number written with letters only, most significant first, padded with `a`.
pub(crate) fn letters(number: u64, width: usize) -> String {
    let mut rest = number;
    let mut written: Vec<char> = (0..width)
        .map(|_| {
            let letter = u8::try_from(rest % 26).unwrap_or(0);
            rest /= 26;
            char::from(b'a' + letter)
        })
        .collect();
    written.reverse();
    written.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_written_with_letters_sort_like_numbers() {
        assert_eq!(letters(0, 4), "aaaa");
        assert_eq!(letters(27, 4), "aabb");
        assert!((0..2000).map(|number| letters(number, 6)).is_sorted());
    }

    #[test]
    fn time_never_goes_back() {
        let mut books = Books::new(Settings::default());
        books.advance_to(10);
        books.advance_to(5);
        assert_eq!(books.now_ms, 10);
    }
}
