//! Patches of the handlers' source.

mod payment;
mod services;

use super::Mutant;

pub(super) const ALL: [&[Mutant]; 2] = [payment::ALL, services::ALL];

/// A replacement in a file of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The file, from the project's directory.
    pub file: &'static str,
    /// What stands there, exactly once.
    pub old: &'static str,
    /// What stands there in the mutant.
    pub new: &'static str,
}

/// What is to be replaced does not stand there exactly once: the source has changed, and the mutant has to follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in {file} this stands {times} times instead of once: {old}")]
pub struct PatchDoesNotFit {
    file: &'static str,
    old: &'static str,
    times: usize,
}

impl Patch {
    /// The file's text with the replacement.
    ///
    /// # Errors
    /// [`PatchDoesNotFit`].
    pub fn apply(&self, text: &str) -> Result<String, PatchDoesNotFit> {
        match text.matches(self.old).count() {
            1 => Ok(text.replacen(self.old, self.new, 1)),
            times => Err(PatchDoesNotFit { file: self.file, old: self.old, times }),
        }
    }
}
