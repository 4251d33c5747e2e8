//! Runs one schedule again, and tells what happens.

use crate::asl::Execution;
use crate::invariants::{Outcome, judge};
use crate::journal::{Journal, Line};
use crate::run::{Machines, Run};
use crate::scenario::Scenario;
use crate::schedule::{Schedule, next};
use crate::violation::Violation;

/// What a replayed schedule came to.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What happened.
    pub lines: Vec<Line>,
    /// The executions of both state machines, in the order in which they were to be started.
    pub executions: Vec<Execution>,
    /// How it ended.
    pub end: Result<Outcome, Violation>,
}

/// A schedule that does not fit: it was made by another version, or has a mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoesNotFit {
    /// What it chooses is not there.
    #[error("at choice {choice} there is no `{wanted}`, but: {there}")]
    NotThere {
        /// The choice.
        choice: usize,
        /// What was to be chosen.
        wanted: String,
        /// What can be.
        there: String,
    },
    /// The run ends before.
    #[error("choice {choice} is never reached: the run has {choices} choices")]
    NeverReached {
        /// The choice.
        choice: usize,
        /// How many there are.
        choices: usize,
    },
}

/// Runs a schedule of this scenario.
///
/// # Errors
/// [`DoesNotFit`], with what could be chosen instead.
pub fn replay(scenario: &Scenario, machines: &Machines, schedule: &Schedule) -> Result<Replay, DoesNotFit> {
    let mut run = match Run::new(scenario, machines, Journal::kept()) {
        Ok(run) => run,
        Err(violation) => return Ok(Replay { lines: Vec::new(), executions: Vec::new(), end: Err(violation) }),
    };
    let mut choice = 0;
    let end = loop {
        let moves = run.moves();
        let mut missing = None;
        let picked = next(&moves, &mut choice, |number| {
            let wanted = schedule.at(number)?;
            let labels: Vec<_> = moves.iter().map(|chosen| run.label(*chosen)).collect();
            let picked = labels.iter().position(|label| label == wanted);
            if picked.is_none() {
                missing =
                    Some(DoesNotFit::NotThere { choice: number, wanted: wanted.to_owned(), there: labels.join(", ") });
            }
            picked
        });
        if let Some(missing) = missing {
            return Err(missing);
        }
        let Some(pick) = picked else { break judge(&run) };
        let Some(&chosen) = moves.get(pick.picked) else { break judge(&run) };
        let line = run.describe(pick.choice, chosen);
        run.journal.write(|| line);
        if let Err(violation) = run.make(chosen) {
            break Err(violation);
        }
    };
    if let (Ok(_), Some(beyond)) = (&end, schedule.beyond(choice)) {
        return Err(DoesNotFit::NeverReached { choice: beyond, choices: choice });
    }
    let executions = run.executions().map(|(_, execution)| execution.clone()).collect();
    Ok(Replay { lines: run.journal.into_lines(), executions, end })
}
