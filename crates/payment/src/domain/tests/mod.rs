//! The rules of a payment's life, against the simulator's own logic in process.

mod charging;
mod refunding;
mod world;
