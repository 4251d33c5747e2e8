//! What is told in the end.

mod json;
mod lines;
mod table;

use crate::fare::FareCalls;
use crate::goals::{Goal, Summary};
use crate::measure::Measured;

/// All there is to tell.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Report {
    /// How often each program was started.
    pub(crate) starts: u32,
    /// How many warm events each was given.
    pub(crate) invocations: u32,
    /// Whether AWS was spoken to over TLS.
    pub(crate) tls: bool,
    pub(crate) programs: Vec<Measured>,
    pub(crate) fare: FareCalls,
    pub(crate) goals: Vec<Goal>,
    pub(crate) functions: Vec<Summary>,
}

impl Report {
    /// Whether every goal is reached.
    pub(crate) fn is_good(&self) -> bool {
        self.goals.iter().all(|goal| goal.is_reached)
    }
}

pub(crate) use json::to_json;
pub(crate) use lines::{doubt, lines, missed};
pub(crate) use table::to_table;
