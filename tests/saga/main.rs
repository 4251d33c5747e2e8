//! The deployed stack as its users see it: executions are started as the console starts them, and what became of them is
//! read from the tables, the queues and the gateway's log.
//!
//! The stack is found through the environment: `AWS_ENDPOINT_URL`, `FARE_STACK`, `GATEWAY_VIEW_URL`. `make test` and
//! `make test-localstack` provide one; so does `fare local -- cargo test -p integration-tests --test saga`.

mod at_the_end;
mod demonstration;
mod engine;
mod gate;
mod harness;
mod input;
mod interpreter;
mod outcomes;
mod privacy;
mod recovered;
mod recovery;
mod recovery_events;
mod repetition;
mod simulated_gateway;
mod step_functions;
mod stopped;
mod world;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tests = [
        demonstration::TESTS,
        input::TESTS,
        interpreter::TESTS,
        outcomes::TESTS,
        privacy::TESTS,
        recovery::TESTS,
        recovery_events::TESTS,
        repetition::TESTS,
        simulated_gateway::TESTS,
        step_functions::TESTS,
    ];
    harness::run(&arguments, world::engine(), &tests.concat(), at_the_end::TESTS)
}
