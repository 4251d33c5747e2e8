//! Which state made a change: the one that makes such changes and was at work when it was made.

use fare_values::EntryState;

use super::runs::Run;

/// The clocks that a state and a change are stamped by may differ by so much. Milliseconds.
const SKEW: i64 = 60;

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Registered,
    Completed,
    Failed,
    Payment,
    Gateway,
    Credit(EntryState),
    Reversal,
    Notice,
}

impl Change {
    /// The states that make such a change, of either machine.
    fn makers(self) -> &'static [&'static str] {
        match self {
            Self::Registered => &["RegisterFare"],
            Self::Completed => &["SetFareStatusCompleted"],
            // A fare that was cancelled before it came was, in the demonstration, so by the first call of its registration.
            Self::Failed => &["SetFareStatusFailed", "RegisterFare"],
            Self::Payment | Self::Gateway => &["ChargeFare", "RefundFare"],
            Self::Credit(EntryState::Standing) => &["CreditCustomerAccount"],
            Self::Credit(EntryState::Reversed | EntryState::Tombstone) => &["DebitCustomerAccount"],
            Self::Reversal => &["DebitCustomerAccount"],
            Self::Notice => &["NotifySuccess", "NotifyFailure", "CallForAttention"],
        }
    }
}

/// The state that made a change at that time, by its name; of a recovery, with that word. `None` where none can be named.
pub(super) fn made_by(runs: &[Run], change: Change, at: Option<i64>) -> Option<String> {
    let visits = || {
        let all = runs.iter().flat_map(|run| run.visited().iter().map(move |visit| (run, visit)));
        all.filter(move |(_, visit)| change.makers().contains(&visit.state.as_str()))
    };
    let during = |at: i64, skew: i64| {
        visits().find(|(_, visit)| {
            let ends = visit.left_at.map_or(i64::MAX, |left| left.saturating_add(skew));
            (visit.entered_at.saturating_sub(skew)..=ends).contains(&at)
        })
    };
    let found = match at {
        Some(at) => {
            let only = || visits().next_back().filter(|_| visits().count() == 1);
            during(at, 0).or_else(|| during(at, SKEW)).or_else(only)
        }
        None => visits().next_back(),
    };
    found
        .map(|(run, visit)| if run.is_recovery() { format!("{} (recovery)", visit.state) } else { visit.state.clone() })
}
