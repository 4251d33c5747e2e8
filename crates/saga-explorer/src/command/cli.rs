//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Tries every schedule of faults, up to a bound, on the deployed state machines and the real handlers.
///
/// Exit status: 0 if every invariant holds (or every mutant was found), 1 if not, 2 if something is wrong with the command
/// or with what it reads.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// The project's directory, with `statemachine/` in it.
    #[arg(long, global = true, default_value = ".", value_name = "DIRECTORY")]
    pub(crate) project: PathBuf,
    /// What the result is printed as.
    #[arg(long, global = true, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// How many threads search; 0 for as many as there are processors.
    #[arg(long, global = true, default_value_t = 0, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(..=256))]
    pub(crate) threads: u16,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All schedules with at most two faults, and with at most one where somebody interferes.
    Explore(ExploreOptions),
    /// Schedules with at most three faults, or two where somebody interferes, piece by piece; a later run goes on where this
    /// one ends.
    Deep(DeepOptions),
    /// Runs one schedule and tells what happens.
    Replay {
        /// A schedule as `explore` prints it: SCENARIO:CHOICE=WHAT,…
        schedule: String,
    },
    /// Seeds design errors, and shows that the explorer finds each.
    ///
    /// First it goes through everything without any (the control). Those in the source are compiled in a scratch copy.
    Mutants(MutantOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ExploreOptions {
    /// Explores the scenarios only whose names begin so; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DeepOptions {
    /// Ends after the piece with which so many distinct states are reached; 0 for never.
    #[arg(long, default_value_t = 1_000_000, value_name = "NUMBER")]
    pub(crate) states: u64,
    /// Where it is kept what was done.
    #[arg(long, default_value = "target/explore/deep.json", value_name = "FILE")]
    pub(crate) state_file: PathBuf,
    /// Forgets what was done. So does whatever changes the state machines, the handlers or this program.
    #[arg(long)]
    pub(crate) restart: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MutantOptions {
    /// Tries the mutants only whose names begin so; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Where the scratch copy for source patches is made.
    #[arg(long, default_value = "target/mutants", value_name = "DIRECTORY")]
    pub(crate) scratch: PathBuf,
    /// How many faults a schedule has at most.
    #[arg(long, default_value_t = 2, value_name = "NUMBER")]
    pub(crate) most_faults: u32,
    /// Seeds nothing and takes the project for the mutant: what a scratch copy does with itself.
    #[arg(long, hide = true)]
    pub(crate) as_it_stands: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}
