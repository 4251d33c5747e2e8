//! Books of any number of fares, each worked out from its number, so that none of them is kept; with every kind of
//! disagreement sown into some fare or account.

pub(crate) mod disturb;
pub(crate) mod sound;

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::OnceLock;

use reconciliation::{
    Account, Amount, Book, Books, Decision, EntryKind, Fact, FareFacts, GatewayPayment, GivenBack, Kind, LedgerRow,
    NamedPayment, NamedRefund, Pages, ReadError, Record, Subject,
};
use strum::IntoEnumIterator as _;

use disturb::{disturb, is_of_a_failed_fare, stranger_of};
use sound::{Age, Course, JUST_NOW, amount, sound};

/// 2027-01-15, in milliseconds.
pub(crate) const NOW: i64 = 1_800_000_000_000;
/// Ten minutes.
pub(crate) const PATIENCE: i64 = 600_000;
/// Some fares were registered and decided before, some after, and some in between.
#[allow(dead_code, reason = "the other test reads everything")]
pub(crate) const SINCE: i64 = NOW - 20 * PATIENCE;

const PAGE: u64 = 500;
const FARES_OF_A_CUSTOMER: u64 = 25;
/// Seeds are sown this far apart: no two in one account.
const SEED_EVERY: u64 = 97;

/// The books of so many fares.
pub(crate) struct Generated {
    fares: u64,
    of_a_customer: u64,
    seeds: BTreeMap<u64, (Kind, Age)>,
    /// What each customer has, once it was summed up.
    accounts: Vec<OnceLock<Option<Account>>>,
}

impl Generated {
    fn new(fares: u64, of_a_customer: u64, seeds: BTreeMap<u64, (Kind, Age)>) -> Self {
        let customers = usize::try_from(fares.div_ceil(of_a_customer)).unwrap();
        Self { fares, of_a_customer, seeds, accounts: vec![OnceLock::new(); customers] }
    }

    /// Nothing is wrong with any of them.
    pub(crate) fn sound(fares: u64) -> Self {
        Self::new(fares, FARES_OF_A_CUSTOMER, BTreeMap::new())
    }

    /// Nothing is wrong, and all are one customer's.
    #[allow(dead_code, reason = "only the test of memory has so many")]
    pub(crate) fn of_one_customer(fares: u64) -> Self {
        Self::new(fares, fares, BTreeMap::new())
    }

    /// With every kind of disagreement, in a fare of every age.
    pub(crate) fn seeded(fares: u64) -> Self {
        let kinds = [Age::Fresh, Age::Straddling, Age::Old].map(|age| Kind::iter().map(move |kind| (kind, age)));
        let kinds = kinds.into_iter().flatten();
        let seeds: BTreeMap<_, _> = (1..).map(|number| number * SEED_EVERY).zip(kinds).collect();
        assert!(seeds.last_key_value().is_some_and(|(last, _)| *last < fares), "there is room for all");
        Self::new(fares, FARES_OF_A_CUSTOMER, seeds)
    }

    /// What must be found.
    pub(crate) fn expected(&self) -> Vec<(Subject, Kind)> {
        self.seeds.iter().map(|(number, (kind, _))| (self.subject(*number, *kind), *kind)).collect()
    }

    /// What must be found of what has happened since [`SINCE`].
    pub(crate) fn expected_since(&self) -> Vec<(Subject, Kind)> {
        // The ledger is read for known fares only, and accounts are not.
        let is_unread = |kind| matches!(kind, Kind::EntryWithoutFare | Kind::BalanceDiffers | Kind::AccountMissing);
        let has_no_fare = |kind| matches!(kind, Kind::PaymentWithoutFare | Kind::GatewayPaymentWithoutFare);
        // It is undecided to this day; it was given back just now.
        let is_of_today = |kind| matches!(kind, Kind::Undecided | Kind::RefundedThoughCompleted);
        let is_found = |kind, age| match age {
            Age::Fresh => !is_unread(kind),
            Age::Straddling => !is_unread(kind) && !has_no_fare(kind),
            Age::Old => is_of_today(kind),
        };
        let found = self.seeds.iter().filter(|(_, (kind, age))| is_found(*kind, *age));
        found.map(|(number, (kind, _))| (self.subject(*number, *kind), *kind)).collect()
    }

