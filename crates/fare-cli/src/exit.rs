//! How `fare` ends.

use std::process::ExitCode;

use fare_cli::Error;
use reconciliation::ReconcileError;

/// An exit status with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything is as expected.
    AsExpected,
    /// Something differs from what is expected.
    Differs,
    /// A learner's machine does not do yet what a step asks.
    NotYet,
    /// Wrong usage, or something is missing or does not start.
    Problem,
    /// AWS, the engine or the gateway cannot be reached, or fails.
    Unreachable,
    /// There is no such stack.
    NoStack,
    /// There is no such fare.
    NoFare,
    /// The input is refused: not readable, not a fare, or with card data.
    InputRefused,
    /// Another fare stands under this id.
    NameTaken,
    /// There are no credentials, or AWS does not allow this with them.
    NotAllowed,
    /// Interrupted by the user.
    Interrupted,
    /// The status of a command that was run.
    OfCommand(u8),
}

impl Exit {
    fn status(self) -> u8 {
        match self {
            Self::AsExpected => 0,
            Self::Differs | Self::NotYet => 1,
            Self::Problem => 2,
            Self::Unreachable => 3,
            Self::NoStack => 4,
            Self::NoFare => 5,
            Self::InputRefused => 6,
            Self::NameTaken => 7,
            Self::NotAllowed => 8,
            Self::Interrupted => 130,
            Self::OfCommand(status) => status,
        }
    }

    /// The same, or a problem where this is a success.
    pub(crate) fn or_problem(self) -> Self {
        if self.status() == 0 { Self::Problem } else { self }
    }

    /// Whether the logs of the run are worth keeping.
    pub(crate) fn keeps_logs(self) -> bool {
        match self {
            Self::AsExpected | Self::NotYet | Self::Interrupted => false,
            Self::Differs
            | Self::Problem
            | Self::Unreachable
            | Self::NoStack
            | Self::NoFare
            | Self::InputRefused
            | Self::NameTaken
            | Self::NotAllowed => true,
            Self::OfCommand(status) => status != 0,
        }
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::NoStack { .. } => Self::NoStack,
            Error::NoFare | Error::NoRecovery { .. } => Self::NoFare,
            Error::NoStateMachine
            | Error::DefinitionRefused { .. }
            | Error::DefinitionNotJson { .. }
            | Error::DefinitionUnfinished { .. }
            | Error::NotAFare { .. }
            | Error::InputNotRead { .. }
            | Error::InputNotJson { .. }
            | Error::InputRefused { .. } => Self::InputRefused,
            Error::NameTaken { .. } => Self::NameTaken,
            Error::NoCredentials { .. } | Error::NotAllowed { .. } => Self::NotAllowed,
            Error::NotReconciled { source: ReconcileError::Spill(_) } => Self::Problem,
            Error::Malformed { .. } => Self::Differs,
            Error::NoRegion
            | Error::EndpointUrl
            | Error::NoAnswer { .. }
            | Error::NotAws { .. }
            | Error::Aws { .. }
            | Error::Gateway { .. }
            | Error::GatewayView { .. }
            | Error::NotReconciled { .. }
            | Error::NoEngine { .. }
            | Error::EngineLacks { .. } => Self::Unreachable,
            Error::ToolMissing { .. }
            | Error::NotBuilt { .. }
            | Error::NoProject { .. }
            | Error::File { .. }
            | Error::NotStarted { .. }
            | Error::EndedEarly { .. }
            | Error::NotReady { .. }
            | Error::ConsoleNotOpened { .. }
            | Error::ResultNotWritten { .. }
            | Error::DeployFailed { .. }
            | Error::SettingMissing { .. }
            | Error::OutputMissing { .. }
            | Error::NotAnEngine { .. }
            | Error::StackLeft { .. }
            | Error::GatewayUrl { .. }
            | Error::NotOutputs { .. }
            | Error::OutputsOfOthers { .. }
            | Error::Unconfirmed { .. }
            | Error::SamConfig { .. }
            | Error::NoStackNamed
            | Error::NoGatewayView
            | Error::NobodyToAsk
            | Error::NoStateDirectory
            | Error::StillRunning { .. }
            | Error::Picture { .. }
            | Error::PictureOnTerminal
            | Error::Json { .. } => Self::Problem,
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
        let all = [
            Exit::AsExpected,
            Exit::Differs,
            Exit::NotYet,
            Exit::Problem,
            Exit::Unreachable,
            Exit::NoStack,
            Exit::NoFare,
            Exit::InputRefused,
            Exit::NameTaken,
            Exit::NotAllowed,
            Exit::Interrupted,
            Exit::OfCommand(77),
        ];
        assert_eq!(all.map(Exit::status), [0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 130, 77]);
    }

    #[test]
    fn a_problem_afterwards_hides_a_success_and_no_failure() {
        assert_eq!(Exit::OfCommand(0).or_problem(), Exit::Problem);
        assert_eq!(Exit::AsExpected.or_problem(), Exit::Problem);
        assert_eq!(Exit::OfCommand(7).or_problem(), Exit::OfCommand(7));
        assert_eq!(Exit::Interrupted.or_problem(), Exit::Interrupted);
    }

    #[test]
    fn logs_are_kept_when_something_went_wrong_and_not_when_the_user_had_enough() {
        assert!(Exit::Differs.keeps_logs() && Exit::Problem.keeps_logs() && Exit::OfCommand(1).keeps_logs());
        assert!(!Exit::AsExpected.keeps_logs() && !Exit::Interrupted.keeps_logs() && !Exit::OfCommand(0).keeps_logs());
    }
}
