//! Every kind of disagreement, sown into a sound fare.

use reconciliation::{Decision, Entry, EntryKind, FareFacts, GatewayPayment, GivenBack, Kind, PaymentStands};

/// Whether it is sown into a fare that was taken back, and not into one that was collected.
pub(crate) fn is_of_a_failed_fare(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PaymentNotUndone
            | Kind::PaymentRecordDiffers
            | Kind::HoldNotReleased
            | Kind::NotRefunded
            | Kind::StrayCapture
            | Kind::RefundedWrongAmount
            | Kind::RefundPending
            | Kind::RefundFailed
            | Kind::CreditNotReversed
            | Kind::ReversalMissing
            | Kind::ReversalWithoutCredit
            | Kind::ReversedWrongAmount
    )
}

/// The customer who is credited by mistake.
pub(crate) fn stranger_of(number: u64) -> String {
    format!("stranger-{number}")
}

/// Breaks a sound fare in this way and in no other. What was broken before may lack what this would break, and is left so.
pub(crate) fn disturb(facts: &mut FareFacts, kind: Kind, number: u64) {
    let FareFacts { fare, payment, entries, gateway, unreadable } = facts;
    let (credit, taken) = (entries.first_mut(), gateway.first_mut());
    match kind {
        Kind::PaymentWithoutFare => {
            *fare = None;
            entries.clear();
            gateway.clear();
        }
        Kind::EntryWithoutFare => {
            *fare = None;
            *payment = None;
            gateway.clear();
        }
        Kind::GatewayPaymentWithoutFare => {
            *fare = None;
            *payment = None;
            entries.clear();
        }
        Kind::Undecided => {
            fare.iter_mut().for_each(|fare| (fare.decision, fare.decided_at) = (Decision::Undecided, None))
        }
        Kind::PayloadDiffers => credit.into_iter().for_each(|credit| "another".clone_into(&mut credit.payload_hash)),
        Kind::PaymentWrongAmount => payment.iter_mut().for_each(|payment| payment.amount.amount += 1),
        Kind::PaymentMissing => *payment = None,
        Kind::PaymentNotCaptured => payment.iter_mut().for_each(|it| it.stands = PaymentStands::Unfinished),
        Kind::PaymentIdDiffers => payment.iter_mut().for_each(|it| it.payment_id = Some("pi_another".to_owned())),
        Kind::PaymentNotUndone => payment.iter_mut().for_each(|it| it.stands = PaymentStands::Unfinished),
        Kind::PaymentRecordDiffers => payment.iter_mut().for_each(|it| it.stands = PaymentStands::Voided),
        Kind::GatewayPaymentMissing => gateway.clear(),
        Kind::NotCaptured => taken.into_iter().for_each(|taken| taken.captured = 0),
        Kind::CapturedWrongAmount => {
            taken.into_iter().for_each(|taken| taken.captured += if number.is_multiple_of(2) { 7 } else { -7 });
        }
        Kind::CapturedWrongCurrency => taken.into_iter().for_each(|taken| "eur".clone_into(&mut taken.currency)),
        Kind::CapturedTwice => {
            let twin = taken.map(|taken| GatewayPayment { id: format!("pi_{number}_twin"), ..taken.clone() });
            gateway.extend(twin);
        }
        Kind::OpenHold => {
            let id = format!("pi_{number}_hold");
            let hold = taken.map(|taken| GatewayPayment { id, held: 500, captured: 0, ..taken.clone() });
            gateway.extend(hold);
        }
        Kind::HoldNotReleased => {
            // Declined on record, and a hold that came in after that.
            *payment =
                payment.take().map(|payment| reconciliation::Payment { stands: PaymentStands::Declined, ..payment });
            entries.clear();
            for taken in gateway {
                *taken = GatewayPayment {
                    held: taken.captured,
                    captured: 0,
                    given_back: GivenBack::default(),
                    ..taken.clone()
                };
            }
        }
        Kind::RefundedThoughCompleted => taken.into_iter().for_each(|taken| taken.given_back.succeeded += 1),
        Kind::NotRefunded => taken.into_iter().for_each(|taken| taken.given_back = GivenBack::default()),
        Kind::StrayCapture => {
            let id = format!("pi_{number}_stray");
            let given_back = GivenBack::default();
            let stray = taken.map(|taken| GatewayPayment { id, given_back, ..taken.clone() });
            gateway.extend(stray);
        }
        Kind::RefundedWrongAmount => taken.into_iter().for_each(|taken| taken.given_back.succeeded -= 1),
        Kind::RefundPending => taken.into_iter().for_each(|taken| {
            taken.given_back = GivenBack { pending: taken.captured, ..GivenBack::default() };
        }),
        Kind::RefundFailed => taken.into_iter().for_each(|taken| {
            taken.given_back = GivenBack { failed: taken.captured, ..GivenBack::default() };
        }),
        Kind::CreditMissing => entries.clear(),
        Kind::CreditBarred => credit.into_iter().for_each(|credit| credit.kind = EntryKind::Tombstone),
        Kind::CreditReversed => {
            let reversal = credit.map(|credit| {
                credit.kind = EntryKind::Reversed;
                Entry { kind: EntryKind::Reversal, ..credit.clone() }
            });
            entries.extend(reversal);
        }
        Kind::CreditedWrongAmount => credit.into_iter().for_each(|credit| credit.amount.amount += 100),
        Kind::CreditedWrongCustomer => credit.into_iter().for_each(|credit| credit.customer_id = stranger_of(number)),
        Kind::CreditNotReversed => {
            entries.truncate(1);
            entries.iter_mut().for_each(|credit| credit.kind = EntryKind::Standing);
        }
        Kind::ReversalMissing => entries.truncate(1),
        Kind::ReversalWithoutCredit => entries.retain(|entry| entry.kind == EntryKind::Reversal),
        Kind::ReversedWrongAmount => entries.iter_mut().skip(1).for_each(|reversal| reversal.amount.amount -= 1),
        Kind::Unreadable => unreadable.push("the fare's `amount` is malformed".to_owned()),
        Kind::BalanceDiffers | Kind::AccountMissing => {}
    }
}
