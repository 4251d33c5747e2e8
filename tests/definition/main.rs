//! What the state machine's definition and the template promise, checked in their files. Needs no engine.

mod errors;
mod gateway;
mod machine;
mod order;
mod structure;
mod timeouts;
