//! It bites: design errors, each seeded by itself, that the explorer has to find.
//!
//! They are seeded in three ways. A [`Seed::Definition`] edits a state machine in memory, a [`Seed::Twin`] lets a store or
//! the gateway leave out a promise, and a [`Seed::Source`] patches the handlers' source in a scratch copy. No production
//! code has a switch for any of them. A seed that no longer fits is an error, and so is a definition that the interpreter
//! refuses or a patch that does not compile: none of these counts as found.

mod definition;
mod hunt;
mod scratch;
mod source;
mod twin;

#[cfg(test)]
mod tests;

pub use definition::{Definitions, Edit};
pub use hunt::{Found, Verdict, hunt};
pub use scratch::{Scratch, ScratchError};
pub use source::{Patch, PatchDoesNotFit};

use crate::world::Quirk;

/// A design error.
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    /// What it is called.
    pub name: &'static str,
    /// What is wrong, in a sentence.
    pub wrong: &'static str,
    /// How it is seeded.
    pub seed: Seed,
}

/// How a design error is seeded.
#[derive(Clone, Copy, Debug)]
pub enum Seed {
    /// An edit of a state machine in memory.
    Definition(Edit),
    /// A twin of a store, or the gateway, that leaves out a promise.
    Twin(Quirk),
    /// Patches of the source, applied to a scratch copy.
    Source(&'static [Patch]),
}

impl Seed {
    /// The way of seeding, in a word or two.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Definition(_) => "state machine",
            Self::Twin(_) => "twin",
            Self::Source(_) => "source",
        }
    }
}

/// Every mutant. Those that are seeded in the source come last, crate by crate, so that little is compiled again.
#[must_use]
pub fn all() -> Vec<Mutant> {
    definition::ALL.into_iter().flatten().chain(twin::ALL).chain(source::ALL.into_iter().flatten()).copied().collect()
}
