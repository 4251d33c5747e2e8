//! The deployed stack as its users see it: executions are started as the console starts them, and what became of them is
//! read from the tables, the queues and the gateway's log.
//!
//! The stack is found through the environment: `AWS_ENDPOINT_URL`, `FARE_STACK`, `GATEWAY_VIEW_URL`. `make test` and
//! `make test-localstack` provide one; so does `fare local -- cargo test -p integration-tests --test saga`.

mod altered;
mod at_the_end;
mod command_line;
mod demonstration;
mod engine;
mod gate;
mod harness;
mod input;
mod interpreter;
mod lab;
mod loads;
mod outcomes;
mod pictures;
mod privacy;
mod reconciliation;
mod recovered;
mod recovery;
mod recovery_events;
mod repairs;
mod repetition;
mod simulated_gateway;
mod step_functions;
mod stopped;
mod terminal;
mod tool;
mod world;

use std::process::ExitCode;

use libtest_mimic::Arguments;

use self::harness::Round;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let side_by_side = [
        command_line::TESTS,
        demonstration::TESTS,
        input::TESTS,
        interpreter::TESTS,
        lab::TESTS,
        loads::TESTS,
        outcomes::TESTS,
        pictures::TESTS,
        privacy::TESTS,
        recovery::TESTS,
        recovery_events::TESTS,
        repairs::TESTS,
        repetition::TESTS,
        simulated_gateway::TESTS,
        step_functions::TESTS,
        terminal::TESTS,
    ];
    let rounds = [
        Round { tests: side_by_side.concat(), one_by_one: false },
        Round { tests: [altered::TESTS, repairs::ALONE].concat(), one_by_one: true },
        Round { tests: at_the_end::TESTS.to_vec(), one_by_one: false },
        Round { tests: reconciliation::TESTS.to_vec(), one_by_one: false },
    ];
    harness::run(&arguments, world::engine(), &rounds)
}
