//! The [gateway simulator](gateway_simulator) as a Lambda function behind a function URL, for stacks that are deployed
//! without a Stripe key.
//!
//! Lambda runs as many instances of a function as there are requests at a time, and ends them as it likes; they must be
//! one gateway all the same. The gateway's core is deterministic: the same requests at the same times make the same
//! state. So its state is kept as a [`journal`] of the requests that change it:
//!
//! * An instance holds the gateway in memory, and before each request replays what others have written since.
//! * A request is appended at the next position by a conditional put, and only then executed. If another instance was
//!   quicker, its entry is replayed first. Thus no two instances execute one idempotency key, and of a capture and a void
//!   at once one comes first.
//! * If the put's answer is lost, the request may take effect, and the client is told so by a 500. The instance finds out
//!   by reading the journal, and a client that repeats the request gets the answer that was kept for it.
//! * What [must not be written down](gateway_simulator::Request::for_journal), keys and card data above all, is not, and a
//!   request that is not let in reads and writes nothing.
//!
//! # Limits
//!
//! * A new instance replays the whole journal before its first answer: 10,000 entries are 6 MB to read, 0.4 s of a whole
//!   processor and 120 MB of memory, most of it for answers that are forgotten after a day. To be rid of a journal, delete
//!   the table's items while nobody uses the gateway; ids are not issued again.
//! * All requests are one sequence, each with a read and a write of the table: instances take turns, and a request that
//!   lost ten of them is turned away with a 503, without effect.
//! * A journal is replayed by the rules of the simulator that reads it. Where a new version has other rules, the past may
//!   come out otherwise; delete the items.
//! * Lambda has no connection to close. Answers that are to be lost or cut off become function errors, for which the
//!   function URL answers 502. Answers that are to come byte by byte come in one piece at the end.

mod desk;
mod front;
pub mod journal;
mod key;
mod replay;

pub use desk::JournalledDesk;
pub use front::{Front, NoResponse};
pub use key::{KeySource, KeyUnavailable, SecretsManagerKey};
