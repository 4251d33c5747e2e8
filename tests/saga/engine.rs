//! What the engines do differently, as far as a test can tell: all of it is here, each with its reason. Whatever is not here,
//! they do alike.

use fare_cli::engine::Engine;

/// Something that a test needs of the engine it runs on, and that not every engine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Days of retries pass in seconds.
    ScaledWaits,
    /// A function's URL can be used elsewhere in the template that makes the function.
    FunctionUrlInTemplate,
    /// A name may be started again with the same input while its execution runs, and that is the same execution.
    IdempotentStart,
    /// The history has every event, and each says which one came before it.
    FullHistory,
}

impl Need {
    /// Why this engine does not have it; `None` where it does.
    pub(crate) fn lacking(self, engine: &Engine) -> Option<&'static str> {
        use Need::{FullHistory, FunctionUrlInTemplate, IdempotentStart, ScaledWaits};
        match (engine, self) {
            (Engine::Ministack { .. }, ScaledWaits | FunctionUrlInTemplate) => None,
            (Engine::Ministack { .. }, IdempotentStart) => {
                Some("ministack refuses a name that runs already, also with the same input")
            }
            (Engine::Ministack { .. }, FullHistory) => {
                Some("the detail of a history is not what ministack is to be trusted for")
            }
            (Engine::LocalStack { .. } | Engine::Other, ScaledWaits) => {
                Some("61 attempts take a day here: waits last as long as the definition says")
            }
            (Engine::LocalStack { .. }, FunctionUrlInTemplate) => Some(
                "LocalStack looks for what SAM makes of a function's URL before SAM has made it, and refuses the template",
            ),
            (Engine::LocalStack { .. }, IdempotentStart | FullHistory) => None,
            (Engine::Other, FunctionUrlInTemplate) => {
                Some("a second stack is only deployed beside the first on an engine that the run may fill")
            }
            (Engine::Other, IdempotentStart | FullHistory) => None,
        }
    }
}

/// Whether the history of an execution that was stopped between two events can be unreadable. LocalStack goes on to write
/// the event that it is at, without what it would have computed for it: `timeoutInSeconds` is `{}` there.
pub(crate) fn stops_garble_history(engine: &Engine) -> bool {
    matches!(engine, Engine::LocalStack { .. })
}
