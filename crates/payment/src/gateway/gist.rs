//! What this client takes from one answer, for whoever has to know which answers are the same to it.

use serde::de::DeserializeOwned;

use super::answer::{Page, may_have_happened, read_last};
use super::retry::{Advice, advice};
use super::{GatewayError, GatewayResponse, PaymentIntent, Refund, TransportError};

/// All that this client takes from one answer, whatever it had asked for, but for the words in which it reports a failure.
///
/// It is made with the functions that the client itself reads answers with. So, after answers of the same gist, the client
/// asks, waits, records and answers the same, but for those words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gist {
    /// The attempt's number only bounds this, and is counted by the client.
    advice: Advice,
    may_have_happened: bool,
    intent: Reading<PaymentIntent>,
    intents: Reading<Page<PaymentIntent>>,
    refund: Reading<Refund>,
    refunds: Reading<Page<Refund>>,
}

/// An answer, read as one thing that may have been asked for.
type Reading<T> = Result<T, GatewayError>;

impl Gist {
    /// The gist of what one attempt came to.
    #[must_use]
    pub fn of(attempt: &Result<GatewayResponse, TransportError>) -> Self {
        Self {
            advice: advice(1, attempt),
            may_have_happened: may_have_happened(attempt),
            intent: reading(attempt),
            intents: reading(attempt),
            refund: reading(attempt),
            refunds: reading(attempt),
        }
    }
}

fn reading<T: DeserializeOwned>(attempt: &Result<GatewayResponse, TransportError>) -> Reading<T> {
    read_last(attempt.clone()).map_err(without_words)
}

fn without_words(error: GatewayError) -> GatewayError {
    match error {
        GatewayError::Unavailable { .. } => GatewayError::Unavailable { reason: String::new() },
        GatewayError::OutcomeUnknown { .. } => GatewayError::OutcomeUnknown { reason: String::new() },
        definite @ (GatewayError::Declined { .. }
        | GatewayError::Refused { .. }
        | GatewayError::UnexpectedState { .. }
        | GatewayError::KeySpent
        | GatewayError::KeyTaken) => definite,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: &str =
        r#"{"id": "pi_1", "status": "requires_capture", "amount": 2000, "currency": "usd", "created": 7}"#;

    fn answer(status: u16, body: &str) -> Result<GatewayResponse, TransportError> {
        let body = body.as_bytes().to_vec();
        Ok(GatewayResponse { status, should_retry: None, retry_after: None, replayed: false, body })
    }

    fn gist(status: u16, body: &str) -> Gist {
        Gist::of(&answer(status, body))
    }

    #[test]
    fn what_nobody_reads_makes_no_difference() {
        assert_eq!(
            gist(200, HELD),
            gist(200, &HELD.replace("\"created\": 7", "\"created\": 8, \"object\": \"payment_intent\""))
        );
        assert_eq!(gist(500, "{}"), gist(503, "<html>"), "both are sent again, and say nothing");
        assert_eq!(gist(200, "<html>"), gist(200, "{"), "neither makes sense");
    }

    #[test]
    fn what_somebody_reads_makes_one() {
        let held = gist(200, HELD);
        for (old, new) in [("pi_1", "pi_2"), ("requires_capture", "canceled"), ("2000", "2001"), ("usd", "eur")] {
            assert_ne!(gist(200, &HELD.replace(old, new)), held, "{new}");
        }
        assert_ne!(gist(500, "{}"), gist(501, "{}"), "only one of them is sent again");
        assert_ne!(gist(429, "{}"), gist(409, "{}"), "only one of them has certainly done nothing");
        let replayed = answer(500, "{}").map(|response| GatewayResponse { replayed: true, ..response });
        assert_ne!(Gist::of(&replayed), gist(500, "{}"), "a kept failure is the end of its key");
    }

    #[test]
    fn a_request_that_never_left_is_not_one_that_was_never_answered() {
        let reason = String::new();
        let not_sent = Gist::of(&Err(TransportError::NotSent { reason: reason.clone() }));
        assert_ne!(not_sent, Gist::of(&Err(TransportError::NoAnswer { reason })));
    }

    #[test]
    fn a_decline_is_told_from_another_by_its_reason() {
        let declined = |code: &str| {
            gist(402, &format!(r#"{{"error": {{"type": "card_error", "decline_code": "{code}", "message": "No."}}}}"#))
        };
        assert_eq!(declined("lost_card"), declined("lost_card"));
        assert_ne!(declined("lost_card"), declined("stolen_card"));
    }
}
