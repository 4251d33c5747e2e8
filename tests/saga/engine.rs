//! What the engines do differently, as far as a test can tell: all of it is here, each with its reason. Whatever is not here,
//! they do alike.

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
}

impl Need {
    /// Why this engine does not have it; `None` where it does.
    pub(crate) fn lacking(self, engine: &Engine) -> Option<&'static str> {
        use Need::{FullHistory, FunctionUrlAtEngine, IdempotentStart, ScaledWaits, StrictPaths, TopLevelTimeout};
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
            (Engine::Ministack { .. }, ScaledWaits | FunctionUrlAtEngine)
            | (Engine::LocalStack { .. }, FunctionUrlAtEngine)
            | (
                Engine::LocalStack { .. } | Engine::Other,
                IdempotentStart | FullHistory | TopLevelTimeout | StrictPaths,
            ) => None,
        }
    }
}

/// Whether the history of an execution that was stopped between two events can be unreadable. LocalStack goes on to write
/// the event that it is at, without what it would have computed for it: `timeoutInSeconds` is `{}` there.
pub(crate) fn stops_garble_history(engine: &Engine) -> bool {
    matches!(engine, Engine::LocalStack { .. })
}

/// Whether an execution can be stopped before its first task. ministack waits a moment before it begins; elsewhere nobody is
/// quick enough, and recovery is only given the event of one that was stopped there.
pub(crate) fn waits_before_it_begins(engine: &Engine) -> bool {
    matches!(engine, Engine::Ministack { .. })
}

/// Whether a Catch of `States.ALL` catches `States.Runtime`, the error of a path that leads nowhere. On AWS nothing does: the
/// execution fails, and recovery takes over (Step Functions Developer Guide, "Handling errors in Step Functions workflows").
pub(crate) fn catches_runtime_errors(engine: &Engine) -> bool {
    matches!(engine, Engine::LocalStack { .. })
}
