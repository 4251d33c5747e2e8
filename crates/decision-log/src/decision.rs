//! Decisions of money.

use fare_values::{FailureReason, Money};

use crate::measure::Metric;

/// The target of the lines about decisions. They are written whatever level the other lines are held to.
const TARGET: &str = "decision";

/// Something that was decided about a fare and its money, and that stands from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Decision {
    /// The fare was accepted.
    Registered,
    /// The fare was decided `completed`.
    Completed,
    /// The gateway holds the amount.
    Authorised,
    /// The gateway declined: nothing is held.
    Declined,
    /// The gateway has taken the amount.
    Captured,
    /// The gateway refused to take what it may hold.
    CaptureRefused,
    /// Nothing was taken, and nothing is held any more.
    Voided,
    /// What was taken has gone back.
    Refunded,
    /// The fare was never charged, and never will be.
    ChargeBarred,
    /// The customer's account was credited.
    Credited,
    /// The account is closed: nothing was credited.
    CreditRefused,
    /// The credit was reversed.
    Reversed,
    /// The fare was never credited, and never will be.
    CreditBarred,
}

/// Logs a decision, and counts it where it is one of those that are counted. To be said by whoever made it, after the write
/// or the answer that it rests on, and not by whoever finds it made; inside of [`logged`](crate::logged), which names the
/// fare. `payment_id` is the gateway's id of the payment, where there is one.
pub fn decided(decision: Decision, amount: Money, payment_id: Option<&str>) {
    tracing::info!(
        target: TARGET,
        decision = %decision,
        amount = amount.amount(),
        currency = amount.currency().code(),
        paymentId = payment_id,
        "decided"
    );
    match decision {
        Decision::Completed => Metric::Collected.count(),
        Decision::Voided | Decision::Refunded | Decision::Reversed => {
            Metric::Compensated.count_of("Kind", <&str>::from(decision).into());
        }
        Decision::Registered
        | Decision::Authorised
        | Decision::Declined
        | Decision::Captured
        | Decision::CaptureRefused
        | Decision::ChargeBarred
        | Decision::Credited
        | Decision::CreditRefused
        | Decision::CreditBarred => {}
    }
}

/// Logs and counts the decision `failed`, with the reason for which the execution that asked for it had failed.
pub fn decided_failed(amount: Money, reason: &FailureReason) {
    tracing::info!(
        target: TARGET,
        decision = "failed",
        amount = amount.amount(),
        currency = amount.currency().code(),
        reason = reason.as_str(),
        "decided"
    );
    Metric::Failed.count_of("Reason", reason.as_str().to_owned().into());
}
