//! What recovery does: decide, and have both services undo, each by its own record and no other
//! (`payment/src/domain/refund.rs`, `customer-accounting/src/domain.rs`).

use reconciliation::{Decision, Entry, EntryKind, Fare, FareFacts, Payment, PaymentStands};

use super::Shelf;
use crate::{NOW, PATIENCE};

impl Shelf {
    pub(super) fn recover(&mut self, id: &str) {
        let facts = self.fares.get_mut(id).unwrap();
        let Some(fare) = &mut facts.fare else { return };
        if fare.decision == Decision::Completed {
            return;
        }
        if fare.decision == Decision::Undecided {
            (fare.decision, fare.decided_at) = (Decision::Failed, Some(NOW - 2 * PATIENCE));
        }
        let fare = fare.clone();
        refund(facts, &fare);
        if debit(facts, &fare) {
            self.post(&fare.customer_id, &fare.amount, -1);
        }
    }
}

fn refund(facts: &mut FareFacts, fare: &Fare) {
    let Some(payment) = &mut facts.payment else {
        facts.payment = Some(Payment {
            stands: PaymentStands::Barred,
            amount: fare.amount.clone(),
            payload_hash: fare.payload_hash.clone(),
            payment_id: None,
        });
        return;
    };
    if payment.payload_hash != fare.payload_hash {
        return;
    }
    let is_known = |id: &String| facts.gateway.iter().any(|it| it.id == *id);
    match payment.stands {
        PaymentStands::Voided | PaymentStands::Barred => return,
        _ if payment.payment_id.as_ref().is_some_and(|id| !is_known(id)) => return,
        PaymentStands::Refunded | PaymentStands::Unfinished | PaymentStands::Captured | PaymentStands::Declined => {}
    }
    let only = (payment.stands == PaymentStands::Refunded).then(|| payment.payment_id.clone().unwrap());
    let mut is_refunded = only.is_some();
    for at_gateway in facts.gateway.iter_mut().filter(|it| only.as_ref().is_none_or(|only| it.id == *only)) {
        at_gateway.held = 0;
        if at_gateway.captured == 0 {
            continue;
        }
        let back = &mut at_gateway.given_back;
        let is_whole = back.standing() == payment.amount.amount && !back.in_parts;
        match back.standing() {
            // The gateway refunds no more than was captured.
            0 if at_gateway.captured >= payment.amount.amount => back.succeeded = payment.amount.amount,
            _ if is_whole && back.pending == 0 => {}
            // It cannot tell what came of it, and asks for a person.
            _ => return,
        }
        is_refunded = true;
    }
    payment.stands = if is_refunded { PaymentStands::Refunded } else { PaymentStands::Voided };
    payment.payment_id = payment.payment_id.take().or_else(|| facts.gateway.first().map(|it| it.id.clone()));
}

/// Whether a reversal was posted.
fn debit(facts: &mut FareFacts, fare: &Fare) -> bool {
    let entry = |kind| Entry {
        kind,
        customer_id: fare.customer_id.clone(),
        amount: fare.amount.clone(),
        payload_hash: fare.payload_hash.clone(),
    };
    let has_reversal = facts.reversal().is_some();
    match facts.entries.iter_mut().find(|entry| entry.kind != EntryKind::Reversal) {
        None => {
            facts.entries.push(entry(EntryKind::Tombstone));
            false
        }
        Some(credit)
            if credit.kind == EntryKind::Standing && credit.payload_hash == fare.payload_hash && !has_reversal =>
        {
            credit.kind = EntryKind::Reversed;
            facts.entries.push(entry(EntryKind::Reversal));
            true
        }
        Some(_) => false,
    }
}
