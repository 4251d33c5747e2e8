//! Stripe's client library for Rust, pointed at the server binary. It knows nothing of the simulator: each object that
//! it accepts here has the shape that its types, generated from Stripe's OpenAPI description, ask for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod authorise;
mod idempotency;
mod queries;
mod refunds;
mod retries;
mod settle;
mod simulator;
