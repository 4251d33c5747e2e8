//! When a request is sent again, and how long to wait before: a pure function of what came back.
//!
//! The rules are Stripe's (API reference, "Errors" and "Idempotent requests"; "Advanced error handling"). Whatever is
//! sent again is the same request under the same key, so that it takes effect at most once.

use std::time::Duration;

use super::{GatewayResponse, TransportError};

/// How often one request is sent, the first time included. What it has not decided by then, the state machine's own
/// retries do.
pub const MAX_ATTEMPTS: u32 = 3;

/// The longest random pause before the second attempt; it doubles with every further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest random pause of all.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Take what came: asking again would change nothing, or is not for now.
    Settle,
    /// Pause, then send the same request again.
    Again(PauseRange),
}

/// Bounds of a pause whose length is drawn at random (full jitter), so that many clients do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PauseRange {
    /// The shortest.
    pub at_least: Duration,
    /// The longest.
    pub at_most: Duration,
}

/// What to do after attempt number `attempt`, counted from 1, that came to this.
#[must_use]
pub fn advice(attempt: u32, outcome: &Result<GatewayResponse, TransportError>) -> Advice {
    if attempt >= MAX_ATTEMPTS || !is_worth_another(outcome) {
        return Advice::Settle;
    }
    let doublings = 2_u32.saturating_pow(attempt.saturating_sub(1));
    let jitter = FIRST_PAUSE.saturating_mul(doublings).min(LONGEST_PAUSE);
    let at_least = outcome.as_ref().ok().and_then(|response| response.retry_after).unwrap_or_default();
    Advice::Again(PauseRange { at_least, at_most: at_least.saturating_add(jitter) })
}

fn is_worth_another(outcome: &Result<GatewayResponse, TransportError>) -> bool {
    let response = match outcome {
        // A read may always be sent again; a write is sent under its key.
        Err(TransportError::NotSent { .. } | TransportError::NoAnswer { .. }) => return true,
        Ok(response) => response,
    };
    if response.replayed {
        // The kept answer stays the answer, a server error too.
        return false;
    }
    match (response.should_retry, response.status) {
        (Some(gateway_knows), _) => gateway_knows,
        (None, 409 | 424 | 429 | 500 | 502 | 503 | 504) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> GatewayResponse {
        GatewayResponse { status, should_retry: None, retry_after: None, replayed: false, body: Vec::new() }
    }

    fn is_sent_again(response: GatewayResponse) -> bool {
        advice(1, &Ok(response)) != Advice::Settle
    }

    fn pause(attempt: u32, response: GatewayResponse) -> (u64, u64) {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap();
        match advice(attempt, &Ok(response)) {
            Advice::Again(range) => (milliseconds(range.at_least), milliseconds(range.at_most)),
            Advice::Settle => panic!("not sent again"),
        }
    }

    #[test]
    fn a_conflict_with_a_request_under_way_is_sent_again() {
        assert!(is_sent_again(answer(409)));
    }

    #[test]
    fn a_failed_dependency_is_sent_again() {
        assert!(is_sent_again(answer(424)));
    }

    #[test]
    fn too_many_requests_are_sent_again() {
        assert!(is_sent_again(answer(429)));
    }

    #[test]
    fn an_internal_error_is_sent_again() {
        assert!(is_sent_again(answer(500)));
    }

    #[test]
    fn an_internal_error_that_is_kept_is_not_sent_again() {
        assert!(!is_sent_again(GatewayResponse { replayed: true, ..answer(500) }));
    }

    #[test]
    fn a_gateway_in_front_that_fails_is_asked_again() {
        for status in [502, 503, 504] {
            assert!(is_sent_again(answer(status)), "{status}");
        }
    }

    #[test]
    fn a_success_is_not_sent_again() {
        assert!(!is_sent_again(answer(200)));
    }

    #[test]
    fn a_refusal_is_not_sent_again() {
        for status in [302, 400, 401, 402, 403, 404, 501] {
            assert!(!is_sent_again(answer(status)), "{status}");
        }
    }

    #[test]
    fn a_request_that_never_left_is_sent_again() {
        let outcome = Err(TransportError::NotSent { reason: "no connection".to_owned() });
        assert_ne!(advice(1, &outcome), Advice::Settle);
    }

    #[test]
    fn a_connection_that_broke_after_sending_and_a_timeout_are_sent_again() {
        for reason in ["the connection broke", "timed out"] {
            let outcome = Err(TransportError::NoAnswer { reason: reason.to_owned() });
            assert_ne!(advice(1, &outcome), Advice::Settle);
        }
    }

    #[test]
    fn the_gateway_may_ask_for_another_attempt_whatever_the_status() {
        for status in [400, 402, 500] {
            assert!(is_sent_again(GatewayResponse { should_retry: Some(true), ..answer(status) }), "{status}");
        }
    }

    #[test]
    fn the_gateway_may_forbid_another_attempt_whatever_the_status() {
        for status in [409, 429, 500, 503] {
            assert!(!is_sent_again(GatewayResponse { should_retry: Some(false), ..answer(status) }), "{status}");
        }
    }

    #[test]
    fn the_last_attempt_is_settled_with() {
        assert_ne!(advice(MAX_ATTEMPTS - 1, &Ok(answer(503))), Advice::Settle);
        assert_eq!(advice(MAX_ATTEMPTS, &Ok(answer(503))), Advice::Settle);
    }

    #[test]
    fn pauses_are_drawn_from_nought_up_and_double() {
        assert_eq!(pause(1, answer(503)), (0, 250));
        assert_eq!(pause(2, answer(503)), (0, 500));
    }

    #[test]
    fn a_pause_is_never_shorter_than_the_gateway_asks_for() {
        let response = GatewayResponse { retry_after: Some(Duration::from_secs(3)), ..answer(429) };
        assert_eq!(pause(1, response), (3000, 3250));
    }
}
