//! `fare lab`.

use std::path::PathBuf;

use clap::Args;

use super::Place;

pub(super) const HELP: &str = "\
Tries a state machine on a stack of its own on this machine, as a step of docs/lab asks: deploys it beside the finished
one, with the same functions, does the experiments of that step and of those before it, reads what became of each from
tables, queues and gateway, and says in words what is missing. Leaves no process behind.

A definition may name functions as the template does (${ChargeFareFunctionArn}) or as an account does, so that one that
was exported from Workflow Studio can be tried as it is.

Needs what `make setup` and `make build` make; `make lab-check STEP=4` does all three.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare lab --step 4                          statemachine/start-here.asl.json, which is yours to change
  fare lab --step 4 --asl mine.asl.json      another definition
  fare lab --all                             every step's solution, which must pass its own step and fail the next one";

#[derive(Debug, Args)]
pub(crate) struct Lab {
    /// The step to try
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9), required_unless_present = "all")]
    pub(crate) step: Option<u8>,
    /// The definition to try [default: statemachine/start-here.asl.json]
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    pub(crate) asl: Option<PathBuf>,
    /// Try every step's solution instead, on its own step and on the next
    #[arg(long, conflicts_with = "step")]
    pub(crate) all: bool,
    /// How long one execution may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) time_limit: u64,
    #[command(flatten)]
    pub(crate) place: Place,
}
