//! What the state machines' definitions and the template promise, checked in their files. Needs no engine.

mod answers;
mod calls;
mod error_page;
mod errors;
mod gateway;
mod grants;
mod handling;
mod happy;
mod machine;
mod observation;
mod order;
mod paths;
mod recovery;
mod recovery_stack;
mod release;
mod structure;
mod substitutions;
mod template;
mod timeouts;
