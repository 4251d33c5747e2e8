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

It charges. Against Stripe itself it wants --yes, and is meant for a test key.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare load --count 200 --rate 20
  fare load --count 1000 --rate 500 --concurrency 64 --plot load.png
  fare local -- sh -c 'fare load --count 500 --rate 100 --output json' | jq .latencyMilliseconds";

#[derive(Debug, Args)]
pub(crate) struct LoadArguments {
    #[command(flatten)]
    pub(crate) target: Target,
    /// How many fares are started a second
    #[arg(long, value_name = "PER-SECOND", default_value = "10")]
    pub(crate) rate: NonZeroU32,
    /// How many fares in all
    #[arg(long, value_name = "FARES", default_value = "100")]
    pub(crate) count: NonZeroU32,
    /// How many may be under way at a time
    #[arg(long, value_name = "FARES", default_value = "32")]
    pub(crate) concurrency: NonZeroU32,
    /// Among how many customers they are spread
    #[arg(long, value_name = "CUSTOMERS", default_value = "100")]
    pub(crate) customers: NonZeroU32,
    /// The gateway's token that is charged
    #[arg(long, value_name = "TOKEN", default_value = "pm_card_visa")]
    pub(crate) payment_method: String,
    /// How long one execution may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) time_limit: u64,
    /// Draws what each fare took, over when it was started, into this file, as PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Charges also where the gateway is Stripe
    #[arg(long)]
    pub(crate) yes: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}
