//! Drives and observes the fare-collection saga: the library under the `fare` command-line tool and under the black-box
//! tests.
//!
//! Two halves. The first needs only a deployed stack, wherever it runs: [`Stack`] finds it, [`execution`] starts and
//! follows executions, [`observe`] reads what is true afterwards from tables, queues and the gateway's own log, never
//! from what a function claims. The second, [`local`], puts such a stack on this machine and takes it away again.

mod amount;
pub mod attention;
mod books;
mod cards;
mod clients;
pub mod console;
pub mod dossier;
pub mod engine;
mod error;
pub mod execution;
pub mod fares;
pub mod graph;
pub mod lab;
pub mod load;
pub mod local;
pub mod observe;
mod png;
pub mod repairs;
pub mod report;
mod samconfig;
pub mod scenarios;
mod stack;

pub use amount::display_amount;
pub use books::books;
pub use cards::holds_card_number;
pub use clients::Clients;
pub use error::{Error, Result};
pub use samconfig::stack_name;
pub use stack::{Stack, StackOutputs, setting};
