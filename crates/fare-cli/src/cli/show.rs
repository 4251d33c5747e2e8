//! `fare show`.

use clap::Args;
use fare_values::FareId;

use super::ids::fare_id;
use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Gathers everything that is on record about one fare: its executions, the three tables, the payment gateway. Shows it as one
timeline, with what each says, and with amounts. What stands without a time of its own comes last, as now.

The execution of a fare is found by its name, which is the fare's id; those that recovered it, and through them those of
other names, by their input, among the newest recoveries. Where that was not all, the last line says so.

Where the gateway cannot be asked the rest is shown, the last line says why, and the exit status is 3.

With --output json: one document with fareId, fare, payment, ledger, gateway, executions, timeline and leftOut; what there
is nothing of is null. Amounts are minor units with their currency. Payment methods are never shown.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare show wr_563
  fare show wr_563 --output json | jq '.timeline[] | select(.source == \"gateway\")'";

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The fare's id
    #[arg(value_name = "ID", value_parser = fare_id)]
    pub(crate) fare: FareId,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}
