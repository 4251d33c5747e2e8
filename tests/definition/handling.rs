//! What a state does with an error: whether it tries again, and where it goes then.

use serde_json::Value;

use crate::machine::{list, names};

/// What `States.ALL` does not match (Step Functions developer guide, "Error names").
const BEYOND_ALL: [&str; 2] = ["States.Runtime", "States.DataLimitExceeded"];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Handling<'a> {
    /// How often at most.
    attempts: u64,
    /// How long it waits in all, if jitter never shortens a wait, in seconds.
    seconds: u64,
    /// The state that catches it.
    pub(crate) next: Option<&'a str>,
}

impl Handling<'_> {
    pub(crate) fn tries(&self) -> String {
        match self.attempts {
            0 => "no".to_owned(),
            attempts => format!("{attempts} times, within {}", duration(self.seconds)),
        }
    }
}

/// What a state does with this error: the first rule that matches counts.
pub(crate) fn handled<'a>(state: &'a Value, error: &str) -> Handling<'a> {
    let matches = |rule: &&Value| {
        let names = names(rule);
        names.contains(&error) || (names == ["States.ALL"] && !BEYOND_ALL.contains(&error))
    };
    let retrier = list(state, "Retry").find(matches);
    Handling {
        attempts: retrier.map_or(0, |rule| rule["MaxAttempts"].as_u64().unwrap()),
        seconds: retrier.map_or(0, longest_wait),
        next: list(state, "Catch").find(matches).map(|rule| rule["Next"].as_str().unwrap()),
    }
}

/// The seconds a rule waits in all, if jitter never shortens a wait.
pub(crate) fn longest_wait(rule: &Value) -> u64 {
    if rule["MaxAttempts"] == 0 {
        return 0;
    }
    let number = |field: &str| rule[field].as_u64().unwrap();
    let mut wait = number("IntervalSeconds");
    let mut total = 0;
    for _ in 0..number("MaxAttempts") {
        wait = wait.min(number("MaxDelaySeconds"));
        total += wait;
        wait *= number("BackoffRate");
    }
    total
}

fn duration(seconds: u64) -> String {
    if seconds < 3600 {
        return format!("{seconds} s");
    }
    let tenths = (seconds + 180) / 360;
    format!("{}.{} h", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_rule_that_matches_counts() {
        let state = json!({
            "Retry": [
                {"ErrorEquals": ["A"], "MaxAttempts": 0},
                {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 4, "BackoffRate": 2, "MaxDelaySeconds": 20},
            ],
            "Catch": [{"ErrorEquals": ["B"], "Next": "First"}, {"ErrorEquals": ["States.ALL"], "Next": "Second"}],
        });
        assert_eq!(handled(&state, "A"), Handling { attempts: 0, seconds: 0, next: Some("Second") });
        assert_eq!(handled(&state, "B"), Handling { attempts: 4, seconds: 15, next: Some("First") });
        assert_eq!(handled(&state, "States.Runtime"), Handling { attempts: 0, seconds: 0, next: None });
        assert_eq!(handled(&state, "B").tries(), "4 times, within 15 s");
    }

    #[test]
    fn hours_have_one_decimal() {
        assert_eq!([3599, 3600, 13_000, 86_400].map(duration), ["3599 s", "1.0 h", "3.6 h", "24.0 h"]);
    }
}
