//! What must not happen, when it does.

use std::fmt;

/// What stands in the place of an invariant where the explorer itself is wrong.
const MISTAKE: &str = "explorer";

/// An invariant that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Its name in the design, section 6.
    pub invariant: &'static str,
    /// What was found.
    pub finding: String,
}

impl Violation {
    pub(crate) fn new(invariant: &'static str, finding: impl Into<String>) -> Self {
        Self { invariant, finding: finding.into() }
    }

    /// Something that says nothing of the system, and of the explorer that it is wrong.
    pub(crate) fn mistake(finding: impl Into<String>) -> Self {
        Self::new(MISTAKE, finding)
    }

    /// Whether this is such a [`mistake`](Self::mistake).
    pub(crate) fn is_mistake(&self) -> bool {
        self.invariant == MISTAKE
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.invariant, self.finding)
    }
}
