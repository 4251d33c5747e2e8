//! The command-line tool.

mod cli;
mod deep;
mod explore;
mod mutants;
mod progress;
mod replay;
mod report;

use std::process::ExitCode;

use clap::Parser;

use cli::{Arguments, Command};

/// An invariant was broken, or a mutant survived.
const VIOLATED: u8 = 1;
/// Wrong usage, or something cannot be read.
const PROBLEM: u8 = 2;

/// Whoever read the output has gone, as `head` does: then there is nobody to complain to.
fn has_nobody_to_read(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Carries out what the command line asks for.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Command::Explore(options) => explore::run(&arguments, options),
        Command::Deep(options) => deep::run(&arguments, options),
        Command::Replay { schedule } => replay::run(&arguments, schedule),
        Command::Mutants(options) => mutants::run(&arguments, options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(VIOLATED),
        Err(error) => {
            if !has_nobody_to_read(&error) {
                report::problem(&error);
            }
            ExitCode::from(PROBLEM)
        }
    }
}
