//! A failed fare: nothing of it stands, and what can still be undone is told apart from what nobody but a person undoes.
//!
//! The latter follows what the payment service does when it is asked to undo (`domain/refund.rs` there), since that is all
//! that recovery does at the gateway.

use super::{Finding, hold, ids, right_credit, right_payment, word};
use crate::disagreement::Kind;
use crate::facts::{EntryKind, Fare, FareFacts, GatewayPayment, Payment, PaymentStands};

/// The gateway must hold nothing, and have given back whatever it took.
pub(super) fn given_back(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    for payment in &facts.gateway {
        let is_undone = recovery_undoes(fare, facts, payment);
        if payment.held != 0 {
            findings.push(hold(if is_undone { Kind::HoldNotReleased } else { Kind::OpenHold }, payment));
        }
        let GatewayPayment { id, captured, currency, given_back, .. } = payment;
        let detail = format!(
            "{id}: captured {captured} {currency}, given back {}, under way {}, failed {}",
            given_back.succeeded, given_back.pending, given_back.failed
        );
        let kind = match given_back.standing() {
            _ if given_back.succeeded == *captured => continue,
            standing if standing == *captured => Kind::RefundPending,
            0 if !is_undone => Kind::StrayCapture,
            0 if given_back.failed != 0 => Kind::RefundFailed,
            0 => Kind::NotRefunded,
            _ => Kind::RefundedWrongAmount,
        };
        findings.push((kind, detail));
    }
}

/// The payment's record.
pub(super) fn undone(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let gateway = facts.gateway.as_slice();
    let Some(payment) = &facts.payment else {
        if !gateway.is_empty() {
            let detail = format!("no payment on record, at the gateway {}", ids(gateway));
            findings.push((Kind::PaymentMissing, detail));
        }
        return;
    };
    if payment.payment_id.is_some() {
        right_payment(payment.payment_id.as_deref(), gateway, findings);
    }
    let is_captured = gateway.iter().any(|at_gateway| at_gateway.captured != 0);
    let differs = |what: &str| (Kind::PaymentRecordDiffers, format!("{} on record, {what}", word(payment.stands)));
    match payment.stands {
        // Until a refund has come through there is nothing that recovery could do.
        PaymentStands::Unfinished | PaymentStands::Captured | PaymentStands::Declined
            if gateway.iter().any(|at_gateway| at_gateway.given_back.pending != 0) => {}
        PaymentStands::Declined if !is_captured => {}
        PaymentStands::Unfinished | PaymentStands::Captured | PaymentStands::Declined => {
            let is_undone = gateway.iter().all(|at_gateway| recovery_undoes(fare, facts, at_gateway));
            findings.push(if is_undone && leads_on(fare, payment, gateway) {
                (Kind::PaymentNotUndone, format!("the payment on record is {}", word(payment.stands)))
            } else {
                differs(&format!("at the gateway {}, and recovery cannot end it", ids(gateway)))
            });
        }
        PaymentStands::Refunded if !is_captured => findings.push(differs("never captured at the gateway")),
        PaymentStands::Voided if is_captured => findings.push(differs("captured at the gateway")),
        PaymentStands::Barred if !gateway.is_empty() => {
            findings.push(differs(&format!("at the gateway {}", ids(gateway))));
        }
        PaymentStands::Refunded | PaymentStands::Voided | PaymentStands::Barred => {}
    }
}

/// Whether the payment service, asked to undo this fare, undoes this payment at the gateway, or finds it undone.
fn recovery_undoes(fare: &Fare, facts: &FareFacts, at_gateway: &GatewayPayment) -> bool {
    // Without a record it bars the charge, and asks the gateway nothing.
    let Some(payment) = &facts.payment else { return false };
    match payment.stands {
        // It undoes one payment after the other, so all must be such that it can.
        PaymentStands::Unfinished | PaymentStands::Captured | PaymentStands::Declined => {
            leads_on(fare, payment, &facts.gateway) && facts.gateway.iter().all(|each| is_whole(payment, each))
        }
        // It looks only whether the refund of the payment on record still stands.
        PaymentStands::Refunded => {
            payment.payload_hash == fare.payload_hash
                && at_gateway.captured != 0
                && payment.payment_id.as_deref() == Some(at_gateway.id.as_str())
                && is_whole(payment, at_gateway)
        }
        PaymentStands::Voided | PaymentStands::Barred => false,
    }
}

/// Whether the record is taken for this fare's, and the payment that it names, if it names one, for one of this fare's.
fn leads_on(fare: &Fare, payment: &Payment, gateway: &[GatewayPayment]) -> bool {
    payment.payload_hash == fare.payload_hash
        && payment.payment_id.as_ref().is_none_or(|id| gateway.iter().any(|at_gateway| at_gateway.id == *id))
}

/// Whether the payment can be undone by one refund of the amount on record, or was, or needs none.
fn is_whole(payment: &Payment, at_gateway: &GatewayPayment) -> bool {
    let GatewayPayment { captured, currency, given_back, .. } = at_gateway;
    let standing = given_back.standing();
    *captured == 0
        || (*captured == payment.amount.amount
            && *currency == payment.amount.currency
            && (standing == 0 || (standing == *captured && !given_back.in_parts)))
}

/// The ledger.
pub(super) fn reversed(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let Some(credit) = facts.credit() else {
        if let Some(reversal) = facts.reversal() {
            findings.push((Kind::ReversalWithoutCredit, format!("a reversal of {}, no credit", reversal.amount)));
        }
        return;
    };
    match (credit.kind, facts.reversal()) {
        (EntryKind::Standing | EntryKind::Reversal, None) => {
            let before = findings.len();
            right_credit(fare, credit, findings);
            // Recovery reverses the fare, so the entry must be the fare's before it may.
            if findings.len() == before && credit.payload_hash == fare.payload_hash {
                findings.push((Kind::CreditNotReversed, format!("a credit of {} stands", credit.amount)));
            }
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
    }
}
