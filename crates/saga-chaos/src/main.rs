//! `saga-chaos`: collects hundreds of fares on this machine while the gateway misbehaves, function processes are killed and
//! executions are stopped, then lets everything come to rest and checks what became of each fare.

mod chaos;
mod check;
mod cli;
mod disturb;
mod exit;
mod gateway;
mod plan;
mod play;
mod progress;
mod read;
mod report;
mod session;
mod settle;
mod snapshot;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            session::problem(&format!("cannot start: {error}"));
            return Exit::Problem.into();
        }
    };
    runtime.block_on(chaos::run(&arguments)).into()
}
