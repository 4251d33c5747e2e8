//! `fare`: runs the fare-collection saga on this machine, drives it and shows what became of it.

mod cli;
mod commands;
mod exit;
mod progress;
mod say;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;

fn main() -> ExitCode {
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        // What is not understood would be repeated.
        Err(error) if fare_cli::holds_card_number(&error.to_string()) => {
            say::problem(
                "the arguments hold card data, which is not accepted: give a payment method token of the gateway",
            );
            return Exit::InputRefused.into();
        }
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say::problem(&format!("cannot start: {error}"));
            return Exit::Problem.into();
        }
    };
    let exit = runtime.block_on(commands::run(arguments.command));
    // A read from a terminal that is still waiting must not hold up the end.
    runtime.shutdown_background();
    exit.into()
}
