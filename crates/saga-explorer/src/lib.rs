//! Tries every schedule of faults, up to a bound, on the deployed state machines and the real handlers.

pub mod asl;
pub mod catalogue;
mod definitions;
mod faults;
mod fingerprint;
mod invariants;
mod journal;
pub mod mutants;
mod replay;
mod run;
mod scenario;
mod schedule;
mod search;
mod violation;
mod witness;
mod world;

pub use definitions::{Sources, UnusableDefinition};
pub use faults::{Fault, Reach, Site, Strike, kinds};
pub use fingerprint::fingerprint;
pub use invariants::Outcome;
pub use journal::Line;
pub use replay::{DoesNotFit, Replay, replay};
pub use run::Machines;
pub use scenario::{Scenario, Twin, Waits};
pub use schedule::{NotASchedule, Schedule};
pub use search::{Counterexample, Findings, Limits, Piece, Search};
pub use violation::Violation;
pub use world::{Function, Operation, Quirk, StoreOperation};
