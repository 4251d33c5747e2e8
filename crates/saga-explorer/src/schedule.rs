//! Schedules as text: `SCENARIO:CHOICE=WHAT,…`, where choices that went as if nobody interfered are left out.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::journal::Journal;
use crate::run::{Machines, Move, Run};
use crate::scenario::Scenario;

/// A schedule: what happened at the choices at which something else than usual happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The scenario's name.
    pub scenario: String,
    /// Choices, counted from 0, and what was chosen.
    choices: Vec<(usize, String)>,
}

/// A text that is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is not of the form {form}")]
pub struct NotASchedule {
    part: String,
    form: &'static str,
}

impl Schedule {
    /// The schedule in which nobody interferes.
    #[must_use]
    pub fn usual(scenario: &str) -> Self {
        Self { scenario: scenario.to_owned(), choices: Vec::new() }
    }

    /// The schedule of a run that picked so.
    pub(crate) fn of_picks(scenario: &Scenario, machines: &Machines, picks: &[u16]) -> Self {
        let mut choices = Vec::new();
        if let Ok(mut run) = Run::new(scenario, machines, Journal::default()) {
            let mut choice = 0;
            loop {
                let moves = run.moves();
                let Some(pick) = next(&moves, &mut choice, |number| picks.get(number).copied().map(usize::from)) else {
                    break;
                };
                if let (Some(number), Some(&chosen)) = (pick.choice, moves.get(pick.picked))
                    && pick.picked != 0
                {
                    choices.push((number, run.label(chosen)));
                }
                if choice > picks.len() || moves.get(pick.picked).is_none_or(|chosen| run.make(*chosen).is_err()) {
                    break;
                }
            }
        }
        Self { scenario: scenario.name.clone(), choices }
    }

    /// How many faults are in it.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.choices
            .iter()
            .filter(|(_, what)| what.split_once('/').is_some_and(|(_, fault)| !is_intervention(fault)))
            .count()
    }

    /// The first choice for which something is chosen and that is not among so many.
    pub(crate) fn beyond(&self, choices: usize) -> Option<usize> {
        self.choices.iter().map(|(number, _)| *number).find(|number| *number >= choices)
    }

    /// What is chosen at a choice, if not the usual.
    pub(crate) fn at(&self, choice: usize) -> Option<&str> {
        self.choices.iter().find(|(number, _)| *number == choice).map(|(_, what)| what.as_str())
    }
}

fn is_intervention(what: &str) -> bool {
    matches!(what, "abort" | "abort-at-start" | "time-out" | "time-out-at-start" | "redrive")
}

/// One step of following a schedule.
pub(crate) struct Pick {
    /// Which choice this was, if there was one.
    pub(crate) choice: Option<usize>,
    /// Which of the moves.
    pub(crate) picked: usize,
}

/// The next pick among these moves; `None` if there are none.
pub(crate) fn next(moves: &[Move], choice: &mut usize, picked: impl FnOnce(usize) -> Option<usize>) -> Option<Pick> {
    match moves.len() {
        0 => None,
        1 => Some(Pick { choice: None, picked: 0 }),
        _ => {
            let number = *choice;
            *choice += 1;
            Some(Pick { choice: Some(number), picked: picked(number).unwrap_or_default() })
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let choices: Vec<_> = self.choices.iter().map(|(number, what)| format!("{number}={what}")).collect();
        write!(formatter, "{}:{}", self.scenario, choices.join(","))
    }
}

impl FromStr for Schedule {
    type Err = NotASchedule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not = |part: &str, form| NotASchedule { part: part.to_owned(), form };
        let (scenario, rest) = text.split_once(':').ok_or_else(|| not(text, "SCENARIO:CHOICE=WHAT,…"))?;
        let parts = rest.split(',').filter(|_| !rest.is_empty());
        let choices = parts.map(|part| {
            let (number, what) = part.split_once('=').ok_or_else(|| not(part, "CHOICE=WHAT"))?;
            let number = number.parse().map_err(|_| not(part, "CHOICE=WHAT, CHOICE a number"))?;
            Ok((number, what.to_owned()))
        });
        let choices: Vec<(usize, String)> = choices.collect::<Result<_, _>>()?;
        let numbers: BTreeSet<usize> = choices.iter().map(|(number, _)| *number).collect();
        if numbers.len() < choices.len() {
            return Err(not(rest, "CHOICE=WHAT,…, each CHOICE once"));
        }
        Ok(Self { scenario: scenario.to_owned(), choices })
    }
}
