//! A state machine as a graph.

/// The states of a machine and the ways between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// What the definition says of itself.
    pub comment: Option<String>,
    /// Which state is entered first; `None` where the definition does not say.
    pub start: Option<usize>,
    /// Every state that is defined, or that another one leads to: first those that can be reached, in the order in which
    /// they can, then the rest by name.
    pub states: Vec<State>,
    /// Every way from one state to another, in the order in which the definition gives them.
    pub edges: Vec<Edge>,
    /// What is unfinished about the definition, a sentence each.
    pub flaws: Vec<String>,
}

/// One state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: StateKind,
    /// What its task calls, `lambda invoke` for example.
    pub calls: Option<String>,
}

/// What a state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// Calls something.
    Task,
    /// Chooses where to go on.
    Choice,
    /// Makes data.
    Pass,
    /// Waits.
    Wait,
    /// Runs branches side by side, which are not drawn.
    Parallel,
    /// Runs its inner machine for every item, which is not drawn.
    Map,
    /// Ends the execution well.
    Succeed,
    /// Ends the execution badly.
    Fail,
    /// Has a type that is none, or has no type at all.
    Untyped,
    /// Is led to and not defined.
    Missing,
}

impl StateKind {
    /// The kind in a word or two.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Choice => "choice",
            Self::Pass => "pass",
            Self::Wait => "wait",
            Self::Parallel => "parallel",
            Self::Map => "map",
            Self::Succeed => "succeeds",
            Self::Fail => "fails",
            Self::Untyped => "of no known type",
            Self::Missing => "not defined",
        }
    }

    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("Task") => Self::Task,
            Some("Choice") => Self::Choice,
            Some("Pass") => Self::Pass,
            Some("Wait") => Self::Wait,
            Some("Parallel") => Self::Parallel,
            Some("Map") => Self::Map,
            Some("Succeed") => Self::Succeed,
            Some("Fail") => Self::Fail,
            Some(_) | None => Self::Untyped,
        }
    }
}

/// A way from one state to another. Both are positions in [`Graph::states`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// When it is taken.
    pub kind: EdgeKind,
}

/// When a way is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// When the state has done its work.
    Next,
    /// When this condition holds.
    Choice(String),
    /// When no condition holds.
    Default,
    /// When one of these errors is left after all retries.
    Catch(Vec<String>),
}

impl EdgeKind {
    /// Whether it is taken because of an error.
    #[must_use]
    pub fn is_catch(&self) -> bool {
        matches!(self, Self::Catch(_))
    }
}

impl Graph {
    /// The state of that name, as a position in [`Graph::states`].
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }

    /// The ways out of a state.
    pub fn ways_out(&self, state: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.from == state)
    }
}
