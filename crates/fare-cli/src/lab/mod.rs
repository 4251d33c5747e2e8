//! The lab: whether a learner's own state machine does what a step of `docs/lab` asks of it, and in words what is missing.
//!
//! A definition is read and found whole ([`Machine::read`]), deployed to a local engine beside the finished one, and given
//! the experiments of its step and of all steps before. What became of each is read from tables, gateway and queues, and
//! compared with what the step promises.

mod check;
mod deploy;
mod expect;
mod experiments;
mod machine;
mod names;
mod observed;
mod reasons;
mod rules;
mod steps;

pub use check::{Checked, Finding, check, experiments_of};
pub use machine::Machine;
pub use steps::{STEPS, Step, step};
