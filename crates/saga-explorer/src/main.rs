//! `saga-explorer`: every schedule of faults, up to a bound, on the deployed state machines and the real handlers.

mod command;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A third of a search is making and dropping small values, with which this allocator is quicker.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    command::run()
}
