//! Whether what a table answered and holds is what its twin would, in some order of what happened at once.

use futures::future::join_all;

use crate::draw::Names;
use crate::sequence::{Delivery, Step, Subject};

/// Plays a sequence on the table, step by step; for each operation of each step its answer.
pub(crate) async fn play<S: Subject>(subject: &S, steps: &[Step<S::Operation>], names: &Names) -> Vec<Vec<S::Answer>> {
    let mut answers = Vec::new();
    for step in steps {
        let at_once = step.operations().iter().map(|operation| subject.ask_table(operation, names, step.delivery()));
        answers.push(join_all(at_once).await);
    }
    answers
}

/// Where a table and its twin part.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The step whose answers differ; none if only the records differ at the end.
    pub(crate) step: Option<usize>,
    /// Answers, each with its place in the step; or records.
    pub(crate) table: String,
    /// What the twin says instead, for every order that explains all the rest.
    pub(crate) twin: Vec<String>,
}

/// One order of everything so far, which explains every answer so far.
struct Account<'a, S: Subject> {
    order: Vec<(&'a S::Operation, Delivery)>,
    twin: S::Twin,
}

/// Holds answers and records of a table against the twin.
pub(crate) async fn judge<S: Subject>(
    steps: &[Step<S::Operation>],
    names: &Names,
    answers: &[Vec<S::Answer>],
    records: &S::State,
) -> Result<(), Difference> {
    let mut accounts = vec![Account::<S> { order: Vec::new(), twin: S::Twin::default() }];
    for (number, (step, answers)) in steps.iter().zip(answers).enumerate() {
        let (mut explaining, mut instead) = (Vec::new(), Vec::new());
        let orders = orders(step.operations().len());
        for account in accounts {
            for (mut account, order) in account.branched(orders.len(), names).await.into_iter().zip(&orders) {
                let mut said = Vec::new();
                for position in order {
                    said.push((*position, account.go_on(&step.operations()[*position], step.delivery(), names).await));
                }
                if said.iter().all(|(position, said)| answers[*position] == *said) {
                    explaining.push(account);
                } else {
                    instead.push(said);
                }
            }
        }
        if explaining.is_empty() {
            let twin = instead.iter().map(|said| format!("{said:?}")).collect();
            let table = format!("{:?}", answers.iter().enumerate().collect::<Vec<_>>());
            return Err(Difference { step: Some(number), table, twin });
        }
        accounts = explaining;
    }
    let mut instead = Vec::new();
    for account in &accounts {
        let state = S::twin_state(&account.twin, names).await;
        if state == *records {
            return Ok(());
        }
        instead.push(format!("{state:?}"));
    }
    Err(Difference { step: None, table: format!("{records:?}"), twin: instead })
}

impl<'a, S: Subject> Account<'a, S> {
    /// So many of the same. Each has a twin of its own, since clones of one share what they hold.
    async fn branched(self, branches: usize, names: &Names) -> Vec<Self> {
        let mut all = Vec::new();
        for _ in 1..branches {
            let mut again = Self { order: Vec::new(), twin: S::Twin::default() };
            for (operation, delivery) in &self.order {
                again.go_on(operation, *delivery, names).await;
            }
            all.push(again);
        }
        all.push(self);
        all
    }

    async fn go_on(&mut self, operation: &'a S::Operation, delivery: Delivery, names: &Names) -> S::Answer {
        self.order.push((operation, delivery));
        let answer = S::ask_twin(&self.twin, operation, names).await;
        match delivery {
            Delivery::Again if !S::is_known_again(operation) => S::ask_twin(&self.twin, operation, names).await,
            Delivery::Once | Delivery::Again => answer,
        }
    }
}

/// Every order of so many things.
fn orders(things: usize) -> Vec<Vec<usize>> {
    let Some(last) = things.checked_sub(1) else { return vec![Vec::new()] };
    let with_last = |order: Vec<usize>| {
        (0..things).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    };
    orders(last).into_iter().flat_map(with_last).collect()
}
