//! Books of any number of fares, each worked out from its number, so that none of them is kept; with every kind of
//! disagreement sown into some fare or account.

use std::collections::BTreeMap;
use std::future::ready;

use reconciliation::{
    Account, Amount, Book, Books, Decision, Entry, EntryKind, Fact, Fare, FareFacts, GatewayPayment, GivenBack, Kind,
    LedgerRow, NamedPayment, NamedRefund, Pages, Payment, PaymentStands, ReadError, Record, Subject,
};
use strum::IntoEnumIterator as _;

/// 2027-01-15, in milliseconds.
pub(crate) const NOW: i64 = 1_800_000_000_000;
/// Ten minutes.
pub(crate) const PATIENCE: i64 = 600_000;

const PAGE: u64 = 500;
const FARES_OF_A_CUSTOMER: u64 = 25;
/// Seeds are sown this far apart: no two in one account.
const SEED_EVERY: u64 = 97;

/// The books of so many fares.
pub(crate) struct Generated {
    fares: u64,
    seeds: BTreeMap<u64, Kind>,
}

/// What becomes of a sound fare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
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

impl Generated {
    /// Nothing is wrong with any of them.
    pub(crate) fn sound(fares: u64) -> Self {
        Self { fares, seeds: BTreeMap::new() }
    }

    /// With every kind of disagreement, once.
    pub(crate) fn seeded(fares: u64) -> Self {
        let seeds: BTreeMap<_, _> = (1..).map(|number| number * SEED_EVERY).zip(Kind::iter()).collect();
        assert!(seeds.last_key_value().is_some_and(|(last, _)| *last < fares), "there is room for all");
        Self { fares, seeds }
    }

    /// What must be found.
    pub(crate) fn expected(&self) -> Vec<(Subject, Kind)> {
        let subject = |number: u64, kind| {
            if matches!(kind, Kind::BalanceDiffers | Kind::AccountMissing) {
                Subject::Customer(self.customer_of(number))
            } else {
                Subject::Fare(fare_id(number))
            }
        };
        self.seeds.iter().map(|(number, kind)| (subject(*number, *kind), *kind)).collect()
    }

    fn course(&self, number: u64) -> Course {
        if let Some(kind) = self.seeds.get(&number) {
            return if is_of_a_failed_fare(*kind) { Course::TakenBack } else { Course::Collected };
        }
        match number % 100 {
            0..=4 => Course::Declined,
            5..=7 => Course::NeverCharged,
            8..=12 => Course::TakenBack,
            13 => Course::UnderWay,
            14 => Course::BeingTakenBack,
            15 => Course::Moving,
            _ => Course::Collected,
        }
    }

    fn customers(&self) -> u64 {
        self.fares.div_ceil(FARES_OF_A_CUSTOMER)
    }

    fn customer_of(&self, number: u64) -> String {
        format!("customer-{}", number / FARES_OF_A_CUSTOMER)
    }

    /// Everything about one fare, as a look at it shows.
    fn facts(&self, number: u64) -> FareFacts {
        let mut facts = sound(number, self.course(number), &self.customer_of(number));
        if let Some(kind) = self.seeds.get(&number) {
            disturb(&mut facts, *kind, number);
        }
        facts
    }

    /// What an account has. One that is short by a cent is seeded so, as is one that is not there.
    fn account_of(&self, customer: u64) -> Option<Account> {
        let first = customer * FARES_OF_A_CUSTOMER;
        let numbers = first..(first + FARES_OF_A_CUSTOMER).min(self.fares);
        let seeded = |kind| numbers.clone().any(|number| self.seeds.get(&number) == Some(&kind));
        if seeded(Kind::AccountMissing) {
            return None;
        }
        let customer_id = format!("customer-{customer}");
        let mut balance = -i64::from(seeded(Kind::BalanceDiffers));
        for number in numbers {
            for entry in self.facts(number).entries.iter().filter(|entry| entry.customer_id == customer_id) {
                balance += match entry.kind {
                    EntryKind::Standing | EntryKind::Reversed => entry.amount.amount,
                    EntryKind::Reversal => -entry.amount.amount,
                    EntryKind::Tombstone => 0,
                };
            }
        }
        Some(Account { customer_id, balances: vec![Amount::new(balance, "usd")], unreadable: None })
    }

    /// The accounts of those who were credited by mistake.
    fn stranger(&self, number: u64) -> Option<Account> {
        let strayed = self.seeds.get(&number) == Some(&Kind::CreditedWrongCustomer);
        let balances = vec![Amount::new(amount(number), "usd")];
        strayed.then(|| Account { customer_id: stranger_of(number), balances, unreadable: None })
    }

    fn pages<T: Send>(&self, up_to: u64, rows: impl Fn(u64) -> Vec<T> + Send) -> impl Pages<T> + Send {
        Numbered { next: 0, up_to, rows }
    }
}