    fn subject(&self, number: u64, kind: Kind) -> Subject {
        if matches!(kind, Kind::BalanceDiffers | Kind::AccountMissing) {
            Subject::Customer(self.customer_of(number))
        } else {
            Subject::Fare(fare_id(number))
        }
    }

    fn course(&self, number: u64) -> Course {
        if let Some((kind, _)) = self.seeds.get(&number) {
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

    fn age(&self, number: u64) -> Age {
        match (self.seeds.get(&number), number % 7) {
            (Some((_, age)), _) => *age,
            (None, 0) => Age::Old,
            (None, 1) => Age::Straddling,
            (None, _) => Age::Fresh,
        }
    }

    fn customer_of(&self, number: u64) -> String {
        format!("customer-{}", number / self.of_a_customer)
    }

    /// Everything about one fare, as a look at it shows.
    fn facts(&self, number: u64) -> FareFacts {
        let mut facts = sound(number, self.course(number), self.age(number), &self.customer_of(number));
        if let Some((kind, _)) = self.seeds.get(&number) {
            disturb(&mut facts, *kind, number);
        }
        facts
    }

    /// What an account has. One that is short by a cent is seeded so, as is one that is not there.
    fn account_of(&self, customer: u64) -> Option<Account> {
        let account = usize::try_from(customer).ok().and_then(|customer| self.accounts.get(customer))?;
        account.get_or_init(|| self.summed_up(customer)).clone()
    }

    fn summed_up(&self, customer: u64) -> Option<Account> {
        let first = customer * self.of_a_customer;
        let numbers = first..(first + self.of_a_customer).min(self.fares);
        let seeded = |kind| numbers.clone().any(|number| self.seeds.get(&number).is_some_and(|it| it.0 == kind));
        if seeded(Kind::AccountMissing) {
            return None;
        }
        let customer_id = format!("customer-{customer}");
        let mut balances = BTreeMap::from([("usd".to_owned(), -i64::from(seeded(Kind::BalanceDiffers)))]);
        for number in numbers {
            for entry in self.facts(number).entries.into_iter().filter(|entry| entry.customer_id == customer_id) {
                *balances.entry(entry.amount.currency).or_default() += match entry.kind {
                    EntryKind::Standing | EntryKind::Reversed => entry.amount.amount,
                    EntryKind::Reversal => -entry.amount.amount,
                    EntryKind::Tombstone => 0,
                };
            }
        }
        let balances = balances.into_iter().map(|(currency, balance)| Amount::new(balance, currency));
        Some(Account { customer_id, balances: balances.collect(), unreadable: None })
    }

    /// The accounts of those who were credited by mistake.
    fn stranger(&self, number: u64) -> Option<Account> {
        let strayed = self.seeds.get(&number).is_some_and(|it| it.0 == Kind::CreditedWrongCustomer);
        strayed.then(|| Account { customer_id: stranger_of(number), balances: vec![amount(number)], unreadable: None })
    }

    fn pages<T: Send>(&self, up_to: u64, rows: impl Fn(u64) -> Vec<T> + Send) -> impl Pages<T> + Send {
        Numbered { next: 0, up_to, rows }
    }

    /// Whether what is of that time is to be read.
    fn is_read(at: i64, since: Option<i64>) -> bool {
        since.is_none_or(|since| at >= since)
    }

    fn registered_at(&self, number: u64) -> i64 {
        match (self.course(number), self.age(number).times()) {
            (Course::UnderWay | Course::BeingTakenBack, _) => JUST_NOW,
            // It is collected while the books are read, after everything that is asked for.
            (Course::Moving, (_, decided)) => decided,
            (Course::Collected | Course::Declined | Course::NeverCharged | Course::TakenBack, (registered, _)) => {
                registered
            }
        }
    }

    fn numbered(&self, fare_id: &str) -> Result<u64, ReadError> {
        let number = fare_id.strip_prefix("wr_").and_then(|number| number.parse().ok());
        number.ok_or_else(|| ReadError { book: Book::Fares, reason: format!("{fare_id} was never asked for") })
    }
}

fn fare_id(number: u64) -> String {
    format!("wr_{number}")
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

impl Books for Generated {
    fn fares(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        self.pages(self.fares, move |number| {
            let FareFacts { fare, unreadable, .. } = self.facts(number);
            let is_read = fare.as_ref().is_some_and(|fare| {
                let touched = fare.registered_at.max(fare.decided_at);
                fare.decision == Decision::Undecided || touched.is_some_and(|at| Self::is_read(at, since))
            });
            let facts = fare.map(Fact::Fare).into_iter().chain(unreadable.into_iter().map(Fact::Unreadable));
            facts.filter(|_| is_read).map(|fact| Record { fare_id: fare_id(number), fact }).collect()
        })
    }

    fn payments(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        self.pages(self.fares, move |number| {
            let payment = self.facts(number).payment.filter(|_| Self::is_read(self.registered_at(number), since));
            payment
                .into_iter()
                .map(|payment| Record { fare_id: fare_id(number), fact: Fact::Payment(payment) })
                .collect()
        })
    }

    fn ledger(&self) -> impl Pages<LedgerRow> + Send {
        let customers = u64::try_from(self.accounts.len()).unwrap();
        self.pages(customers.max(self.fares), move |number| {
            let entries = if number < self.fares { self.facts(number).entries } else { vec![] };
            let entries = entries.into_iter().map(|entry| LedgerRow::Entry(fare_id(number), entry));
            let mut account = if number < customers { self.account_of(number) } else { None };
            if let Some(account) = account.as_mut().filter(|_| number % 100 == 15 || customers == 1) {
                // One that is read before its last credit.
                account.balances[0].amount -= 1;
            }
            entries.chain(account.into_iter().chain(self.stranger(number)).map(LedgerRow::Account)).collect()
        })
    }

    fn gateway_payments(&self, since: Option<i64>) -> impl Pages<NamedPayment> + Send {
        self.pages(self.fares, move |number| {
            if self.course(number) == Course::Moving || !Self::is_read(self.registered_at(number), since) {
                return vec![];
            }
            let shown = self.facts(number).gateway.into_iter().map(|payment| NamedPayment {
                payment_id: payment.id.clone(),
                fare_id: fare_id(number),
                payment: Some(GatewayPayment { given_back: GivenBack::default(), ..payment }),
            });
            shown.collect()
        })
    }

    fn gateway_refunds(&self, since: Option<i64>) -> impl Pages<NamedRefund> + Send {
        self.pages(self.fares, move |number| {
            let is_by_hand = self.seeds.get(&number).is_some_and(|it| it.0 == Kind::RefundedThoughCompleted);
            let (_, decided) = self.age(number).times();
            if !Self::is_read(if is_by_hand { NOW - PATIENCE } else { decided }, since) {
                return vec![];
            }
            let refunded = self.facts(number).gateway.into_iter().filter(|it| it.given_back != GivenBack::default());
            let refunds = refunded.map(|payment| NamedRefund {
                payment_id: payment.id,
                fare_id: (!is_by_hand).then(|| fare_id(number)),
                given_back: Some(payment.given_back),
            });
            refunds.collect()
        })
    }

    fn fare_of_payment(&self, payment_id: &str) -> impl Future<Output = Result<Option<String>, ReadError>> + Send {
        ready(Ok(payment_id.strip_prefix("pi_").map(|number| format!("wr_{number}"))))
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
