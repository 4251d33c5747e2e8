//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

const MORE: &str = "\
Exit status: 0 measured; 1 a goal is missed and --check was given; 2 something is missing, does not start or answers wrongly;
130 interrupted.

Times are in milliseconds and hold for this machine; the ratios, which compare what ran in the same minute, hold elsewhere too.";

/// Measures the functions' own binaries: start, first and warm answer, memory, processor time, size and requests.
#[derive(Debug, Parser)]
#[command(name = "bench", version, after_long_help = MORE)]
pub(crate) struct Arguments {
    /// How often each program is started.
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) starts: u32,
    /// How many events each program is given once it is warm.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) invocations: u32,
    /// How the results are written.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// End with status 1 where a goal is missed.
    #[arg(long)]
    pub(crate) check: bool,
    /// Let AWS be spoken to without TLS, which tells what TLS costs. No goal is measured so.
    #[arg(long)]
    pub(crate) plain: bool,
    /// Where `sam build` left the functions.
    #[arg(long, default_value = ".aws-sam/build")]
    pub(crate) functions: PathBuf,
    /// Where the programs to compare with are; beside this one unless given.
    #[arg(long)]
    pub(crate) floors: Option<PathBuf>,
    /// The gateway simulator; beside this program or in the debug build unless given.
    #[arg(long)]
    pub(crate) gateway_simulator: Option<PathBuf>,
    /// A Python that has boto3. Without one, what needs it is left out.
    #[arg(long, default_value = ".tools/sam/bin/python")]
    pub(crate) python: PathBuf,
}

/// How the results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// As a table, with colours on a terminal.
    Table,
    /// As one JSON object: times in nanoseconds, sizes in bytes, ratios in thousandths.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn nothing_is_measured_of_no_starts() {
        assert!(Arguments::try_parse_from(["bench", "--starts", "0"]).is_err());
        assert!(Arguments::try_parse_from(["bench", "--invocations", "0"]).is_err());
    }
}
