//! What the recovery machine undoes of a fare, and what it leaves as it is, by the rules of the services' undo operations.
//!
//! The payment's record decides. Without one the undo lays a tombstone and never asks the gateway; one that is voided or
//! barred is at an end, and is answered from the record; one that is refunded is only looked at for its own payment, whose
//! refund may have come back. Only from the other states is all that the gateway has undone.

use std::collections::BTreeSet;

use reconciliation::{EntryKind, FareFacts, GatewayPayment, PaymentStands};

use crate::amount::display_amount;

/// What becomes of what stands of a fare, each in one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undo {
    /// What recovery does.
    pub(super) done: Vec<String>,
    /// What is on its way already.
    pub(super) under_way: Vec<String>,
    /// What recovery leaves, and a person has to do.
    pub(super) by_hand: Vec<String>,
}

/// How far the undo of a payment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// To nothing at the gateway, for this reason.
    Nothing(&'static str),
    /// To the payment on record, if that has no refund that is made or under way.
    FailedRefund,
    /// To all that the gateway has of the fare.
    Everything,
}

/// What recovery would do about this fare, unless it is completed.
pub(super) fn undo(facts: &FareFacts) -> Undo {
    let mut undo = Undo::default();
    if let Some(why) = refused(facts) {
        undo.by_hand.push(why.to_owned());
        return undo;
    }
    for payment in &facts.gateway {
        undo.take_back(facts, payment);
        undo.release(facts, payment);
    }
    let at_work = |stands| matches!(stands, PaymentStands::Unfinished | PaymentStands::Captured);
    let nothing_else = undo.done.is_empty() && undo.by_hand.is_empty();
    if nothing_else && facts.payment.as_ref().is_some_and(|payment| at_work(payment.stands)) {
        undo.done.push("the payment's record is brought to its end".to_owned());
    }
    if let Some(credit) = facts.credit().filter(|credit| credit.kind == EntryKind::Standing) {
        let amount = display_amount(credit.amount.amount, &credit.amount.currency);
        let credit = format!("the credit of {amount} to customer {}", credit.customer_id);
        match facts.reversal() {
            None => undo.done.push(format!("{credit} is reversed")),
            Some(_) => undo.by_hand.push(format!("correct the ledger: {credit} stands beside its reversal")),
        }
    }
    undo
}

/// Why the undo would be refused as a whole, if it would.
fn refused(facts: &FareFacts) -> Option<&'static str> {
    if !facts.unreadable.is_empty() {
        return Some("restore the record that cannot be read");
    }
    let fare = facts.fare.iter().map(|fare| &fare.payload_hash);
    let payment = facts.payment.iter().map(|payment| &payment.payload_hash);
    let credit = facts.credit().into_iter().map(|credit| &credit.payload_hash);
    let fares: BTreeSet<_> = fare.chain(payment).chain(credit).collect();
    (fares.len() > 1).then_some("correct the records: they are of different fares, and no undo touches another fare's")
}

impl Reach {
    fn of(facts: &FareFacts) -> Self {
        match facts.payment.as_ref().map(|payment| payment.stands) {
            None => Self::Nothing("the payment is not on record"),
            Some(PaymentStands::Voided) => Self::Nothing("the payment is voided on record"),
            Some(PaymentStands::Barred) => Self::Nothing("the payment is cancelled on record"),
            Some(PaymentStands::Refunded) => Self::FailedRefund,
            Some(PaymentStands::Captured | PaymentStands::Declined | PaymentStands::Unfinished) => Self::Everything,
        }
    }
}

impl Undo {
    /// The gateway is asked once for the amount on record, if nothing of the payment goes back or has gone.
    fn take_back(&mut self, facts: &FareFacts, payment: &GatewayPayment) {
        let GatewayPayment { id, captured, given_back: back, .. } = payment;
        let show = |amount: i64| display_amount(amount, &payment.currency);
        if back.pending != 0 {
            self.under_way.push(format!("{} of {id} is on its way back already", show(back.pending)));
        }
        let record = facts.payment.as_ref();
        let of_recorded_amount = |amount: i64| record.is_some_and(|record| record.amount.amount == amount);
        let is_on_record = record.is_some_and(|record| record.payment_id.as_ref() == Some(id));
        let reach = Reach::of(facts);
        let gone = back.succeeded.saturating_add(back.pending);
        let left = captured.saturating_sub(gone);
        if left == 0 {
            if gone != 0 && reach == Reach::Everything && !of_recorded_amount(gone) {
                self.by_hand.push(format!("correct the payment's record: {id} has given back another amount"));
            }
            return;
        }
        let why_not = match reach {
            Reach::Nothing(why) => Some(why),
            _ if gone != 0 => Some("a part of it has gone back"),
            _ if !of_recorded_amount(*captured) => Some("another amount is on record"),
            Reach::FailedRefund if !is_on_record => Some("another payment is on record"),
            Reach::FailedRefund | Reach::Everything => None,
        };
        match why_not {
            None => self.done.push(format!("{}, captured by {id}, is refunded", show(left))),
            Some(why) => self.by_hand.push(format!("refund {} of {id} at the gateway: {why}", show(left))),
        }
    }

    fn release(&mut self, facts: &FareFacts, payment: &GatewayPayment) {
        if payment.held == 0 {
            return;
        }
        let hold = format!("the hold of {} by {}", display_amount(payment.held, &payment.currency), payment.id);
        let why_not = match Reach::of(facts) {
            Reach::Nothing(why) => Some(why),
            Reach::FailedRefund => Some("the payment is refunded on record"),
            Reach::Everything => None,
        };
        match why_not {
            None => self.done.push(format!("{hold} is released")),
            Some(why) => self.by_hand.push(format!("release {hold} at the gateway: {why}")),
        }
    }
}

#[cfg(test)]
mod tests;
