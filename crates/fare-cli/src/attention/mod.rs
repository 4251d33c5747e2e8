//! The queue of fares that recovery could not settle: what waits in it, and who has taken what.
//!
//! A message that is taken stays in the queue and is shown to nobody until its time is up. What deletes it is a receipt
//! that only its taker has, and keeps in [`Receipts`] until then.

mod message;
mod queue;
mod receipts;

pub use message::Message;
pub use queue::{AttentionQueue, LONGEST, Waiting};
pub use receipts::{Receipt, Receipts};
