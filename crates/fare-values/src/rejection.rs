//! Why an execution input is turned away.

use crate::{WireError, WireErrorName};

/// An input that is refused before it has any effect. Names the field at fault and never repeats its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A field is missing, unknown, or holds something that it may not hold.
    #[error("`{field}` {problem}")]
    InvalidFare {
        /// The path of the field, as in `fareAmount.currency`.
        field: String,
        /// What is wrong with it, as the rest of a sentence.
        problem: String,
    },
    /// The input carries card data, which this system refuses to see (design, section 2).
    #[error(
        "`{field}` holds card data, which is not accepted: send a payment method token of the gateway (`pm_…`) instead"
    )]
    CardDataNotAccepted {
        /// The path of the field.
        field: String,
    },
}

impl Rejection {
    /// An [`Rejection::InvalidFare`] for `field`, whose `problem` reads as the rest of the sentence.
    #[must_use]
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::InvalidFare { field: field.into(), problem: problem.into() }
    }
}

impl From<Rejection> for WireError {
    fn from(rejection: Rejection) -> Self {
        let name = match rejection {
            Rejection::InvalidFare { .. } => WireErrorName::InvalidFare,
            Rejection::CardDataNotAccepted { .. } => WireErrorName::CardDataNotAccepted,
        };
        WireError::new(name, rejection.to_string())
    }
}
