//! Which state made a change: the one that makes such changes and was at work when it was made.

use fare_values::EntryState;

use super::runs::Run;

/// The clocks that a state and a change are stamped by may differ by so much, and a function whose execution was stopped may
/// go on for so long. Milliseconds.
const SKEW: i64 = 1000;

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

/// The state that made a change at that time, by its name; of a recovery, with that word. `None` where no state that makes
/// such changes was at work then: of an execution that is not known, nothing is made up.
pub(super) fn made_by(runs: &[Run], change: Change, at: Option<i64>) -> Option<String> {
    let visits = || {
        let all = runs.iter().flat_map(|run| run.visited().iter().map(move |visit| (run, visit)));
        all.filter(move |(_, visit)| change.makers().contains(&visit.state.as_str()))
    };
    let during = |at: i64, before: i64, after: i64| {
        // The last, since what a recovery takes back was made before by what it recovers.
        visits().rfind(|(run, visit)| {
            // An execution that was stopped never left the state that it was in.
            let left = visit.left_at.or(run.described.ended_at);
            let ends = left.map_or(i64::MAX, |left| left.saturating_add(after));
            (visit.entered_at.saturating_sub(before)..=ends).contains(&at)
        })
    };
    let found = match at {
        // Rather by a state that had begun than by one that would.
        Some(at) => during(at, 0, 0).or_else(|| during(at, 0, SKEW)).or_else(|| during(at, SKEW, SKEW)),
        None => visits().next_back(),
    };
    found
        .map(|(run, visit)| if run.is_recovery() { format!("{} (recovery)", visit.state) } else { visit.state.clone() })
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::ExecutionStatus;

    use super::super::runs::tests::run;
    use super::*;
    use crate::dossier::Machine;

    /// Stopped while it charged, and recovered.
    fn stopped_and_recovered() -> [Run; 2] {
        let charging = [("RegisterFare", 1_000, Some(2_000)), ("ChargeFare", 2_000, None)];
        let recovering = [("SetFareStatusFailed", 10_000, Some(11_000)), ("RefundFare", 11_000, Some(15_000))];
        [
            run(Machine::Collection, ExecutionStatus::Aborted, Some(5_000), &charging),
            run(Machine::Recovery, ExecutionStatus::Succeeded, Some(16_000), &recovering),
        ]
    }

    fn by(change: Change, at: i64) -> Option<String> {
        made_by(&stopped_and_recovered(), change, Some(at))
    }

    #[test]
    fn a_change_is_by_the_state_that_was_at_work_then() {
        assert_eq!(by(Change::Registered, 1_500).as_deref(), Some("RegisterFare"));
        assert_eq!(by(Change::Gateway, 4_000).as_deref(), Some("ChargeFare"));
        assert_eq!(by(Change::Failed, 10_500).as_deref(), Some("SetFareStatusFailed (recovery)"));
    }

    #[test]
    fn what_recovery_took_back_is_not_by_the_state_in_which_the_execution_was_stopped() {
        assert_eq!(by(Change::Payment, 12_000).as_deref(), Some("RefundFare (recovery)"));
        assert_eq!(by(Change::Gateway, 14_000).as_deref(), Some("RefundFare (recovery)"));
    }

    #[test]
    fn clocks_may_differ_a_little_and_a_stopped_functions_last_work_is_its_own() {
        assert_eq!(by(Change::Registered, 2_400).as_deref(), Some("RegisterFare"));
        assert_eq!(by(Change::Gateway, 5_600).as_deref(), Some("ChargeFare"));
        let [stopped, _] = stopped_and_recovered();
        let at_once = [("RefundFare", 6_200, Some(7_000))];
        let at_once = run(Machine::Recovery, ExecutionStatus::Succeeded, Some(8_000), &at_once);
        assert_eq!(made_by(&[stopped, at_once], Change::Gateway, Some(5_600)).as_deref(), Some("ChargeFare"));
    }

    #[test]
    fn nothing_is_made_up_where_no_state_was_at_work() {
        assert_eq!(by(Change::Gateway, 8_000), None);
        assert_eq!(by(Change::Failed, 60_000), None);
        assert_eq!(by(Change::Completed, 4_000), None);
        assert_eq!(made_by(&[], Change::Payment, Some(1)), None);
    }
}
