//! Compares what was found with what had to be, cell by cell.

mod cells;

pub(crate) use cells::{odd, queue_name};

use super::{Ids, Observed, Scenario};
use crate::error::Error;

/// What a cell is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// How the executions ended.
    Outcome,
    /// The states they entered.
    Path,
    /// The records of fare and payment.
    Records,
    /// What the gateway holds, captured and refunded.
    Gateway,
    /// The customer's balance.
    Balance,
    /// Which queue got which notice.
    Queue,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it is about.
    pub column: Column,
    /// What had to be.
    pub expected: String,
    /// What was found, with whatever is odd about it.
    pub found: String,
    /// Whether the two agree.
    pub as_expected: bool,
}

impl Cell {
    /// A cell that is right if both texts are the same.
    #[must_use]
    pub fn same(column: Column, expected: String, found: String) -> Self {
        Self { column, as_expected: expected == found, expected, found }
    }
}

/// The verdict on one scenario.
#[derive(Clone, Debug)]
pub struct Row {
    /// The scenario's name.
    pub name: &'static str,
    /// The scenario's sentence.
    pub sentence: &'static str,
    /// The fare it was about.
    pub fare_id: String,
    /// One cell per column, in the order of [`Column`].
    pub cells: Vec<Cell>,
    /// What was observed, where anything could be.
    pub observed: Option<Observed>,
}

impl Row {
    /// Whether every cell is right.
    #[must_use]
    pub fn as_expected(&self) -> bool {
        self.cells.iter().all(|cell| cell.as_expected)
    }
}

/// Judges one scenario. Where nothing could be observed every cell is wrong, and the first says why.
#[must_use]
pub fn judge(scenario: &Scenario, ids: &Ids, observed: Result<Observed, Error>) -> Row {
    let row = |cells, observed| Row {
        name: scenario.name,
        sentence: scenario.sentence,
        fare_id: ids.fare.clone(),
        cells,
        observed,
    };
    match observed {
        Ok(observed) => row(cells::all(scenario, ids, &observed), Some(observed)),
        Err(error) => row(cells::unobserved(scenario, &error.in_full()), None),
    }
}
