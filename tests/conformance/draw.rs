//! What operations are about, drawn at random: fares, payloads and times.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use fare_values::{Currency, CustomerId, FareId, FareRequest, Millis, Money, PaymentMethod};
use fastrand::Rng;
use strum::IntoEnumIterator;

const FARES: usize = 3;
const CUSTOMERS: usize = 2;
const AMOUNTS: [i64; 6] = [1, 2_000, 1_000_000, 3_000_000, i64::MAX - 1, i64::MAX];
const TIMES: [i64; 6] = [-1, 0, 1, 17, 1_795_406_834_000, i64::MAX];
const METHODS: [&str; 2] = ["pm_card_visa", "tok_amex"];

/// Ids that no other sequence has, in this run or another. They are the same for the table and for the twin.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: String,
    /// Rises from one sequence to the next.
    pub(crate) number: u64,
}

impl Names {
    pub(crate) fn fresh() -> Self {
        static RUN: LazyLock<u128> =
            LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).expect("it is past 1970").as_micros());
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Self { prefix: format!("cf_{:x}_{number}", *RUN), number }
    }

    /// The third is as long as an id may be.
    pub(crate) fn fare(&self, fare: usize) -> FareId {
        let id = format!("{}-fare-{fare}", self.prefix);
        FareId::new(&if fare == 2 { format!("{id:-<64}") } else { id }).expect("it is an id")
    }

    pub(crate) fn customer(&self, customer: usize) -> CustomerId {
        CustomerId::new(&format!("{}-customer-{customer}", self.prefix)).expect("it is an id")
    }

    pub(crate) fn fares(&self) -> impl Iterator<Item = FareId> {
        (0..FARES).map(|fare| self.fare(fare))
    }

    pub(crate) fn customers(&self) -> impl Iterator<Item = CustomerId> {
        (0..CUSTOMERS).map(|customer| self.customer(customer))
    }
}

/// What a fare is apart from its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload {
    pub(crate) customer: usize,
    amount: i64,
    currency: Currency,
    method: &'static str,
}

impl Payload {
    fn drawn(random: &mut Rng) -> Self {
        Self {
            customer: random.usize(0..CUSTOMERS),
            amount: one_of(&AMOUNTS, random),
            currency: random.choice(Currency::iter()).expect("there are currencies"),
            method: one_of(&METHODS, random),
        }
    }

    /// One that differs in one field, if it does not happen to be the same.
    fn varied(self, random: &mut Rng) -> Self {
        let other = Self::drawn(random);
        match random.u8(0..4) {
            0 => Self { customer: other.customer, ..self },
            1 => Self { amount: other.amount, ..self },
            2 => Self { currency: other.currency, ..self },
            _ => Self { method: other.method, ..self },
        }
    }
}

/// A fare that an operation is asked about, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) fare: usize,
    pub(crate) payload: Payload,
    at: i64,
}

impl Asked {
    pub(crate) fn request(&self, names: &Names) -> FareRequest {
        let Payload { customer, amount, currency, method } = self.payload;
        FareRequest::from_parts(
            names.fare(self.fare),
            names.customer(customer),
            Money::from_stored(amount, currency.code()).expect("the amount is more than zero"),
            PaymentMethod::new(method).expect("it is a token"),
        )
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(self.at)
    }
}

/// What the operations of one sequence are drawn from: little enough for them to meet.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    fares: Vec<usize>,
    usual: Payload,
    other: Payload,
}

impl Pool {
    pub(crate) fn drawn(random: &mut Rng) -> Self {
        let fares = match random.u8(0..10) {
            0..5 => vec![one_of(&[0, 2], random)],
            5..9 => vec![0, 1],
            _ => (0..FARES).collect(),
        };
        let usual = Payload::drawn(random);
        Self { fares, usual, other: usual.varied(random) }
    }

    pub(crate) fn of_one_fare(&self, random: &mut Rng) -> Self {
        Self { fares: vec![one_of(&self.fares, random)], ..self.clone() }
    }

    pub(crate) fn asked(&self, random: &mut Rng) -> Asked {
        let payload = if random.u8(0..4) == 0 { self.other } else { self.usual };
        Asked { fare: one_of(&self.fares, random), payload, at: one_of(&TIMES, random) }
    }
}

pub(crate) fn one_of<T: Copy>(choices: &[T], random: &mut Rng) -> T {
    choices[random.usize(0..choices.len())]
}
