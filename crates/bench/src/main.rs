//! `bench`: starts the functions' own binaries under a stand-in for Lambda's runtime API and measures how soon they are
//! ready, how fast they answer and how large they are, beside a function that does nothing, the same DynamoDB request sent
//! raw, and Python with boto3.
//!
//! Everything runs on this one thread, stand-ins included: a measured program has the other cores to itself, and no time
//! passes between threads. What is compared is measured in turns, so that the machine's noise meets all alike.

mod artefact;
mod bench;
mod cli;
mod endpoint;
mod error;
mod exit;
mod fare;
mod gateway;
mod goals;
mod interrupt;
mod measure;
mod proc_text;
mod progress;
mod report;
mod running;
mod runtime_api;
mod server;
mod statistics;
mod subjects;
mod workload;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;
use crate::progress::problem;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            problem(&format!("cannot start: {error}"));
            return Exit::Problem.into();
        }
    };
    runtime.block_on(bench::run(&arguments)).into()
}
