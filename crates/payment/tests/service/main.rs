//! The service over its store's twin in memory and the gateway simulator in process, on a clock that tests move.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod adversity;
mod charging;
mod generations;

mod refunding;
mod time;
mod writes;

#[allow(dead_code, reason = "the contract's sequences use the rest")]
mod world;
