//! What must hold of one fare, once it is at rest.
//!
//! The invariants are those of the design, section 6: I1 and I2 (the gateway), I3 (the ledger), I6 (the records), over what
//! is on record rather than over a run. A fare that may still be at work is not judged: one that is undecided, or was
//! decided for failure, a short while ago.

use crate::disagreement::Kind;
use crate::facts::{Decision, Entry, EntryKind, Fare, FareFacts, GatewayPayment, Payment, PaymentStands};

/// What is wrong with a fare: in which way, and what the books say.
pub type Finding = (Kind, String);

/// The time by which fares are judged, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Now.
    pub now: i64,
    /// How long a fare may be undecided, or be taken apart, without that being worth a word. Milliseconds.
    pub patience: i64,
}

impl Time {
    fn is_long_ago(self, at: Option<i64>) -> bool {
        // What was never timed is as old as can be.
        at.is_none_or(|at| self.now.saturating_sub(at) >= self.patience)
    }
}

/// Everything that is wrong with one fare.
#[must_use]
pub fn judge(facts: &FareFacts, time: Time) -> Vec<Finding> {
    let mut findings: Vec<Finding> = facts.unreadable.iter().map(|what| (Kind::Unreadable, what.clone())).collect();
    let Some(fare) = &facts.fare else {
        if facts.unreadable.is_empty() {
            without_fare(facts, &mut findings);
        }
        return findings;
    };
    match fare.decision {
        Decision::Undecided => {
            if time.is_long_ago(fare.registered_at) {
                findings.push((Kind::Undecided, format!("registered at {}", at(fare.registered_at))));
            }
            return findings;
        }
        Decision::Failed if !time.is_long_ago(fare.decided_at) => return findings,
        Decision::Failed | Decision::Completed => {}
    }
    // What cannot be read must not be taken for missing.
    if !findings.is_empty() {
        return findings;
    }
    same_fare(fare, facts, &mut findings);
    match fare.decision {
        Decision::Completed => {
            collected(fare, &facts.gateway, &mut findings);
            charged(facts.payment.as_ref(), &facts.gateway, &mut findings);
            credited(fare, facts, &mut findings);
        }
        Decision::Failed | Decision::Undecided => {
            given_back(&facts.gateway, &mut findings);
            undone(facts.payment.as_ref(), &facts.gateway, &mut findings);
            reversed(facts, &mut findings);
        }
    }
    for hold in facts.gateway.iter().filter(|payment| payment.held != 0) {
        findings.push((Kind::OpenHold, format!("{} {} held by {}", hold.held, hold.currency, hold.id)));
    }
    findings
}

fn without_fare(facts: &FareFacts, findings: &mut Vec<Finding>) {
    if let Some(payment) = &facts.payment {
        findings.push((Kind::PaymentWithoutFare, format!("a payment of {}", payment.amount)));
    }
    if let Some(entry) = facts.entries.first() {
        let detail = format!("an entry of {} for customer {}", entry.amount, entry.customer_id);
        findings.push((Kind::EntryWithoutFare, detail));
    }
    for payment in &facts.gateway {
        let GatewayPayment { id, held, captured, currency, .. } = payment;
        let detail = format!("{id}: {captured} {currency} captured, {held} {currency} held");
        findings.push((Kind::GatewayPaymentWithoutFare, detail));
    }
}

/// All records must be of the very same fare.
fn same_fare(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let hashes = facts.payment.iter().map(|payment| ("payment", &payment.payload_hash));
    let hashes = hashes.chain(facts.entries.iter().map(|entry| ("ledger entry", &entry.payload_hash)));
    for (record, _) in hashes.filter(|(_, hash)| **hash != fare.payload_hash) {
        findings.push((Kind::PayloadDiffers, format!("the {record} is of another fare than the fare's record")));
    }
    if let Some(payment) = facts.payment.as_ref().filter(|payment| payment.amount != fare.amount) {
        findings.push((Kind::PaymentWrongAmount, format!("payment {}, fare {}", payment.amount, fare.amount)));
    }
}