fn fare_id(number: u64) -> String {
    format!("wr_{number}")
}

fn stranger_of(number: u64) -> String {
    format!("stranger-{number}")
}

fn amount(number: u64) -> i64 {
    i64::try_from(500 + number * 37 % 5_000).unwrap()
}

fn is_of_a_failed_fare(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PaymentNotUndone
            | Kind::PaymentRecordDiffers
            | Kind::NotRefunded
            | Kind::RefundedWrongAmount
            | Kind::RefundPending
            | Kind::RefundFailed
            | Kind::CreditNotReversed
            | Kind::ReversalMissing
            | Kind::ReversalWithoutCredit
            | Kind::ReversedWrongAmount
    )
}

fn sound(number: u64, course: Course, customer: &str) -> FareFacts {
    let amount = Amount::new(amount(number), "usd");
    let long_ago = NOW - 10 * PATIENCE;
    let just_now = NOW - PATIENCE / 2;
    let (decision, registered_at, decided_at) = match course {
        Course::UnderWay => (Decision::Undecided, just_now, None),
        Course::BeingTakenBack => (Decision::Failed, just_now, Some(just_now)),
        Course::Collected | Course::Moving => (Decision::Completed, long_ago, Some(long_ago)),
        Course::Declined | Course::NeverCharged | Course::TakenBack => (Decision::Failed, long_ago, Some(long_ago)),
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
        currency: "usd".to_owned(),
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
        Course::NeverCharged => (Some(payment(PaymentStands::Barred)), vec![], vec![entry(EntryKind::Tombstone)]),
        Course::UnderWay => (Some(payment(PaymentStands::Unfinished)), vec![], vec![]),
    };
    FareFacts { fare: Some(fare), payment, entries, gateway, unreadable: vec![] }
}

/// Breaks a fare in this way and in no other.
fn disturb(facts: &mut FareFacts, kind: Kind, number: u64) {
    let FareFacts { fare, payment, entries, gateway, unreadable } = facts;
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
            let fare = fare.as_mut().unwrap();
            (fare.decision, fare.decided_at) = (Decision::Undecided, None);
        }
        Kind::PayloadDiffers => "another".clone_into(&mut entries[0].payload_hash),
        Kind::PaymentWrongAmount => payment.as_mut().unwrap().amount.amount += 1,
        Kind::PaymentMissing => *payment = None,
        Kind::PaymentNotCaptured => payment.as_mut().unwrap().stands = PaymentStands::Unfinished,
        Kind::PaymentIdDiffers => payment.as_mut().unwrap().payment_id = Some("pi_another".to_owned()),
        Kind::PaymentNotUndone => payment.as_mut().unwrap().stands = PaymentStands::Unfinished,
        Kind::PaymentRecordDiffers => payment.as_mut().unwrap().stands = PaymentStands::Voided,
        Kind::GatewayPaymentMissing => gateway.clear(),
        Kind::NotCaptured => gateway[0].captured = 0,
        Kind::CapturedWrongAmount => gateway[0].captured -= 1,
        Kind::CapturedWrongCurrency => "eur".clone_into(&mut gateway[0].currency),
        Kind::CapturedTwice => {
            let twin = GatewayPayment { id: format!("pi_{number}_twin"), ..gateway[0].clone() };
            gateway.push(twin);
        }
        Kind::OpenHold => {
            let hold = GatewayPayment { id: format!("pi_{number}_hold"), held: 500, captured: 0, ..gateway[0].clone() };
            gateway.push(hold);
        }
        Kind::RefundedThoughCompleted => gateway[0].given_back.succeeded = 1,
        Kind::NotRefunded => gateway[0].given_back = GivenBack::default(),
        Kind::RefundedWrongAmount => gateway[0].given_back.succeeded -= 1,
        Kind::RefundPending => {
            let GivenBack { succeeded, .. } = gateway[0].given_back;
            gateway[0].given_back = GivenBack { pending: succeeded, ..GivenBack::default() };
        }
        Kind::RefundFailed => {
            let GivenBack { succeeded, .. } = gateway[0].given_back;
            gateway[0].given_back = GivenBack { failed: succeeded, ..GivenBack::default() };
        }
        Kind::CreditMissing => entries.clear(),
        Kind::CreditBarred => entries[0].kind = EntryKind::Tombstone,
        Kind::CreditReversed => {
            entries[0].kind = EntryKind::Reversed;
            let reversal = Entry { kind: EntryKind::Reversal, ..entries[0].clone() };
            entries.push(reversal);
        }
        Kind::CreditedWrongAmount => entries[0].amount.amount += 100,
        Kind::CreditedWrongCustomer => entries[0].customer_id = stranger_of(number),
        Kind::CreditNotReversed => {
            entries.truncate(1);
            entries[0].kind = EntryKind::Standing;
        }
        Kind::ReversalMissing => entries.truncate(1),
        Kind::ReversalWithoutCredit => drop(entries.remove(0)),
        Kind::ReversedWrongAmount => entries[1].amount.amount -= 1,
        Kind::Unreadable => unreadable.push("the fare's `amount` is malformed".to_owned()),
        Kind::BalanceDiffers | Kind::AccountMissing => {}
    }
}

