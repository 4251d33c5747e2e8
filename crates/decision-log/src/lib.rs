//! What the services say about their work: one line for every decision of money, one line for every invocation, and the
//! metrics that follow from both.
//!
//! Lines go through `tracing` and metrics through `metrics`, so that nothing here or in the services knows where either
//! ends up. Whoever sets up neither, such as the explorer, pays next to nothing.
//!
//! No line holds a payload: only ids, amounts, and names that this system chose or the gateway's ids.

mod decision;
mod invocation;
mod measure;

pub use decision::{Decision, decided, decided_failed};
pub use invocation::{interrupted, logged, turned_away};
pub use measure::{Metric, describe, gateway_answered, oldest_undecided, recovering, unknown_resolved};
