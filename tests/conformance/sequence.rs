//! What is played: steps of operations, and the store that they are played on.

use std::fmt::Debug;
use std::future::Future;

use fare_values::{Conditional, StoreUnavailable};
use fastrand::Rng;

use crate::draw::{Names, Pool};

/// A store, as a table behind its adapter and as a twin in memory.
pub(crate) trait Subject: Send + Sync + Sized + 'static {
    /// What messages call it.
    const NAME: &'static str;
    /// Every kind of answer that a run of some length must meet.
    const KINDS: &'static [&'static str];
    type Operation: Clone + Debug + Send + Sync;
    type Answer: Debug + PartialEq + Send + Sync;
    /// Everything that is on record under some names.
    type State: Debug + PartialEq + Send + Sync;
    type Twin: Default + Send + Sync;

    fn draw(pool: &Pool, random: &mut Rng) -> Self::Operation;

    /// Makes a sequence one that the store's contract allows, also after steps were taken out of it.
    fn within_contract(steps: Vec<Step<Self::Operation>>) -> Vec<Step<Self::Operation>> {
        steps
    }

    /// Whether the table knows a request that is sent again, so that it is as if it had come once.
    fn is_known_again(_operation: &Self::Operation) -> bool {
        false
    }

    fn kind(operation: &Self::Operation, answer: &Self::Answer, names: &Names) -> String;

    fn ask_twin(
        twin: &Self::Twin,
        operation: &Self::Operation,
        names: &Names,
    ) -> impl Future<Output = Self::Answer> + Send;

    fn ask_table(
        &self,
        operation: &Self::Operation,
        names: &Names,
        delivery: Delivery,
    ) -> impl Future<Output = Self::Answer> + Send;

    fn twin_state(twin: &Self::Twin, names: &Names) -> impl Future<Output = Self::State> + Send;

    /// What the table holds, for each of these names, which are not asked about any more.
    fn table_states(&self, names: &[Names]) -> impl Future<Output = Vec<Self::State>> + Send;

    /// Takes away what would be left over.
    fn close(self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// The kind of an answer to a conditional write; `is_own` tells whether the record that stands has the payload asked about.
pub(crate) fn kind_of<R>(
    verb: &str,
    answer: &Result<Conditional<R>, StoreUnavailable>,
    is_own: impl Fn(&R) -> bool,
) -> String {
    let outcome = match answer {
        Ok(Conditional::Written(_)) => "written",
        Ok(Conditional::Refused(None)) => "refused by nothing",
        Ok(Conditional::Refused(Some(standing))) if is_own(standing) => "refused by the same payload",
        Ok(Conditional::Refused(Some(_))) => "refused by another payload",
        Err(_) => "unavailable",
    };
    format!("{verb}: {outcome}")
}

/// How often a request reaches the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Once,
    /// The first answer is lost, and the client sends the request again.
    Again,
}

/// Some operations between which nothing is known to be over.
#[derive(Clone, Debug)]
pub(crate) enum Step<O> {
    Alone(O),
    AnswerLost(O),
    AtOnce(Vec<O>),
}

impl<O> Step<O> {
    pub(crate) fn operations(&self) -> &[O] {
        match self {
            Self::Alone(operation) | Self::AnswerLost(operation) => std::slice::from_ref(operation),
            Self::AtOnce(operations) => operations,
        }
    }

    pub(crate) fn operations_mut(&mut self) -> &mut [O] {
        match self {
            Self::Alone(operation) | Self::AnswerLost(operation) => std::slice::from_mut(operation),
            Self::AtOnce(operations) => operations,
        }
    }

    pub(crate) fn delivery(&self) -> Delivery {
        match self {
            Self::Alone(_) | Self::AtOnce(_) => Delivery::Once,
            Self::AnswerLost(_) => Delivery::Again,
        }
    }
}

/// The sequence of that number.
pub(crate) fn drawn<S: Subject>(seed: u64, number: u64) -> Vec<Step<S::Operation>> {
    let salt = S::NAME.bytes().fold(seed, |salt, byte| salt.rotate_left(7) ^ u64::from(byte));
    let mut random = Rng::with_seed(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number);
    let pool = Pool::drawn(&mut random);
    let mut left = length(&mut random);
    let mut steps = Vec::new();
    while left > 0 {
        let step = match random.u8(0..100) {
            0..12 if left > 1 => {
                // Writers of one fare meet; writers of two would seldom.
                let pool = pool.of_one_fare(&mut random);
                let writers = random.usize(2..=left.min(3));
                Step::AtOnce((0..writers).map(|_| S::draw(&pool, &mut random)).collect())
            }
            12..16 => Step::AnswerLost(S::draw(&pool, &mut random)),
            _ => Step::Alone(S::draw(&pool, &mut random)),
        };
        left -= step.operations().len();
        steps.push(step);
    }
    S::within_contract(steps)
}

/// Most differences show in a few operations, so most sequences are short.
fn length(random: &mut Rng) -> usize {
    match random.u8(0..100) {
        0..85 => 3,
        85..91 => 4,
        91..95 => 5,
        95..97 => 6,
        97 => 7,
        _ => 8,
    }
}
