//! `fare reconcile`.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};

use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Reads the fares, the payments, the ledger and the payment gateway from end to end, and reports every disagreement
between them, each with what to do about it: what is missing, double, of a wrong amount or of a wrong customer; holds
that are still open; refunds that are pending or have failed; balances that are not the sum of their entries; fares that
nobody decides. Nothing is changed anywhere.

What looks wrong is looked at once more before it is reported, so that fares which move meanwhile are not. A fare is
judged when it is at rest: decided, or undecided for longer than --patience.

With --output json: one document with disagreements (of each fareId or customerId, kind, detail and repair), agree, byKind
(how many there are of each kind) and counts (how much was read). Where a book cannot be read to the end, there is error
instead of the last two.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare reconcile                                     everything, as a table
  fare reconcile --since 26h                         what a nightly run looks at
  fare reconcile --since 2026-11-01T00:00:00Z --output json | jq '.disagreements[].kind'
  fare local -- sh -c 'fare demo --stack \"$FARE_STACK\" && fare reconcile'";

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only fares that were registered or decided since then, or are undecided: a day such as 2026-11-01, a time such
    /// as 2026-11-01T18:30:00Z, or how long ago, such as 26h or 7days. Balances are not checked then, nor are entries that no fare knows of
    #[arg(long, value_name = "WHEN", value_parser = past_moment)]
    pub(crate) since: Option<SystemTime>,
    /// How long a fare may be undecided, or be taken apart, without being reported
    #[arg(long, value_name = "DURATION", default_value = "30min", value_parser = humantime::parse_duration)]
    pub(crate) patience: Duration,
    /// How the ledger is read
    #[arg(long, value_enum, default_value_t = Ledger::Whole)]
    pub(crate) ledger: Ledger,
    /// Where the working files are put, some 150 bytes per record; they are gone when the run is [default: the system's
    /// temporary directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) work_dir: Option<PathBuf>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ledger {
    /// From end to end; finds also entries and accounts that nothing else knows of
    Whole,
    /// Fare by fare, for whoever may not scan the ledger, as the scheduled function
    ByFare,
}

/// A point in time, or how long ago it was.
fn moment(given: &str) -> Result<SystemTime, String> {
    let expected = || {
        "must be a day such as 2026-11-01, a time such as 2026-11-01T18:30:00Z, or how long ago, such as 26h".to_owned()
    };
    let day = || humantime::parse_rfc3339_weak(&format!("{given}T00:00:00Z"));
    if let Ok(time) = humantime::parse_rfc3339_weak(given).or_else(|_| day()) {
        return Ok(time);
    }
    let ago = humantime::parse_duration(given).map_err(|_| expected())?;
    // No book has anything that is older than the epoch.
    Ok(SystemTime::now().checked_sub(ago).unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH))
}

fn past_moment(given: &str) -> Result<SystemTime, String> {
    let moment = moment(given)?;
    if moment > SystemTime::now() { Err("must not be in the future".to_owned()) } else { Ok(moment) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_given_as_it_is_or_as_how_long_ago() {
        let exactly = moment("2026-11-01T00:00:00Z").unwrap();
        assert_eq!(humantime::format_rfc3339(exactly).to_string(), "2026-11-01T00:00:00Z");
        let then = moment("26h").unwrap();
        let ago = SystemTime::now().duration_since(then).unwrap();
        assert!(ago >= Duration::from_secs(26 * 3600) && ago < Duration::from_secs(27 * 3600));
        assert_eq!(moment("2026-11-01"), Ok(exactly));
        assert_eq!(moment("999999999years"), Ok(UNIX_EPOCH));
        assert!(moment("yesterday").unwrap_err().contains("26h"));
        assert!(past_moment("2999-01-01T00:00:00Z").unwrap_err().contains("future"));
    }
}