/// The gateway must have taken the fare once and given nothing back.
fn collected(fare: &Fare, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    let captures: Vec<_> = gateway.iter().filter(|payment| payment.captured != 0).collect();
    match captures.as_slice() {
        [] if gateway.is_empty() => {
            findings.push((Kind::GatewayPaymentMissing, format!("fare {}, nothing at the gateway", fare.amount)));
        }
        [] => findings.push((Kind::NotCaptured, format!("fare {}, nothing captured", fare.amount))),
        [capture] if capture.currency != fare.amount.currency => {
            let detail = format!("captured {} {}, fare {}", capture.captured, capture.currency, fare.amount);
            findings.push((Kind::CapturedWrongCurrency, detail));
        }
        [capture] if capture.captured != fare.amount.amount => {
            let detail = format!("captured {} {}, fare {}", capture.captured, capture.currency, fare.amount);
            findings.push((Kind::CapturedWrongAmount, detail));
        }
        [_] => {}
        [..] => {
            let ids: Vec<_> = captures.iter().map(|capture| capture.id.as_str()).collect();
            findings.push((Kind::CapturedTwice, format!("captured by {}", ids.join(" and by "))));
        }
    }
    for capture in captures {
        let back = capture.given_back.succeeded.saturating_add(capture.given_back.pending);
        if back != 0 {
            findings.push((
                Kind::RefundedThoughCompleted,
                format!("{back} {} of {} given back", capture.currency, capture.id),
            ));
        }
    }
}

/// The payment's record of a completed fare.
fn charged(payment: Option<&Payment>, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    let Some(payment) = payment else {
        findings.push((Kind::PaymentMissing, "no payment on record".to_owned()));
        return;
    };
    if payment.stands != PaymentStands::Captured {
        findings.push((Kind::PaymentNotCaptured, format!("the payment on record is {}", word(payment.stands))));
    }
    let known = |id: &String| gateway.iter().any(|at_gateway| at_gateway.id == *id);
    if !gateway.is_empty() && !payment.payment_id.as_ref().is_some_and(known) {
        let recorded = payment.payment_id.as_deref().unwrap_or("no id");
        findings.push((Kind::PaymentIdDiffers, format!("on record {recorded}, at the gateway {}", ids(gateway))));
    }
}

/// The ledger of a completed fare.
fn credited(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let Some(credit) = facts.credit() else {
        findings.push((Kind::CreditMissing, format!("no entry of {}", fare.amount)));
        return;
    };
    match credit.kind {
        EntryKind::Tombstone => findings.push((Kind::CreditBarred, "a tombstone instead of the credit".to_owned())),
        EntryKind::Reversed => findings.push((Kind::CreditReversed, format!("{} was taken back", credit.amount))),
        EntryKind::Standing | EntryKind::Reversal => {
            right_credit(fare, credit, findings);
            if facts.reversal().is_some() {
                findings.push((Kind::ReversalWithoutCredit, "a reversal, and the credit stands".to_owned()));
            }
        }
    }
}

fn right_credit(fare: &Fare, credit: &Entry, findings: &mut Vec<Finding>) {
    if credit.amount != fare.amount {
        findings.push((Kind::CreditedWrongAmount, format!("credited {}, fare {}", credit.amount, fare.amount)));
    }
    if credit.customer_id != fare.customer_id {
        let detail = format!("credited customer {}, fare of customer {}", credit.customer_id, fare.customer_id);
        findings.push((Kind::CreditedWrongCustomer, detail));
    }
}

/// The gateway must have given back whatever it took for a failed fare.
fn given_back(gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    for GatewayPayment { id, captured, currency, given_back, .. } in gateway {
        let under_way = given_back.succeeded.saturating_add(given_back.pending);
        let detail = format!(
            "{id}: captured {captured} {currency}, given back {}, under way {}, failed {}",
            given_back.succeeded, given_back.pending, given_back.failed
        );
        let kind = match under_way {
            _ if given_back.succeeded == *captured => continue,
            _ if under_way == *captured => Kind::RefundPending,
            0 if given_back.failed != 0 => Kind::RefundFailed,
            0 => Kind::NotRefunded,
            _ => Kind::RefundedWrongAmount,
        };
        findings.push((kind, detail));
    }
}

