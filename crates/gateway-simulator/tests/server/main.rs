//! The server binary, started on a free port and spoken to over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod access;
mod clock;
mod deliveries;
mod lifecycle;
mod process;
