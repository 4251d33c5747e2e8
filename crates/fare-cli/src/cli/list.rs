//! `fare list`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Lists fares with customer, amount, status and age, the oldest first. A fare's age counts from its registration, or from its
decision where it was cancelled before it came.

Undecided fares are found by an index, at once however many fares there are. For any others the whole table is read, page
by page; that costs what reading it costs.

With --output json: one document with order (oldestFirst or newestFirst), more (whether --limit left some out) and fares,
each with fareId, customerId, amount, status (undecided, completed, failed, or unreadable where the record is none of this
version's), registeredAt, decidedAt and ageMs.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare list --status undecided --older-than 1h       what is stuck
  fare list --status failed --newest --limit 20      what failed last
  fare list --output json | jq -r '.fares[].fareId'";

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only fares of this status
    #[arg(long, value_enum)]
    pub(crate) status: Option<Status>,
    /// Only fares of at least this age, such as 90s, 1h or 2days
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) older_than: Option<Duration>,
    /// How many fares at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
    /// The newest first, rather than the oldest
    #[arg(long)]
    pub(crate) newest: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Status {
    /// Registered, and neither completed nor failed
    Undecided,
    /// Collected
    Completed,
    /// Not collected, or taken back
    Failed,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command};

    #[test]
    fn an_age_is_given_in_words_and_a_limit_is_a_limit() {
        let list = |arguments: &[&str]| {
            let cli = Cli::try_parse_from(["fare", "list"].iter().chain(arguments)).ok()?;
            let Command::List(list) = cli.command else { panic!("another command") };
            Some((list.older_than.map(|age| age.as_secs()), list.limit))
        };
        assert_eq!(list(&["--older-than", "2h", "--limit", "7"]), Some((Some(7200), 7)));
        assert_eq!(list(&[]), Some((None, 50)));
        assert_eq!(list(&["--limit", "0"]), None);
        assert_eq!(list(&["--older-than", "long"]), None);
    }
}
