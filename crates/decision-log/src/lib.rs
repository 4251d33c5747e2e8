//! What the services say about their work: one line for every decision of money, one line for every invocation, and the
//! metrics that follow from both.
//!
//! Lines go through `tracing` and metrics through `metrics`, so that nothing here or in the services knows where either
//! ends up. Whoever sets up neither, such as the explorer, pays next to nothing.
//!
//! No line holds a payload: only ids, amounts, names that this system or the gateway chose, and the sentences of errors,
//! which repeat nothing that was refused.
//!
//! A decision is said once, by whoever made it, after the write that it rests on. Where that write's answer is lost or the
//! process ends right then, it is not said: records and gateway are the truth, and this their commentary.

mod decision;
mod invocation;
mod measure;

pub use decision::{Decision, decided, decided_failed};
pub use invocation::{failed, interrupted, logged, say_done_later, say_what_is_done, turned_away};
pub use measure::{Metric, describe, disagreements, gateway_answered, oldest_undecided, recovering, unknown_resolved};
