//! `pm_sim_<operation>_<fault>[_<times>]`: payment methods that bring a fault along.

use std::str::FromStr;

use crate::faults::{Fault, Point};
use crate::misbehaviour::Habit;
use crate::route::Operation;

/// Faults come under these operations.
const OPERATIONS: [Operation; 4] = [Operation::Authorise, Operation::Capture, Operation::Void, Operation::Refund];

/// What a payment method with this name brings along, or `None` if it is not one of these.
///
/// It strikes the first such request of a payment, or the first `times` of them. What the issuer does (`refused`,
/// `fails_later`, `pending_first`) it does every time unless told how often.
pub(crate) fn habit(token: &str) -> Option<Habit> {
    let (operation, rest) = token.strip_prefix("pm_sim_")?.split_once('_')?;
    let operation = Operation::from_str(operation).ok().filter(|operation| OPERATIONS.contains(operation))?;
    let (fault, times) = match Fault::named(rest) {
        Some(fault) => (fault, (fault.point() != Point::Issuer).then_some(1)),
        None => {
            let (name, times) = rest.rsplit_once('_')?;
            (Fault::named(name)?, Some(number(times)?))
        }
    };
    fault.concerns(operation).then_some(Habit { operation, fault, times })
}

/// 1 to 999, written in one way only.
fn number(text: &str) -> Option<u32> {
    let plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_goes_wrong_and_how_often() {
        for (token, operation, fault, times) in [
            ("pm_sim_capture_answer_lost", Operation::Capture, Fault::AnswerLost, Some(1)),
            ("pm_sim_refund_unavailable_3", Operation::Refund, Fault::Unavailable, Some(3)),
            ("pm_sim_authorise_server_error_kept", Operation::Authorise, Fault::ServerErrorKept, Some(1)),
            (
                "pm_sim_authorise_server_error_kept_after_12",
                Operation::Authorise,
                Fault::ServerErrorKeptAfter,
                Some(12),
            ),
            ("pm_sim_void_slow", Operation::Void, Fault::Slow { milliseconds: 5_000 }, Some(1)),
            ("pm_sim_capture_answer_late", Operation::Capture, Fault::AnswerLate { milliseconds: 30_000 }, Some(1)),
            ("pm_sim_capture_refused", Operation::Capture, Fault::Refused, None),
            ("pm_sim_capture_refused_2", Operation::Capture, Fault::Refused, Some(2)),
            ("pm_sim_refund_pending_first", Operation::Refund, Fault::PendingFirst, None),
        ] {
            assert_eq!(habit(token), Some(Habit { operation, fault, times }), "{token}");
        }
    }

    #[test]
    fn every_fault_that_concerns_an_operation_has_a_name() {
        let named = OPERATIONS.into_iter().flat_map(|operation| Fault::all().map(move |fault| (operation, fault)));
        for (operation, fault) in named.filter(|(operation, fault)| fault.concerns(*operation)) {
            let name: &str = operation.into();
            let token = format!("pm_sim_{name}_{}", fault.name());
            assert_eq!(habit(&token).map(|habit| (habit.operation, habit.fault)), Some((operation, fault)), "{token}");
        }
    }

    #[test]
    fn nonsense_names_nothing() {
        for token in [
            "pm_sim_",
            "pm_sim_capture",
            "pm_sim_capture_",
            "pm_sim_capture_nonsense",
            "pm_sim_nonsense_answer_lost",
            "pm_sim_search_answer_lost",
            "pm_sim_confirm_answer_lost",
            "pm_sim_capture_answer_lost_0",
            "pm_sim_capture_answer_lost_03",
            "pm_sim_capture_answer_lost_1000",
            "pm_sim_capture_answer_lost_x",
            "pm_sim_capture_answer_lost_",
            "pm_sim_captureRefused",
            "pm_sim_refund_refused",
            "pm_sim_capture_fails_later",
            "pm_card_visa",
        ] {
            assert_eq!(habit(token), None, "{token}");
        }
    }
}
