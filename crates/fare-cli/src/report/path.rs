//! A path in few words.

use crate::execution::Visit;

/// The path as a row of short words, `register › charge ×2 › credit`: tasks only, with the number of attempts where
/// there was more than one. What an outcome says anyway is left out; a state that is not known keeps its name.
#[must_use]
pub fn short_path(path: &[Visit]) -> String {
    let steps = path.iter().filter_map(|visit| {
        let word = match visit.state.as_str() {
            "BeginSaga" | "WhatMayHaveRun" | "FareProcessingSucceeded" | "FareProcessingFailed" => return None,
            "RegisterFare" => "register",
            "ChargeFare" => "charge",
            "CreditCustomerAccount" => "credit",
            "SetFareStatusCompleted" => "complete",
            "SetFareStatusFailed" => "fail",
            "DebitCustomerAccount" => "debit",
            "RefundFare" => "refund",
            "RejectFare" => "reject",
            "NotifySuccess" | "NotifyFailure" => "notify",
            other => other,
        };
        Some(if visit.attempts > 1 { format!("{word} ×{}", visit.attempts) } else { word.to_owned() })
    });
    steps.collect::<Vec<_>>().join(" › ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(state: &str, attempts: u32) -> Visit {
        Visit { state: state.to_owned(), attempts }
    }

    #[test]
    fn a_path_is_told_in_short_words_with_its_retries() {
        let path = [
            visit("BeginSaga", 0),
            visit("RegisterFare", 1),
            visit("ChargeFare", 2),
            visit("SetFareStatusFailed", 1),
            visit("WhatMayHaveRun", 0),
            visit("RefundFare", 3),
            visit("NotifyFailure", 1),
            visit("FareProcessingFailed", 0),
        ];
        assert_eq!(short_path(&path), "register › charge ×2 › fail › refund ×3 › notify");
    }

    #[test]
    fn a_state_that_is_not_known_keeps_its_name() {
        assert_eq!(short_path(&[visit("AskSomebody", 1)]), "AskSomebody");
        assert_eq!(short_path(&[]), "");
    }
}
