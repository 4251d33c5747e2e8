//! What the state machines' definitions and the template promise, checked in their files. Needs no engine.

mod errors;
mod gateway;
mod machine;
mod order;
mod paths;
mod recovery;
mod recovery_stack;
mod structure;
mod substitutions;
mod template;
mod timeouts;
