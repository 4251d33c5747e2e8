//! Fares with which nothing is wrong.

use reconciliation::{
    Amount, Decision, Entry, EntryKind, Fare, FareFacts, GatewayPayment, GivenBack, Payment, PaymentStands,
};

use super::{NOW, PATIENCE};

/// So short a while ago that a fare may still be at work.
pub(crate) const JUST_NOW: i64 = NOW - PATIENCE / 2;

/// What becomes of a sound fare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    Collected,
    Declined,
    NeverCharged,
    TakenBack,
    /// Being collected right now.
    UnderWay,
    /// Decided for failure right now.
    BeingTakenBack,
    /// Collected while the books are read: the gateway was read before.
    Moving,
}

/// Before and after [`SINCE`](super::SINCE).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// Registered and decided after.
    Fresh,
    /// Registered before, decided after.
    Straddling,
    /// Registered and decided before.
    Old,
}

impl Age {
    /// When such a fare was registered, and when it was decided.
    pub(crate) fn times(self) -> (i64, i64) {
        let (lately, long_ago) = (NOW - 10 * PATIENCE, NOW - 30 * PATIENCE);
        match self {
            Self::Fresh => (lately, lately),
            Self::Straddling => (long_ago, lately),
            Self::Old => (long_ago, long_ago),
        }
    }
}

/// The amount of a fare. One in ten is in a currency without decimals, so that most accounts are in two.
pub(crate) fn amount(number: u64) -> Amount {
    let currency = if number % 10 == 3 { "jpy" } else { "usd" };
    Amount::new(i64::try_from(500 + number * 37 % 5_000).unwrap(), currency)
}

/// Everything about a fare with which nothing is wrong.
pub(crate) fn sound(number: u64, course: Course, age: Age, customer: &str) -> FareFacts {
    let amount = amount(number);
    let (registered, decided) = age.times();
    let (decision, registered_at, decided_at) = match course {
        Course::UnderWay => (Decision::Undecided, JUST_NOW, None),
        Course::BeingTakenBack => (Decision::Failed, JUST_NOW, Some(JUST_NOW)),
        Course::Moving => (Decision::Completed, decided, Some(decided)),
        Course::Collected => (Decision::Completed, registered, Some(decided)),
        Course::Declined | Course::NeverCharged | Course::TakenBack => (Decision::Failed, registered, Some(decided)),
    };
    let payload_hash = format!("{number:064x}");
    let fare = Fare {
        decision,
        customer_id: customer.to_owned(),
        amount: amount.clone(),
        payload_hash: payload_hash.clone(),
        registered_at: Some(registered_at),
        decided_at,
    };
    let payment = |stands| Payment {
        stands,
        amount: amount.clone(),
        payload_hash: payload_hash.clone(),
        payment_id: Some(format!("pi_{number}")),
    };
    let captured = |succeeded| GatewayPayment {
        id: format!("pi_{number}"),
        held: 0,
        captured: amount.amount,
        currency: amount.currency.clone(),
        given_back: GivenBack { succeeded, ..GivenBack::default() },
    };
    let entry = |kind| Entry {
        kind,
        customer_id: customer.to_owned(),
        amount: amount.clone(),
        payload_hash: payload_hash.clone(),
    };
    let (payment, gateway, entries) = match course {
        Course::Collected | Course::Moving | Course::BeingTakenBack => {
            (Some(payment(PaymentStands::Captured)), vec![captured(0)], vec![entry(EntryKind::Standing)])
        }
        Course::TakenBack => (
            Some(payment(PaymentStands::Refunded)),
            vec![captured(amount.amount)],
            vec![entry(EntryKind::Reversed), entry(EntryKind::Reversal)],
        ),
        Course::Declined => {
            let declined = GatewayPayment { captured: 0, ..captured(0) };
            (Some(payment(PaymentStands::Declined)), vec![declined], vec![])
        }
        Course::NeverCharged => {
            let barred = Payment { payment_id: None, ..payment(PaymentStands::Barred) };
            (Some(barred), vec![], vec![entry(EntryKind::Tombstone)])
        }
        Course::UnderWay => (Some(Payment { payment_id: None, ..payment(PaymentStands::Unfinished) }), vec![], vec![]),
    };
    FareFacts { fare: Some(fare), payment, entries, gateway, unreadable: vec![] }
}
