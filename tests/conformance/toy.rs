//! The judge and the shrinking are right themselves, as a store shows that can be made to err.

use std::sync::Mutex;

use fastrand::Rng;

use crate::draw::{Names, Pool};
use crate::judge::judge;
use crate::sequence::{Delivery, Step, Subject};
use crate::shrink::{difference, shrunk};

/// One register per sequence. Its table may forget what is written second.
#[derive(Default)]
struct Register {
    forgets_the_second: bool,
    table: Mutex<Vec<(u64, Twin)>>,
}

impl Register {
    fn write(&self, value: u8, names: &Names) -> Option<u8> {
        let mut table = self.table.lock().unwrap();
        if table.last().is_none_or(|(number, _)| *number != names.number) {
            table.push((names.number, Twin::default()));
        }
        let mut written = table.last().unwrap().1.written.lock().unwrap();
        let before = written.last().copied();
        if !(self.forgets_the_second && written.len() == 1) {
            written.push(value);
        }
        before
    }
}

/// Everything that was ever written, in order.
#[derive(Debug, Default)]
struct Twin {
    written: Mutex<Vec<u8>>,
}

/// Writes a value; the answer is the value before.
type Write = u8;

impl Subject for Register {
    const NAME: &'static str = "register";
    const KINDS: &'static [&'static str] = &[];
    type Operation = Write;
    type Answer = Option<u8>;
    type State = Option<u8>;
    type Twin = Twin;

    fn draw(_pool: &Pool, random: &mut Rng) -> Write {
        random.u8(..)
    }

    fn kind(_operation: &Write, _answer: &Option<u8>, _names: &Names) -> String {
        String::new()
    }

    async fn ask_twin(twin: &Twin, operation: &Write, _names: &Names) -> Option<u8> {
        let mut written = twin.written.lock().unwrap();
        written.push(*operation);
        written.iter().rev().nth(1).copied()
    }

    async fn ask_table(&self, operation: &Write, names: &Names, delivery: Delivery) -> Option<u8> {
        let first = self.write(*operation, names);
        match delivery {
            Delivery::Once => first,
            Delivery::Again => self.write(*operation, names),
        }
    }

    async fn twin_state(twin: &Twin, _names: &Names) -> Option<u8> {
        twin.written.lock().unwrap().last().copied()
    }

    async fn table_states(&self, names: &[Names]) -> Vec<Option<u8>> {
        let table = self.table.lock().unwrap();
        let of = |names: &Names| {
            let own = table.iter().find(|(number, _)| *number == names.number);
            own.and_then(|(_, twin)| twin.written.lock().unwrap().last().copied())
        };
        names.iter().map(of).collect()
    }
}

#[tokio::test]
async fn a_table_that_does_as_its_twin_shows_no_difference() {
    let steps = [Step::Alone(1), Step::AtOnce(vec![2, 3]), Step::Alone(4)];
    assert!(difference(&Register::default(), &steps).await.is_none());
}

#[tokio::test]
async fn a_table_that_forgets_a_write_is_found_by_the_two_operations_that_show_it() {
    let forgetful = Register { forgets_the_second: true, ..Register::default() };
    let steps = vec![Step::Alone(1), Step::AtOnce(vec![2, 3]), Step::Alone(4), Step::AnswerLost(5)];
    let seen = difference(&forgetful, &steps).await.expect("the answers differ");
    let (steps, difference) = shrunk(&forgetful, steps, seen).await;
    assert_eq!(steps.iter().map(|step| step.operations().len()).sum::<usize>(), 2, "{steps:?}");
    assert!(difference.step.is_none(), "the record alone shows it: {difference:?}");
}

#[tokio::test]
async fn answers_at_once_are_right_in_any_one_order_and_in_no_other_way() {
    let steps = [Step::AtOnce(vec![1, 2])];
    let judged = async |answers: [Option<u8>; 2], record| {
        judge::<Register>(&steps, &Names::fresh(), &[answers.to_vec()], &record).await.is_ok()
    };
    assert!(judged([None, Some(1)], Some(2)).await);
    assert!(judged([Some(2), None], Some(1)).await);
    assert!(!judged([None, None], Some(2)).await, "both came first");
    assert!(!judged([Some(2), Some(1)], Some(2)).await, "both came second");
    assert!(!judged([None, Some(1)], Some(1)).await, "the record is of the other order");
}
