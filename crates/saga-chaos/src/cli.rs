//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

const LONG: &str = "\
Puts the built stack on this machine, with an engine and a gateway simulator of its own, and collects fares on it: good
ones, declined cards, closed accounts, the same fare under two execution names or with two payloads, starts that are
repeated, and inputs that are refused. Meanwhile the gateway misbehaves in every way it knows, function processes are
killed, and executions are stopped. Then all of that ceases, everything must end, a few more fares are collected whose
refund never works, and the invariants are checked over the tables, the gateway's own log and the queues.

Needs what `make setup` and `make build` make; `make chaos` does all three. Leaves no process behind.";

const MORE: &str = "\
What is done to which fare follows from the seed, together with the number of fares. When it happens does not: that is
up to the engine and the machine, so a run can be repeated only in kind.

The last line on standard output is
  chaos: fares=N completed=N failed=N attention=N lost=N double=N holds=N
lost: fares whose money is not what their status says; double: captured or credited more than once; holds: with an open
hold; attention: left to a person, because their refund never works.

Exit status:
  0    every invariant holds
  1    an invariant is violated; each fare that disagrees is listed, with its executions
  2    wrong usage, or something is missing or does not start; standard error says what
  130  interrupted; everything that was started has been stopped";

/// Collects fares while everything around them fails, and checks what became of each.
#[derive(Debug, Parser)]
#[command(name = "saga-chaos", version, long_about = LONG, after_help = MORE, max_term_width = 100)]
pub(crate) struct Arguments {
    /// How many fares are collected
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) fares: u32,
    /// How many of them at the same time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) at_once: u32,
    /// How many of a hundred calls the gateway is to spoil
    #[arg(long, value_name = "PERCENT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=90))]
    pub(crate) misbehave: u32,
    /// How many function processes are killed a minute
    #[arg(long, value_name = "N", default_value_t = 180, value_parser = clap::value_parser!(u32).range(0..=600))]
    pub(crate) kills: u32,
    /// How many of a hundred executions are stopped
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) stops: u32,
    /// From which the choices are drawn [default: another one each time, which is printed]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub(crate) output: OutputFormat,
    /// How long one execution, and everything once the faults have ceased, may take to end, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 240, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) time_limit: u64,
    /// The project's directory [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Where `make setup` put the tools [default: .tools in the project]
    #[arg(long, value_name = "DIR", env = "FARE_TOOLS_DIR", hide_env_values = true)]
    pub(crate) tools_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// For machines
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_options_500_fares_are_collected_32_at_a_time_under_30_percent_of_faults() {
        let arguments = Arguments::try_parse_from(["saga-chaos"]).unwrap();
        assert_eq!((arguments.fares, arguments.at_once, arguments.misbehave), (500, 32, 30));
    }

    #[test]
    fn wrong_usage_ends_with_status_2_and_names_the_option() {
        for (option, value) in [("--fares", "0"), ("--misbehave", "91"), ("--stops", "101"), ("--seed", "x")] {
            let error = Arguments::try_parse_from(["saga-chaos", option, value]).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(option), "{error}");
        }
    }
}
