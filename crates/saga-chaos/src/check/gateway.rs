//! The gateway holds, took and gave back what the decision says (I1, I2), once (I8), after a record was written (I4), and
//! the payment's record agrees (I6).

use std::collections::BTreeMap;

use fare_cli::observe::LogEntry;
use fare_values::PaymentStatus;

use super::{Divergence, Kind, Outcome, divergence, other};
use crate::snapshot::{FAILS_LATER, FareSnapshot};

pub(super) fn check(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences = money(fare, outcome);
    divergences.extend(once(fare));
    divergences.extend(record(fare, outcome));
    divergences
}

fn money(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let holdings = fare.holdings;
    let amount = fare.fare.as_ref().and_then(|fare| fare.amount).unwrap_or_default();
    let net = holdings.captured.saturating_sub(holdings.refunded);
    let due = match outcome {
        Outcome::Completed => amount,
        Outcome::Failed | Outcome::Unsettled => 0,
        // What is captured stays so until the person has been.
        Outcome::Attention => holdings.captured,
    };
    let mut divergences = Vec::new();
    if net != due {
        let what = format!("captured {} and refunded {}, of {amount}", holdings.captured, holdings.refunded);
        divergences.push(divergence("I1", Kind::Lost, what));
    }
    if holdings.captured > amount {
        divergences.push(divergence("I1", Kind::Double, format!("captured {} of {amount}", holdings.captured)));
    }
    if holdings.held != 0 {
        divergences.push(divergence("I2", Kind::Hold, format!("{} is still held", holdings.held)));
    }
    divergences
}

fn once(fare: &FareSnapshot) -> Vec<Divergence> {
    let mut divergences = Vec::new();
    let with_effect = |effect: &'static str| fare.log.iter().filter(move |entry| entry.effect == effect);
    let mut under_key: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in with_effect("hold_placed") {
        let count = under_key.entry(entry.idempotency_key.as_deref().unwrap_or_default()).or_default();
        *count = count.saturating_add(1);
    }
    for (key, count) in under_key.into_iter().filter(|(_, count)| *count > 1) {
        divergences.push(other("I8", format!("authorised {count} times under {key}")));
    }
    let captures = with_effect("captured").count();
    if captures > 1 {
        divergences.push(divergence("I8", Kind::Double, format!("captured {captures} times")));
    }
    let refunds = with_effect("refunded").filter(|entry| entry.fault.as_deref() != Some(FAILS_LATER)).count();
    if refunds > 1 {
        divergences.push(other("I8", format!("refunded {refunds} times")));
    }
    divergences
}

fn record(fare: &FareSnapshot, outcome: Outcome) -> Vec<Divergence> {
    let mut divergences = Vec::new();
    let first = fare.log.first();
    let Some(payment) = &fare.payment else {
        if first.is_some() {
            divergences.push(other("I4", "the gateway was asked and there is no record of a payment".to_owned()));
        }
        if outcome != Outcome::Unsettled {
            divergences.push(other("I6", "there is no record of the payment".to_owned()));
        }
        return divergences;
    };
    if let (Some(LogEntry { at, .. }), Some(created)) = (first, payment.created_at)
        && created > *at
    {
        divergences.push(other("I4", "the gateway was asked before the record of the payment was written".to_owned()));
    }
    let status = payment.status;
    let fits = match status {
        PaymentStatus::Captured => outcome == Outcome::Completed,
        // It stays on record as refunded while the next refund is tried.
        PaymentStatus::Refunded if fare.refund_failed_since() => outcome != Outcome::Completed,
        PaymentStatus::Declined | PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled => {
            outcome == Outcome::Failed
        }
        PaymentStatus::Pending | PaymentStatus::CaptureRefused | PaymentStatus::Cancelling => {
            outcome == Outcome::Attention
        }
    };
    if !fits {
        divergences.push(other("I6", format!("the payment is {status} of a fare that is {outcome:?}")));
    }
    let (captured, asked) = (fare.holdings.captured, fare.holdings.intents);
    let agrees = match status {
        PaymentStatus::Captured | PaymentStatus::Refunded => captured > 0,
        PaymentStatus::Declined | PaymentStatus::Voided => captured == 0,
        PaymentStatus::Cancelled => asked == 0,
        PaymentStatus::Pending | PaymentStatus::CaptureRefused | PaymentStatus::Cancelling => true,
    };
    if !agrees {
        let what = format!("the payment is {status}, the gateway has {asked} of it and captured {captured}");
        divergences.push(other("I6", what));
    }
    divergences
}
