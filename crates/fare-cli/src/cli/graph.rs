//! `fare graph`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fare_cli::scenarios::catalogue;

use super::Target;
use super::ids::{FareOrExecution, fare_or_execution};

pub(super) const HELP: &str = "\
Draws a state machine, or the path that one fare took through it: the states in the order they were entered, how often
each task was tried, and the errors that were caught on the way. What was passed over is dimmed.

Without ID nothing is asked of AWS where the project's own definition is at hand: inside the project, or with
--definition. With ID, or elsewhere, the definition is the one that is deployed.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare graph                                              the machine, as Mermaid
  fare graph --machine recovery --out recovery.svg        the other one, as SVG
  fare graph wr_563 --format png > wr_563.png             the path of a fare, as PNG
  fare graph wr_563 --machine recovery --out path.svg     the path of its recovery
  fare graph --scenario 'account closed' --out path.svg   the path that a scenario of `fare demo` has to take
  fare graph --definition mine.asl.json                   any other machine, also an unfinished one";

#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// A fare's id, which is its execution's name; or the ARN of an execution [default: the machine itself]
    #[arg(value_parser = fare_or_execution)]
    pub(crate) id: Option<FareOrExecution>,
    /// Which machine; with ID, recovery means the last recovery of that fare
    #[arg(long, value_enum, default_value_t = Machine::Collection)]
    pub(crate) machine: Machine,
    /// How the picture is written [default: as the name of FILE ends, else mermaid]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where it is written [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the machine that this file defines
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "machine"])]
    pub(crate) definition: Option<PathBuf>,
    /// Draw the path that this scenario of `fare demo` has to take
    #[arg(long, value_name = "NAME", conflicts_with_all = ["id", "machine", "definition"], value_parser = scenario)]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) target: Target,
}

impl Graph {
    pub(crate) fn format(&self) -> Format {
        let by_name = |path: &Path| match path.extension()?.to_str()? {
            "svg" => Some(Format::Svg),
            "png" => Some(Format::Png),
            _ => None,
        };
        self.format.or_else(|| by_name(self.out.as_deref()?)).unwrap_or(Format::Mermaid)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Machine {
    /// Collects a fare
    Collection,
    /// Settles the fare of an execution that ended badly
    Recovery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text that GitHub and others draw
    Mermaid,
    /// For browsers and documents, light and dark
    Svg,
    /// For everything else
    Png,
}

fn scenario(given: &str) -> Result<String, String> {
    let names: Vec<&str> = catalogue().iter().map(|scenario| scenario.name).collect();
    if names.contains(&given) { Ok(given.to_owned()) } else { Err(format!("must be one of: {}", names.join("; "))) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command};
    use super::*;

    fn graph(arguments: &[&str]) -> Option<Graph> {
        let cli = Cli::try_parse_from(["fare", "graph"].iter().chain(arguments)).ok()?;
        let Command::Graph(graph) = cli.command else { panic!("another command") };
        Some(graph)
    }

    #[test]
    fn the_format_is_as_it_is_told_or_as_the_name_ends() {
        let format = |arguments: &[&str]| graph(arguments).unwrap().format();
        assert_eq!(format(&[]), Format::Mermaid);
        assert_eq!(format(&["--out", "a.svg"]), Format::Svg);
        assert_eq!(format(&["--out", "a.svg", "--format", "png"]), Format::Png);
        assert_eq!(format(&["--out", "a.md"]), Format::Mermaid);
    }

    #[test]
    fn one_thing_is_drawn_and_not_two() {
        assert!(graph(&["wr_563", "--definition", "a.json"]).is_none());
        assert!(graph(&["wr_563", "--scenario", "collected"]).is_none());
        assert!(graph(&["--machine", "recovery", "--definition", "a.json"]).is_none());
        assert!(graph(&["wr_563", "--machine", "recovery"]).is_some());
    }

    #[test]
    fn a_scenario_that_is_none_is_answered_with_those_that_are() {
        assert!(scenario("nonsense").unwrap_err().contains("account closed"));
        assert!(scenario("account closed").is_ok());
    }
}
