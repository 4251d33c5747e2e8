//! What happens in an execution, line by line; and all that happened, for machines.

use serde_json::{Value, json};

use super::time::{span, timestamp};
use super::visible::spelt_out;
use crate::execution::{Happening, Trail, What};

/// As wide as the longest name of a state.
const STATE: usize = 26;

/// One plain line: how long after the beginning, in which state, what.
#[must_use]
pub fn happening_to_line(happening: &Happening, began_at: Option<i64>) -> String {
    let after = happening.at.saturating_sub(began_at.unwrap_or(happening.at)).max(0);
    let what = match &happening.what {
        What::Began => "execution began".to_owned(),
        What::Entered => "entered".to_owned(),
        What::Attempt(1) => "attempt 1".to_owned(),
        What::Attempt(number) => format!("attempt {number} (retry)"),
        What::Failed(error) => format!("failed: {error}"),
        What::Left { after, caught: None } => format!("left after {}", span(*after)),
        What::Left { after, caught: Some(error) } => format!("caught {error}, left after {}", span(*after)),
        What::Redriven => "execution taken up again".to_owned(),
        What::Ended(None) => "execution succeeded".to_owned(),
        What::Ended(Some(error)) => format!("execution ended: {error}"),
    };
    let clock = format!("{}.{:03} s", after / 1000, after % 1000);
    spelt_out(&format!("{clock:>12}  {:STATE$}  {what}", happening.state))
}

/// The states that an execution went through, as JSON. The names of the fields are stable.
#[must_use]
pub fn trail_to_json(trail: &Trail) -> Value {
    let states = trail.visited.iter().map(|visit| {
        json!({
            "state": visit.state,
            "attempts": visit.attempts,
            "enteredAt": timestamp(visit.entered_at),
            "tookMs": visit.took(),
            "caught": visit.caught(),
        })
    });
    Value::Array(states.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(state: &str, what: What) -> String {
        let happening = Happening { at: 1_500, state: state.to_owned(), what };
        happening_to_line(&happening, Some(250)).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_line_tells_when_where_and_what() {
        assert_eq!(line("ChargeFare", What::Attempt(2)), "1.250 s ChargeFare attempt 2 (retry)");
        let left = What::Left { after: 1_234, caught: Some("PaymentAuthException".to_owned()) };
        assert_eq!(line("ChargeFare", left), "1.250 s ChargeFare caught PaymentAuthException, left after 1.2 s");
        assert_eq!(line("", What::Ended(None)), "1.250 s execution succeeded");
    }

    #[test]
    fn every_line_begins_its_columns_at_the_same_place() {
        let happening = Happening { at: 0, state: "ChargeFare".to_owned(), what: What::Entered };
        assert_eq!(happening_to_line(&happening, None), "     0.000 s  ChargeFare                  entered");
    }
}
