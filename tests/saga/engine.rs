//! What the engines do differently, as far as a test can tell: all of it is here, each with its reason. Whatever is not here,
//! they do alike.
//!
//! One difference no test can tell. An execution is stopped at once on ministack, while its task runs on and is tried again
//! if it fails: a zombie, beside which recovery is at work. LocalStack lets the running task end first, does not try it again,
//! and only then calls the execution stopped.

use fare_cli::Error;
use fare_cli::engine::Engine;

/// Something that a test needs of the engine it runs on, and that not every engine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Days of retries pass in seconds.
    ScaledWaits,
    /// A function's URL is also reached at the engine's own address, by its host name in the `Host` header.
    FunctionUrlAtEngine,
    /// A name may be started again with the same input while its execution runs, and that is the same execution.
    IdempotentStart,
    /// The history has every event of every attempt.
    FullHistory,
    /// An execution ends when the time is up that its definition gives it.
    TopLevelTimeout,
    /// A path to a field that is not there is an error.
    StrictPaths,
    /// An execution can be stopped before its first task.
    SlowBeginning,
    /// An execution that has ended badly can go on.
    Redrive,
    /// It cannot, and the engine says so.
    NoRedrive,
}

impl Need {
    /// Why this engine does not have it; `None` where it does.
    pub(crate) fn lacking(self, engine: &Engine) -> Option<&'static str> {
        use Need::{
            FullHistory, FunctionUrlAtEngine, IdempotentStart, NoRedrive, Redrive, ScaledWaits, SlowBeginning,
            StrictPaths, TopLevelTimeout,
        };
        match (engine, self) {
            (Engine::Ministack { .. }, IdempotentStart) => {
                Some("ministack refuses a name that runs already, also with the same input")
            }
            (Engine::Ministack { .. }, FullHistory) => Some("ministack's history does not say that a task was started"),
            (Engine::Ministack { .. }, TopLevelTimeout) => Some("ministack does not end an execution whose time is up"),
            (Engine::Ministack { .. }, StrictPaths) => Some("ministack takes a field that is not there for null"),
            (Engine::LocalStack { .. } | Engine::Other, ScaledWaits) => {
                Some("61 attempts take a day here: waits last as long as the definition says")
            }
            (Engine::Other, FunctionUrlAtEngine) => Some("a function's URL may only be reached at its own address"),
            (Engine::LocalStack { .. } | Engine::Other, SlowBeginning) => {
                Some("nobody is quick enough: only ministack waits a moment before the first state")
            }
            (Engine::Ministack { .. } | Engine::LocalStack { .. }, Redrive) => Some(
                "RedriveExecution is not implemented here: ministack does not know it, LocalStack has not implemented it",
            ),
            (Engine::Other, NoRedrive) => Some("AWS has RedriveExecution"),
            (Engine::Ministack { .. }, ScaledWaits | FunctionUrlAtEngine | SlowBeginning | NoRedrive)
            | (Engine::LocalStack { .. }, FunctionUrlAtEngine | NoRedrive)
            | (Engine::Other, Redrive)
            | (
                Engine::LocalStack { .. } | Engine::Other,
                IdempotentStart | FullHistory | TopLevelTimeout | StrictPaths,
            ) => None,
        }
    }
}

/// Whether this is the history of an execution that was stopped between two events. LocalStack goes on to write the event
/// that it is at, without what it would have computed for it: `timeoutInSeconds` is `{}` there, and no client reads that.
pub(crate) fn is_garbled_by_a_stop(engine: &Engine, error: &Error) -> bool {
    matches!(engine, Engine::LocalStack { .. }) && error.in_full().contains("failed to parse JSON")
}

/// Whether a Catch of `States.ALL` catches `States.Runtime`, the error of a path that leads nowhere. On AWS nothing does: the
/// execution fails, and recovery takes over (Step Functions Developer Guide, "Handling errors in Step Functions workflows").
pub(crate) fn catches_runtime_errors(engine: &Engine) -> bool {
    matches!(engine, Engine::LocalStack { .. })
}
