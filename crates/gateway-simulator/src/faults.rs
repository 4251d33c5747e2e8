//! The ways in which the gateway can be told to misbehave.

/// One misbehaviour. A payment method carries at most one; each strikes at one point of [`Gateway::handle`]'s course:
/// in front of the API, at the effect, after it, or at delivery.
///
/// [`Gateway::handle`]: crate::Gateway::handle
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// At the effect: every capture is refused with 402, and the hold stays.
    CaptureRefused,
    /// At delivery: the capture takes effect at once, and its answer comes late. A replay under the same key answers at
    /// once.
    CaptureAnswerLate {
        /// How late, in milliseconds.
        milliseconds: u64,
    },
    /// In front of the API: the first refund requests for the intent are answered with 503. They have no effect and
    /// nothing is kept under their keys.
    RefundUnavailableAtFirst {
        /// How many requests are turned away.
        times: u8,
    },
    /// After the effect: the refund is created as succeeded and fails later, as with Stripe's own test card.
    RefundFailsLater,
    /// After the effect: the refund is created as pending and succeeds later, as with Stripe's own test card.
    RefundPendingFirst,
}
