//! How `bench` ends.

use std::process::ExitCode;

/// An exit status with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was measured, and every goal is reached where that was asked for.
    Measured,
    /// A goal is missed, and `--check` was given.
    Missed,
    /// Wrong usage, or something is missing, does not start or answers wrongly.
    Problem,
    /// Interrupted by the user.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Measured => 0,
            Exit::Missed => 1,
            Exit::Problem => 2,
            Exit::Interrupted => 130,
        })
    }
}
