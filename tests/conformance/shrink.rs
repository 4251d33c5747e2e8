//! Makes the sequence that shows a difference as short as it gets.

use crate::draw::Names;
use crate::judge::{Difference, judge, play};
use crate::sequence::{Step, Subject};

/// How often what happens at once is played before it is believed to show nothing.
const ATTEMPTS: usize = 5;

/// Plays a sequence under fresh names.
pub(crate) async fn difference<S: Subject>(subject: &S, steps: &[Step<S::Operation>]) -> Option<Difference> {
    let attempts = if steps.iter().any(|step| step.operations().len() > 1) { ATTEMPTS } else { 1 };
    for _ in 0..attempts {
        let names = Names::fresh();
        let answers = play(subject, steps, &names).await;
        let records = subject.table_states(std::slice::from_ref(&names)).await.remove(0);
        if let Err(difference) = judge::<S>(steps, &names, &answers, &records).await {
            return Some(difference);
        }
    }
    None
}

/// The shortest sequence found that still shows a difference, and that difference.
pub(crate) async fn shrunk<S: Subject>(
    subject: &S,
    mut steps: Vec<Step<S::Operation>>,
    mut seen: Difference,
) -> (Vec<Step<S::Operation>>, Difference) {
    'shorter: loop {
        for simpler in simpler::<S>(&steps) {
            if let Some(difference) = difference(subject, &simpler).await {
                (steps, seen) = (simpler, difference);
                continue 'shorter;
            }
        }
        return (steps, seen);
    }
}

/// Everything that is simpler by one thing: a step or an operation less, an answer that is not lost, one after the other
/// instead of at once.
fn simpler<S: Subject>(steps: &[Step<S::Operation>]) -> Vec<Vec<Step<S::Operation>>> {
    let replaced = |position: usize, by: Vec<Step<S::Operation>>| {
        let mut steps = steps.to_vec();
        steps.splice(position..=position, by);
        S::within_contract(steps)
    };
    let mut all = Vec::new();
    for position in 0..steps.len() {
        all.push(replaced(position, Vec::new()));
    }
    for (position, step) in steps.iter().enumerate() {
        match step {
            Step::Alone(_) => {}
            Step::AnswerLost(operation) => all.push(replaced(position, vec![Step::Alone(operation.clone())])),
            Step::AtOnce(operations) => {
                all.push(replaced(position, operations.iter().cloned().map(Step::Alone).collect()));
                for left_out in 0..operations.len() {
                    let mut fewer = operations.clone();
                    fewer.remove(left_out);
                    all.push(replaced(position, vec![Step::AtOnce(fewer)]));
                }
            }
        }
    }
    all
}
