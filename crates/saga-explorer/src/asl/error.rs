//! Why a definition is refused.

/// A definition that is not run, and the place that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}field {field}: {problem}", .state.as_ref().map(|state| format!("state {state}: ")).unwrap_or_default())]
pub struct DefinitionError {
    /// The state, unless the fault lies outside of the states.
    pub state: Option<String>,
    /// The field, from the state (or the definition) on: `Retry[1].ErrorEquals`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field of a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The definition is not JSON, or an object in it has the same key twice.
    #[error("cannot be read as JSON: {0}")]
    NotJson(String),
    /// The field is not among those that are implemented for this place.
    #[error("is not supported here")]
    Unknown,
    /// The field must be there.
    #[error("is missing")]
    Missing,
    /// The value is not of the right form.
    #[error("must be {0}")]
    Malformed(&'static str),
    /// The value is a name (a state type, resource, path, intrinsic, error) that is not implemented.
    #[error("does not support {0:?}")]
    Unsupported(String),
    /// `${…}` without a value given for it.
    #[error("uses the substitution {0:?}, which has no value")]
    UnknownSubstitution(String),
    /// A target that is no state.
    #[error("names the state {0:?}, which does not exist")]
    UnknownState(String),
    /// No way leads from `StartAt` to the state.
    #[error("cannot be reached from StartAt")]
    Unreachable,
    /// A circle of states none of which waits for anything.
    #[error("leads back to the state without a Task in between")]
    EndlessCircle,
    /// Two fields that exclude each other.
    #[error("cannot stand beside {0}")]
    Conflict(&'static str),
    /// `States.ALL` beside other names or before another element.
    #[error("has States.ALL not alone or not last")]
    WildcardNotLast,
    /// An error name that an earlier element of the list already takes.
    #[error("repeats the error name {0:?}")]
    RepeatedError(String),
}
