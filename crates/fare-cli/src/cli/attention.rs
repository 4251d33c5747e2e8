//! `fare attention`.

use std::time::Duration;

use clap::{Args, Subcommand};
use fare_cli::attention::LONGEST;
use fare_values::FareId;

use super::ids::{fare_id, fare_or_message_id};
use super::repairs::Consent;
use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Recovery puts a message into the attention queue for each fare that it could not settle. It stays there for 14 days.
`list` shows what waits. `take` hides one message for a while, so that nobody else works on it. `done` deletes the
messages of a fare when it is settled.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare attention list                          what waits, and why
  fare attention take --fare wr_563 --for 4h   it is yours for four hours
  fare recover wr_563                          when the reason is mended
  fare attention done wr_563                   deletes its message";

const LIST_HELP: &str = "\
Shows the messages in the attention queue. They stay; for a moment, a minute at most, nobody else is shown them.

With --output json, one object: messages (of each messageId, fareId, execution, recovery, error, cause, sentAt,
received), more (whether there are more than the thousand that are looked at), taken (how many are taken by anybody) and
mine (those taken by you: messageId, fareId, until).";

const TAKE_HELP: &str = "\
Hides one message from everybody for a while: the oldest that waits, or one of the fare. What deletes it is kept for
`fare attention done`, in fare/attention under XDG_STATE_HOME or ~/.local/state. It comes back by itself when the time is up.

With --output json, one object: outcome (taken, nothing_to_do, planned, declined, or not_found where somebody else may
have it), message, and taken (messageId, fareId, until).";

const DONE_HELP: &str = "\
Deletes a message, or all messages of a fare, whether taken before or waiting: after a look at whether the fare is decided,
nobody is at work on it, and tables, ledger and gateway agree. A refund that is still on its way may fail, so that its fare
is not settled yet.

With --output json, one object: outcome (deleted, nothing_to_do, planned, declined, not_settled, or not_found where
somebody else may have it), message, deleted (messageIds), and disagreements as in `fare reconcile`.";

#[derive(Debug, Subcommand)]
pub(crate) enum Attention {
    /// Show what waits for a person
    #[command(long_about = LIST_HELP, after_help = super::EXIT_STATUSES)]
    List(AttentionList),
    /// Take one message, so that nobody else works on it
    #[command(long_about = TAKE_HELP, after_help = super::EXIT_STATUSES)]
    Take(AttentionTake),
    /// Delete the messages of a settled fare
    #[command(long_about = DONE_HELP, after_help = super::EXIT_STATUSES)]
    Done(AttentionDone),
}

#[derive(Debug, Args)]
pub(crate) struct AttentionList {
    #[command(flatten)]
    pub(crate) target: Target,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[derive(Debug, Args)]
pub(crate) struct AttentionTake {
    /// A message of this fare [default: the oldest message]
    #[arg(long, value_name = "ID", value_parser = fare_id)]
    pub(crate) fare: Option<FareId>,
    /// For how long, at most 11h
    #[arg(long = "for", value_name = "DURATION", default_value = "2h", value_parser = hiding)]
    pub(crate) time: Duration,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[derive(Debug, Args)]
pub(crate) struct AttentionDone {
    /// The fare, or a message's id
    #[arg(value_name = "FARE|MESSAGE-ID", value_parser = fare_or_message_id)]
    pub(crate) which: FareId,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// Delete it though the fare is not settled, or not known
    #[arg(long)]
    pub(crate) force: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

/// How long a message is hidden.
fn hiding(given: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(given).map_err(|error| error.to_string())?;
    if time < Duration::from_secs(1) || time > LONGEST {
        return Err(format!("must be 1s to {}", humantime::format_duration(LONGEST)));
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_hidden_for_a_while_that_the_queue_can_bear() {
        assert_eq!(hiding("2h"), Ok(Duration::from_secs(7200)));
        for bad in ["0s", "12h", "soon"] {
            assert!(hiding(bad).is_err(), "{bad}");
        }
        assert_eq!(hiding("12h").unwrap_err(), "must be 1s to 11h");
    }
}