/// The payment's record of a failed fare.
fn undone(payment: Option<&Payment>, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    let captured = gateway.iter().any(|at_gateway| at_gateway.captured != 0);
    match payment.map(|payment| payment.stands) {
        None if gateway.is_empty() => {}
        None => findings.push((Kind::PaymentMissing, format!("no payment on record, at the gateway {}", ids(gateway)))),
        Some(stands @ (PaymentStands::Unfinished | PaymentStands::Captured)) => {
            findings.push((Kind::PaymentNotUndone, format!("the payment on record is {}", word(stands))));
        }
        Some(PaymentStands::Refunded) if !captured => {
            findings.push((Kind::PaymentRecordDiffers, "refunded on record, never captured at the gateway".to_owned()));
        }
        Some(stands @ (PaymentStands::Voided | PaymentStands::Declined)) if captured => {
            let detail = format!("{} on record, captured at the gateway", word(stands));
            findings.push((Kind::PaymentRecordDiffers, detail));
        }
        Some(PaymentStands::Barred) if !gateway.is_empty() => {
            let detail = format!("barred on record, at the gateway {}", ids(gateway));
            findings.push((Kind::PaymentRecordDiffers, detail));
        }
        Some(PaymentStands::Refunded | PaymentStands::Voided | PaymentStands::Declined | PaymentStands::Barred) => {}
    }
}

/// The ledger of a failed fare.
fn reversed(facts: &FareFacts, findings: &mut Vec<Finding>) {
    match (facts.credit(), facts.reversal()) {
        (None, None) => {}
        (None, Some(reversal)) => {
            findings.push((Kind::ReversalWithoutCredit, format!("a reversal of {}, no credit", reversal.amount)));
        }
        (Some(credit), reversal) => match (credit.kind, reversal) {
            (EntryKind::Standing | EntryKind::Reversal, None) => {
                findings.push((Kind::CreditNotReversed, format!("a credit of {} stands", credit.amount)));
            }
            (EntryKind::Standing | EntryKind::Reversal, Some(_)) => {
                findings.push((Kind::ReversalWithoutCredit, "a reversal, and the credit is not marked".to_owned()));
            }
            (EntryKind::Reversed, None) => {
                findings.push((Kind::ReversalMissing, format!("a credit of {} marked, no reversal", credit.amount)));
            }
            (EntryKind::Reversed, Some(reversal))
                if reversal.amount != credit.amount || reversal.customer_id != credit.customer_id =>
            {
                let detail = format!(
                    "credit of {} to customer {}, reversal of {} from customer {}",
                    credit.amount, credit.customer_id, reversal.amount, reversal.customer_id
                );
                findings.push((Kind::ReversedWrongAmount, detail));
            }
            (EntryKind::Tombstone, Some(reversal)) => {
                let detail = format!("a reversal of {}, and a tombstone", reversal.amount);
                findings.push((Kind::ReversalWithoutCredit, detail));
            }
            (EntryKind::Reversed, Some(_)) | (EntryKind::Tombstone, None) => {}
        },
    }
}

fn ids(gateway: &[GatewayPayment]) -> String {
    gateway.iter().map(|payment| payment.id.as_str()).collect::<Vec<_>>().join(", ")
}

fn at(time: Option<i64>) -> String {
    time.map_or_else(|| "an unknown time".to_owned(), |time| format!("{time} ms"))
}

fn word(stands: PaymentStands) -> &'static str {
    match stands {
        PaymentStands::Captured => "captured",
        PaymentStands::Declined => "declined",
        PaymentStands::Voided => "voided",
        PaymentStands::Refunded => "refunded",
        PaymentStands::Barred => "barred",
        PaymentStands::Unfinished => "not at an end",
    }
}
