//! What must be true when everything is over (design, section 6).

use fare_values::{EntryState, FareRequest, FareStatus, PaymentStatus};

use crate::run::Run;
use crate::violation::Violation;
use crate::witness::Notice;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The fare is completed.
    Completed,
    /// The fare is failed, and taken back.
    Failed,
    /// No fare was accepted.
    Rejected,
}

/// Judges a run that is over.
///
/// # Errors
/// The first [`Violation`].
pub(crate) fn judge(run: &Run<'_>) -> Result<Outcome, Violation> {
    if run.witness.waits_for_attention() {
        return Err(Violation::new("I5", "somebody was called for, and nobody could help"));
    }
    every_start_has_a_fare_or_a_rejection(run)?;
    let status = run.world().fare().map(|fare| fare.status);
    if run.should_be_collected() && status != Some(FareStatus::Completed) {
        return Err(Violation::new("I15", format!("nothing went wrong, and the fare is {status:?}")));
    }
    let Some(fare) = run.world().fare() else {
        nothing_was_done(run)?;
        return Ok(Outcome::Rejected);
    };
    match fare.status {
        FareStatus::Registered => Err(Violation::new("I5", "everything is over, and the fare is undecided")),
        FareStatus::Completed => {
            is_collected(run, &fare.request)?;
            Ok(Outcome::Completed)
        }
        FareStatus::Failed => {
            is_taken_back(run, &fare.request)?;
            Ok(Outcome::Failed)
        }
    }
}

/// I9, and that none has both.
fn every_start_has_a_fare_or_a_rejection(run: &Run<'_>) -> Result<(), Violation> {
    let standing = run.world().fare().map(|fare| fare.payload_hash);
    for (name, execution) in run.executions() {
        let identity = execution.identity();
        if identity.state_machine_name != "fare-collection" {
            continue;
        }
        let own = FareRequest::from_json(execution.input()).ok().map(|request| request.payload_hash());
        if own.is_some() && own == standing && run.witness.was_rejected(&identity.execution_arn) {
            return Err(Violation::new("I13", format!("{name} has a fare, and was announced as rejected")));
        }
        if (own.is_none() || own != standing) && !run.witness.was_rejected(&identity.execution_arn) {
            return Err(Violation::new("I9", format!("{name} has neither a fare nor a rejection")));
        }
    }
    Ok(())
}

fn nothing_was_done(run: &Run<'_>) -> Result<(), Violation> {
    let world = run.world();
    if world.payment().is_some() || world.entry().is_some() || !world.gateway_log().is_empty() {
        return Err(Violation::new("I9", "a start was rejected, and something was done for it"));
    }
    Ok(())
}

/// I1, I2, I3, I6 and I13 of a completed fare.
fn is_collected(run: &Run<'_>, fare: &FareRequest) -> Result<(), Violation> {
    let world = run.world();
    let amount = fare.amount();
    let holdings = world.holdings();
    let net = u64::try_from(amount.amount()).unwrap_or_default();
    if holdings.captured.checked_sub(holdings.refunded) != Some(net) || holdings.held != 0 {
        return Err(Violation::new("I1", format!("the fare is completed, and the gateway has {holdings:?}")));
    }
    let state = world.entry().map(|entry| (entry.state, entry.amount));
    if state != Some((EntryState::Standing, amount)) || world.reversal().is_some() {
        return Err(Violation::new("I3", format!("the fare is completed, and its credit is {state:?}")));
    }
    balance_is(run, fare, amount.amount())?;
    let payment = world.payment().map(|payment| payment.status);
    if payment != Some(PaymentStatus::Captured) {
        return Err(Violation::new("I6", format!("the fare is completed, and its payment's record {payment:?}")));
    }
    has_its_notice(run, Notice::Success, Notice::Failure)
}

/// The same of a failed fare.
fn is_taken_back(run: &Run<'_>, fare: &FareRequest) -> Result<(), Violation> {
    let world = run.world();
    let holdings = world.holdings();
    if holdings.captured != holdings.refunded || holdings.held != 0 {
        return Err(Violation::new("I1", format!("the fare is failed, and the gateway has {holdings:?}")));
    }
    let state = world.entry().map(|entry| entry.state);
    let has_reversal = world.reversal().is_some();
    let is_undone = match state {
        Some(EntryState::Standing) => false,
        Some(EntryState::Reversed) => has_reversal,
        Some(EntryState::Tombstone) | None => !has_reversal,
    };
    if !is_undone {
        return Err(Violation::new("I3", format!("the fare is failed, its credit {state:?}, reversal {has_reversal}")));
    }
    balance_is(run, fare, 0)?;
    let payment = world.payment().map(|payment| payment.status);
    match payment {
        None
        | Some(PaymentStatus::Declined | PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled) => {
        }
        Some(
            PaymentStatus::Pending
            | PaymentStatus::Captured
            | PaymentStatus::CaptureRefused
            | PaymentStatus::Cancelling,
        ) => return Err(Violation::new("I6", format!("the fare is failed, and its payment's record {payment:?}"))),
    }
    if holdings.captured > 0 && payment != Some(PaymentStatus::Refunded) {
        return Err(Violation::new("I6", format!("the capture was refunded, and the payment's record is {payment:?}")));
    }
    has_its_notice(run, Notice::Failure, Notice::Success)
}

/// I3: the balance is the sum of the entries, which are this fare's.
fn balance_is(run: &Run<'_>, fare: &FareRequest, expected: i64) -> Result<(), Violation> {
    let balance = run.world().balance(fare.customer_id(), fare.amount().currency());
    if balance == expected {
        return Ok(());
    }
    Err(Violation::new("I3", format!("the balance is {balance} and not {expected}")))
}

/// I13: a wrong notice was found when it was given, unless the decision came after it.
fn has_its_notice(run: &Run<'_>, right: Notice, wrong: Notice) -> Result<(), Violation> {
    if !run.witness.has(right) {
        return Err(Violation::new("I13", format!("no notice of {right:?}")));
    }
    if run.witness.has(wrong) {
        return Err(Violation::new("I13", format!("a notice of {wrong:?}")));
    }
    Ok(())
}
