//! What a person does who does what is printed.

use reconciliation::{
    Decision, Entry, EntryKind, Fare, FareFacts, GatewayPayment, GivenBack, Kind, Payment, PaymentStands,
};

use super::{Shelf, sign};

impl Shelf {
    pub(super) fn by_hand(&mut self, id: &str, kind: Kind) {
        let before = self.fares[id].entries.clone();
        let mut facts = self.fares[id].clone();
        let backup = &self.backup[id];
        match facts.fare.clone() {
            None => restore_fare(&mut facts, backup),
            Some(fare) => mend(&mut facts, &fare, backup, kind),
        }
        let after = facts.entries.clone();
        self.fares.insert(id.to_owned(), facts);
        // Whoever changes an entry changes the balance by as much.
        for (entries, direction) in [(before, -1), (after, 1)] {
            for entry in entries {
                self.post(&entry.customer_id, &entry.amount, direction * sign(entry.kind));
            }
        }
    }
}

/// The fare's record comes back from a backup; what else is missing is told then.
fn restore_fare(facts: &mut FareFacts, backup: &FareFacts) {
    facts.fare.clone_from(&backup.fare);
}

fn mend(facts: &mut FareFacts, fare: &Fare, backup: &FareFacts, kind: Kind) {
    match kind {
        Kind::OpenHold => facts.gateway.iter_mut().for_each(|payment| payment.held = 0),
        Kind::StrayCapture | Kind::RefundedWrongAmount => {
            for payment in facts.gateway.iter_mut().filter(|payment| payment.net() != 0) {
                give_back(payment, payment.net());
            }
        }
        Kind::PayloadDiffers | Kind::Unreadable => {
            facts.unreadable.clear();
            facts.entries.iter_mut().for_each(|entry| entry.payload_hash.clone_from(&fare.payload_hash));
            facts.payment.iter_mut().for_each(|payment| payment.payload_hash.clone_from(&fare.payload_hash));
        }
        Kind::PaymentWrongAmount
        | Kind::PaymentIdDiffers
        | Kind::PaymentRecordDiffers
        | Kind::PaymentNotCaptured
        | Kind::PaymentMissing => write_payment(facts, fare),
        Kind::GatewayPaymentMissing | Kind::NotCaptured => {
            take(facts, fare, fare.amount.amount);
            put_on_record(facts);
        }
        Kind::CapturedWrongAmount | Kind::CapturedTwice | Kind::RefundedThoughCompleted => {
            let is_own = |payment: &GatewayPayment| payment.currency == fare.amount.currency;
            let own = facts.gateway.iter().filter(|payment| is_own(payment));
            let too_much = own.map(GatewayPayment::net).sum::<i64>() - fare.amount.amount;
            if too_much < 0 {
                take(facts, fare, -too_much);
            }
            let mut left = too_much.max(0);
            for payment in facts.gateway.iter_mut().rev().filter(|payment| is_own(payment)) {
                let back = left.min(payment.net());
                give_back(payment, back);
                left -= back;
            }
        }
        Kind::CapturedWrongCurrency => {
            for payment in facts.gateway.iter_mut().filter(|payment| payment.currency != fare.amount.currency) {
                give_back(payment, payment.net());
            }
            if facts.gateway.iter().all(|payment| payment.net() == 0) {
                take(facts, fare, fare.amount.amount);
                put_on_record(facts);
            }
        }
        Kind::CreditMissing => credit(facts, fare),
        Kind::CreditBarred | Kind::CreditReversed => {
            facts.entries.clear();
            credit(facts, fare);
        }
        Kind::CreditedWrongAmount => facts.entries[0].amount = fare.amount.clone(),
        Kind::CreditedWrongCustomer => facts.entries[0].customer_id.clone_from(&fare.customer_id),
        Kind::ReversalMissing => {
            let reversal = Entry { kind: EntryKind::Reversal, ..facts.entries[0].clone() };
            facts.entries.push(reversal);
        }
        Kind::ReversalWithoutCredit | Kind::ReversedWrongAmount => facts.entries.clone_from(&backup.entries),
        Kind::PaymentWithoutFare
        | Kind::EntryWithoutFare
        | Kind::GatewayPaymentWithoutFare
        | Kind::Undecided
        | Kind::PaymentNotUndone
        | Kind::HoldNotReleased
        | Kind::NotRefunded
        | Kind::RefundPending
        | Kind::RefundFailed
        | Kind::CreditNotReversed
        | Kind::BalanceDiffers
        | Kind::AccountMissing => unreachable!("{kind} is not repaired so"),
    }
}

fn give_back(payment: &mut GatewayPayment, amount: i64) {
    let more = GivenBack { succeeded: amount, ..GivenBack::default() };
    payment.given_back = payment.given_back.and(more);
}

/// Captures the hold of this amount, or takes it anew.
fn take(facts: &mut FareFacts, fare: &Fare, amount: i64) {
    if let Some(hold) = facts.gateway.iter_mut().find(|payment| payment.held == amount) {
        (hold.held, hold.captured) = (0, amount);
        return;
    }
    facts.gateway.push(GatewayPayment {
        id: format!("pi_by_hand_{}", facts.gateway.len()),
        held: 0,
        captured: amount,
        currency: fare.amount.currency.clone(),
        given_back: GivenBack::default(),
    });
}

fn put_on_record(facts: &mut FareFacts) {
    let id = facts.gateway.last().map(|payment| payment.id.clone());
    facts.payment.iter_mut().for_each(|payment| payment.payment_id.clone_from(&id));
}

/// The record as the gateway has the payment.
fn write_payment(facts: &mut FareFacts, fare: &Fare) {
    let is_captured = facts.gateway.iter().any(|payment| payment.captured != 0);
    let stands = match (fare.decision, is_captured) {
        (Decision::Failed, true) => PaymentStands::Refunded,
        (Decision::Failed, false) => PaymentStands::Voided,
        (Decision::Completed | Decision::Undecided, _) => PaymentStands::Captured,
    };
    facts.payment = Some(Payment {
        stands,
        amount: fare.amount.clone(),
        payload_hash: fare.payload_hash.clone(),
        payment_id: facts.gateway.first().map(|payment| payment.id.clone()),
    });
}

fn credit(facts: &mut FareFacts, fare: &Fare) {
    facts.entries.push(Entry {
        kind: EntryKind::Standing,
        customer_id: fare.customer_id.clone(),
        amount: fare.amount.clone(),
        payload_hash: fare.payload_hash.clone(),
    });
}