/// Rows by number, a page at a time.
struct Numbered<F> {
    next: u64,
    up_to: u64,
    rows: F,
}

impl<T: Send, F: Fn(u64) -> Vec<T> + Send> Pages<T> for Numbered<F> {
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<T>>, ReadError>> + Send {
        let page = (self.next < self.up_to).then(|| {
            let until = (self.next + PAGE).min(self.up_to);
            let rows = (self.next..until).flat_map(&self.rows).collect();
            self.next = until;
            rows
        });
        ready(Ok(page))
    }
}

impl Generated {
    fn records(&self, number: u64, fact: impl Fn(FareFacts) -> Option<Fact>) -> Vec<Record> {
        fact(self.facts(number)).into_iter().map(|fact| Record { fare_id: fare_id(number), fact }).collect()
    }
}

impl Books for Generated {
    fn fares(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        self.pages(self.fares, move |number| {
            let mut records = self.records(number, |facts| facts.fare.map(Fact::Fare));
            records.retain(|record| {
                let Fact::Fare(fare) = &record.fact else { return true };
                let touched = fare.registered_at.max(fare.decided_at);
                since.is_none_or(|since| fare.decision == Decision::Undecided || touched >= Some(since))
            });
            records.extend(
                self.facts(number)
                    .unreadable
                    .into_iter()
                    .map(|what| Record { fare_id: fare_id(number), fact: Fact::Unreadable(what) }),
            );
            records
        })
    }

    fn payments(&self, _since: Option<i64>) -> impl Pages<Record> + Send {
        self.pages(self.fares, |number| self.records(number, |facts| facts.payment.map(Fact::Payment)))
    }

    fn ledger(&self) -> impl Pages<LedgerRow> + Send {
        let customers = self.customers();
        self.pages(customers.max(self.fares), move |number| {
            let entries = if number < self.fares { self.facts(number).entries } else { vec![] };
            let entries = entries.into_iter().map(|entry| LedgerRow::Entry(fare_id(number), entry));
            let mut account = if number < customers { self.account_of(number) } else { None };
            if let Some(account) = account.as_mut().filter(|_| number % 100 == 15) {
                // One that is read before its last credit.
                account.balances[0].amount -= 1;
            }
            entries.chain(account.into_iter().chain(self.stranger(number)).map(LedgerRow::Account)).collect()
        })
    }

    fn gateway_payments(&self, _since: Option<i64>) -> impl Pages<NamedPayment> + Send {
        self.pages(self.fares, |number| {
            if self.course(number) == Course::Moving {
                return vec![];
            }
            let shown = self.facts(number).gateway.into_iter().map(|payment| NamedPayment {
                fare_id: fare_id(number),
                payment: GatewayPayment { given_back: GivenBack::default(), ..payment },
            });
            shown.collect()
        })
    }

    fn gateway_refunds(&self, _since: Option<i64>) -> impl Pages<NamedRefund> + Send {
        self.pages(self.fares, |number| {
            let refunded = self.facts(number).gateway.into_iter().filter(|it| it.given_back != GivenBack::default());
            let refunds = refunded.map(|payment| NamedRefund {
                payment_id: payment.id,
                fare_id: Some(fare_id(number)),
                given_back: payment.given_back,
            });
            refunds.collect()
        })
    }

    fn entries(&self, fare_id: &str) -> impl Future<Output = Result<Vec<Fact>, ReadError>> + Send {
        ready(self.numbered(fare_id).map(|number| self.facts(number).entries.into_iter().map(Fact::Entry).collect()))
    }

    fn look(
        &self,
        fare_id: &str,
        _payment_ids: &[String],
    ) -> impl Future<Output = Result<FareFacts, ReadError>> + Send {
        ready(self.numbered(fare_id).map(|number| self.facts(number)))
    }

    fn account(&self, customer_id: &str) -> impl Future<Output = Result<Option<Account>, ReadError>> + Send {
        let number = |prefix| customer_id.strip_prefix(prefix).and_then(|number: &str| number.parse().ok());
        let account = match (number("customer-"), number("stranger-")) {
            (Some(customer), _) => self.account_of(customer),
            (None, Some(stranger)) => self.stranger(stranger),
            (None, None) => None,
        };
        ready(Ok(account))
    }
}

impl Generated {
    fn numbered(&self, fare_id: &str) -> Result<u64, ReadError> {
        let number = fare_id.strip_prefix("wr_").and_then(|number| number.parse().ok());
        number.ok_or_else(|| ReadError { book: Book::Fares, reason: format!("{fare_id} was never asked for") })
    }
}
