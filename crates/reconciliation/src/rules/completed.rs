//! A completed fare: the gateway has taken it, the payment's record says so, and the customer is credited.

use super::{Finding, hold, right_credit, right_payment, word};
use crate::disagreement::Kind;
use crate::facts::{EntryKind, Fare, FareFacts, GatewayPayment, Payment, PaymentStands};

/// What the gateway has taken, less what it gave back, must be the fare (I1), by however many payments: where something was
/// wrong and has been mended, there are several for ever.
pub(super) fn collected(fare: &Fare, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    let captures: Vec<_> = gateway.iter().filter(|payment| payment.captured != 0).collect();
    if captures.iter().all(|capture| capture.net() == 0) && !captures.iter().any(|it| is_of(it, fare)) {
        // What is held may be what is to be captured, so nobody is told to release it.
        findings.push(if gateway.is_empty() {
            (Kind::GatewayPaymentMissing, format!("fare {}, nothing at the gateway", fare.amount))
        } else {
            (Kind::NotCaptured, format!("fare {}, nothing captured that is left", fare.amount))
        });
        return;
    }
    let (own, strange): (Vec<_>, Vec<_>) = captures.into_iter().partition(|capture| is_of(capture, fare));
    for capture in strange.iter().filter(|capture| capture.net() != 0) {
        let detail = format!("captured {} {}, fare {}", capture.captured, capture.currency, fare.amount);
        findings.push((Kind::CapturedWrongCurrency, detail));
    }
    if !own.is_empty() {
        right_amount(fare, &own, findings);
    }
    findings.extend(gateway.iter().filter(|payment| payment.held != 0).map(|payment| hold(Kind::OpenHold, payment)));
}

fn is_of(payment: &GatewayPayment, fare: &Fare) -> bool {
    payment.currency == fare.amount.currency
}

/// The fare's amount must be what is left of the captures in its currency.
fn right_amount(fare: &Fare, captures: &[&GatewayPayment], findings: &mut Vec<Finding>) {
    let net = captures.iter().fold(0_i64, |sum, capture| sum.saturating_add(capture.net()));
    if net == fare.amount.amount {
        return;
    }
    let back = captures.iter().fold(0_i64, |sum, capture| sum.saturating_add(capture.given_back.standing()));
    let by: Vec<_> = captures.iter().map(|capture| format!("{} by {}", capture.captured, capture.id)).collect();
    let kind = if net < fare.amount.amount {
        if back == 0 { Kind::CapturedWrongAmount } else { Kind::RefundedThoughCompleted }
    } else if captures.iter().filter(|capture| capture.net() != 0).count() > 1 {
        Kind::CapturedTwice
    } else {
        Kind::CapturedWrongAmount
    };
    let detail = format!("captured {}, given back {back}, left {net}, fare {}", by.join(" and "), fare.amount);
    findings.push((kind, detail));
}

/// The payment's record.
pub(super) fn charged(payment: Option<&Payment>, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    let Some(payment) = payment else {
        findings.push((Kind::PaymentMissing, "no payment on record".to_owned()));
        return;
    };
    if payment.stands != PaymentStands::Captured {
        findings.push((Kind::PaymentNotCaptured, format!("the payment on record is {}", word(payment.stands))));
    }
    // Where the gateway has nothing, that is told, and no id could be right.
    if !gateway.is_empty() {
        right_payment(payment.payment_id.as_deref(), gateway, findings);
    }
}

/// The ledger.
pub(super) fn credited(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let reversal = facts.reversal();
    let Some(credit) = facts.credit() else {
        match reversal {
            // To credit anew would leave the reversal, so it must go first.
            Some(reversal) => {
                findings.push((Kind::ReversalWithoutCredit, format!("a reversal of {}, no credit", reversal.amount)))
            }
            None => findings.push((Kind::CreditMissing, format!("no entry of {}", fare.amount))),
        }
        return;
    };
    match (credit.kind, reversal) {
        (EntryKind::Tombstone, None) => {
            findings.push((Kind::CreditBarred, "a tombstone instead of the credit".to_owned()));
        }
        (EntryKind::Reversed, Some(_)) => {
            findings.push((Kind::CreditReversed, format!("{} was taken back", credit.amount)));
        }
        (EntryKind::Reversed, None) => {
            findings.push((Kind::ReversalMissing, format!("a credit of {} marked, no reversal", credit.amount)));
        }
        (EntryKind::Tombstone, Some(_)) => {
            findings.push((Kind::ReversalWithoutCredit, "a reversal, and a tombstone".to_owned()));
        }
        (EntryKind::Standing | EntryKind::Reversal, reversal) => {
            right_credit(fare, credit, findings);
            if reversal.is_some() {
                findings.push((Kind::ReversalWithoutCredit, "a reversal, and the credit stands".to_owned()));
            }
        }
    }
}
