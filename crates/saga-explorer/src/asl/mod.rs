//! Amazon States Language, as far as the deployed definitions use it: exact where it is implemented, and refused at parse time
//! where it is not.
//!
//! The interpreter is pure, synchronous and deterministic. It has no clock: an [`Execution`] says what it waits for
//! ([`Execution::need`]) and is told how that went. Sources of the rules are the Amazon States Language specification
//! ("ASL specification" below, states-language.net) and the AWS Step Functions Developer Guide ("guide") and API Reference;
//! where they differ, the guide wins, because it describes the service that runs the definitions.

mod definition;
mod error;
mod event;
mod execution;
mod identity;
mod limit;
mod need;
mod path;
mod payload;
mod retry;
mod template;

#[cfg(test)]
mod tests;

pub use definition::{Definition, StateType};
pub use error::{DefinitionError, Problem};
pub use event::ErrorDetail;
pub use execution::{Execution, NotRedrivable, Visit};
pub use identity::Identity;
pub use need::{Backoff, Ending, Failure, Need, ServiceCall, Stop, TaskCall};
pub(crate) use payload::{LONGEST_CAUSE, escaped_bytes};
