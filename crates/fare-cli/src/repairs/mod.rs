//! Repairs of one fare: what stands, what would be done about it, and doing it.
//!
//! Each repair first makes up a [`Case`], judges it, and only then acts. The judging is plain logic over the case, so that
//! what is said before and what is done after cannot differ.

mod case;
mod recovering;
mod recovery;
mod redrive;
mod undo;

pub use case::{Case, case};
pub use recovering::{start, under_way};
pub use recovery::{LeftAlone, Plan, judge_recovery};
pub use redrive::{Redrive, judge_redrive, redrive};
