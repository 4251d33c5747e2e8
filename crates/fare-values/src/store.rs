//! How the services' stores answer.

/// The store did not answer, or not in a way that can be read. A write may have happened; sending it again is safe,
/// because every write is conditional.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the table gave no usable answer: {reason}")]
pub struct StoreUnavailable {
    /// What the client saw, without any value of a record.
    pub reason: String,
}

impl StoreUnavailable {
    /// A store that failed in the way that `reason` tells.
    #[must_use]
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// The answer to a conditional write.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Conditional<T> {
    /// The condition held; this is the record as it stands after the write.
    Written(T),
    /// The condition did not hold and nothing was written; this is the record that stands, if there is one.
    Refused(Option<T>),
}

impl<T> Conditional<T> {
    /// The same answer about another form of the record.
    ///
    /// # Errors
    /// Whatever `read` finds wrong with the record.
    pub fn try_map<U, E>(self, read: impl FnOnce(T) -> Result<U, E>) -> Result<Conditional<U>, E> {
        Ok(match self {
            Self::Written(record) => Conditional::Written(read(record)?),
            Self::Refused(record) => Conditional::Refused(record.map(read).transpose()?),
        })
    }
}
