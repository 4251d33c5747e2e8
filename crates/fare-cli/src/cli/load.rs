//! `fare load`.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Starts many fares at a rate, waits for the end of each, says how long they took, and reconciles what it made: gateway,
ledger and fares must agree on every one of them.

Latency is from an execution's start to its end by the clock of Step Functions. Every execution is asked for with
DescribeExecution until it has ended, of which an account has a quota.

With --clients: one run after another, each with so many fares under way at a time all along, and each started as soon as
one has ended; then one line for each run, with how many fares there were a second. A fare is failed that has ended and was
not collected, and lost where nobody knows what became of it.

It charges. Against Stripe itself it wants --yes, and is meant for a test key. Ctrl-C ends the run; the fares that are
under way go on.

With --output json: one document with prefix (what the fares' ids begin with), fares, outcomes (how many were collected,
failed, timed_out, aborted, still_running, or unknown), latencyMilliseconds (p50, p90, p95, p99 and p100),
tookMilliseconds, firstNotCollected (a fare's id, or null), agree, disagreementsInAll, and disagreements: the first 200 of them, each as fare reconcile tells it
(null where the books could not be read). With --clients: one document with runs, each such a document with clients, failed
and lost besides, and agree (of all of them).";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare load --count 200 --rate 20
  fare load --count 1000 --rate 500 --concurrency 64 --plot load.png
  fare load --clients 1,2,4,8,16,32,64,128 --plot throughput.png
  fare local -- sh -c 'fare load --count 500 --rate 100 --output json' | jq .latencyMilliseconds";

#[derive(Debug, Args)]
pub(crate) struct LoadArguments {
    #[command(flatten)]
    pub(crate) target: Target,
    /// How many fares are started a second
    #[arg(long, value_name = "PER-SECOND", default_value = "10", value_parser = up_to::<10_000>)]
    pub(crate) rate: NonZeroU32,
    /// How many fares in all
    #[arg(long, value_name = "FARES", default_value = "100", value_parser = up_to::<1_000_000>)]
    pub(crate) count: NonZeroU32,
    /// How many may be under way at a time
    #[arg(long, value_name = "FARES", default_value = "32", value_parser = up_to::<1_000>)]
    pub(crate) concurrency: NonZeroU32,
    /// Runs one after another, each with so many fares under way at a time, and as quickly as it can
    #[arg(long, value_name = "FARES,...", value_delimiter = ',', value_parser = up_to::<1_000>,
        conflicts_with_all = ["rate", "count", "concurrency"])]
    pub(crate) clients: Vec<NonZeroU32>,
    /// With --clients: how many fares each run has for each of its clients
    #[arg(long, value_name = "FARES", default_value = "16", value_parser = up_to::<1_000>, requires = "clients")]
    pub(crate) per_client: NonZeroU32,
    /// Among how many customers they are spread
    #[arg(long, value_name = "CUSTOMERS", default_value = "100", value_parser = up_to::<1_000_000>)]
    pub(crate) customers: NonZeroU32,
    /// The gateway's token that is charged
    #[arg(long, value_name = "TOKEN", default_value = "pm_card_visa")]
    pub(crate) payment_method: String,
    /// How long one execution may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) time_limit: u64,
    /// Draws what each fare took, over when it was started, into this file, as PNG; with --clients, fares a second and what
    /// they took, over clients
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Charges also where the gateway is Stripe
    #[arg(long)]
    pub(crate) yes: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

/// A whole number from one to this. A pace beyond it is none that a clock can keep, or an engine.
fn up_to<const MOST: u32>(given: &str) -> Result<NonZeroU32, String> {
    let number = given.parse().ok().filter(|number: &NonZeroU32| number.get() <= MOST);
    number.ok_or_else(|| format!("must be a whole number from 1 to {MOST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_between_one_and_the_most() {
        assert_eq!(up_to::<10>("10").map(NonZeroU32::get), Ok(10));
        for given in ["0", "11", "-1", "1.5", "", "ten"] {
            assert_eq!(up_to::<10>(given), Err("must be a whole number from 1 to 10".to_owned()), "{given}");
        }
    }
}
