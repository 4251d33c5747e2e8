//! How `saga-chaos` ends.

use std::process::ExitCode;

/// An exit status with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Every invariant holds.
    Holds,
    /// An invariant is violated.
    Violated,
    /// Wrong usage, or something is missing or does not start.
    Problem,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    fn status(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::Problem => 2,
            Self::Interrupted => 130,
        }
    }

    /// Whether logs and evidence are worth keeping.
    pub(crate) fn keeps_logs(self) -> bool {
        match self {
            Self::Holds | Self::Interrupted => false,
            Self::Violated | Self::Problem => true,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_the_status_that_the_help_promises() {
        assert_eq!([Exit::Holds, Exit::Violated, Exit::Problem, Exit::Interrupted].map(Exit::status), [0, 1, 2, 130]);
    }
}
