//! `fare recover` and `fare redrive`.

use clap::Args;
use fare_values::FareId;

use super::ids::fare_id;
use super::{OutputFormat, Target};

pub(super) const RECOVER_HELP: &str = "\
Starts the recovery machine for a fare, as EventBridge does by itself when an execution is aborted, times out or fails: it
decides the fare failed where nothing is decided, undoes whatever was charged, held or credited, and says so in a
notice. A completed fare is never taken back. Recovering twice, or beside the machine, does no harm.

First the fare is looked at: its execution, the three tables, and the payment gateway. It is said what will be done, and
asked whether to go on. A fare that is settled needs nothing; one that a recovery is at work on is followed; one whose
execution runs is left to it. What is refunded, and has come back since, is refunded again.

Money at the gateway that recovery would never ask for, because the payment is not on record, or is voided or cancelled
there, is for a person: it is said what to do at the gateway, and nothing is done but by --force.

A fare whose execution has been forgotten, 90 days after its end, is recovered from its record.

With --output json, one object: fareId, outcome (settled, nothing_to_do, planned, declined, started, under_way,
running, young, waiting, by_hand, refused, not_settled, needs_attention or ended), message, execution (its ARN), plan (what
recovery does, line by line), byHand (what a person has to do first, line by line), recovery (the ARN of the execution that
does it), and disagreements as in `fare reconcile`.";

pub(super) const RECOVER_EXAMPLES: &str = "\
Examples:
  fare recover wr_563                          asks, and waits until it is settled
  fare recover wr_563 --dry-run                only says what it would do
  fare recover wr_563 --yes --no-wait --output json | jq -r .recovery
Exit status 0 means that the fare is settled (with --no-wait: that recovery is at work), 1 that it is not.";

pub(super) const REDRIVE_HELP: &str = "\
Lets the execution that has the fare's id as its name go on from the state in which it was stopped, timed out or failed.
It may complete the fare, if nothing is decided on it. It asks its records what is done already, so that nothing is done
twice, also beside its recovery, which has begun by itself.

AWS does that for 14 days after the end. It is useless where the execution failed cleanly: its fare is taken back.

With --output json, one object: fareId, outcome (ended, nothing_to_do, planned, declined, started, under_way,
pointless or refused), message, execution (its ARN) and status (of the execution).";

pub(super) const REDRIVE_EXAMPLES: &str = "\
Examples:
  fare redrive wr_563                          asks, and waits until it has ended
  fare redrive wr_563 --yes --no-wait
Exit status 0 means that the execution has succeeded (with --no-wait: that it runs), 1 that it has not.";

/// Whether to ask before anything is done.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// Do it without asking; needed where there is no terminal to ask at
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Only say what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// The fare
    #[arg(value_name = "ID", value_parser = fare_id)]
    pub(crate) fare: FareId,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// Recover also a fare that seems settled, whose notice may be missing, or that is too young to be given up
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not wait for the end
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Redrive {
    /// The fare
    #[arg(value_name = "ID", value_parser = fare_id)]
    pub(crate) fare: FareId,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// Do not wait for the end
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}
