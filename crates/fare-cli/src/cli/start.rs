//! `fare start`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::{OutputFormat, Target};

pub(super) const HELP: &str = "\
Starts the execution that collects a fare. The fare is checked first, on this machine: what is no fare, or holds card
data, is refused, is not repeated, and goes nowhere.

The execution is named like the fare, so that a fare is started once: starting it again with the same input succeeds and
says so, also when it has ended since; another input under the same id is refused.

With --watch: shows the states as they are entered, with retries and times and what is undone. On a terminal this is a
picture of the machine that moves, elsewhere one line for each thing that happens. Ctrl-C ends the watching; the fare goes
on.

With --output json: one document with fareId, execution, startedBefore, and with --watch also status, collected, reason
(null where collected) and states; what is watched goes to standard error then.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare start --fare-id wr_563 --customer-id 3 --amount '$20.00' --payment-method pm_card_visa --watch
  fare start --fare-id wr_564 --customer-id 3 --amount 2400 --currency jpy --payment-method pm_card_visa
  fare start --input events/success.json
  jq '.fareId = \"wr_565\"' events/success.json | fare start --input - --watch --output json";

pub(super) const OUTCOME: &str = "\
With --watch: 0 when the fare is collected, 1 when it is not. Without: 0 when it is started.";

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("fare").required(true).args(["fare_id", "input"])))]
pub(crate) struct Start {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The fare's id: letters, digits, `_` and `-`
    #[arg(long, value_name = "ID", requires_all = ["customer_id", "amount", "payment_method"])]
    pub(crate) fare_id: Option<String>,
    /// Whose fare it is
    #[arg(long, value_name = "ID", requires = "fare_id")]
    pub(crate) customer_id: Option<String>,
    /// How much it is: as in '$20.00', or minor units with --currency
    #[arg(long, value_name = "AMOUNT", requires = "fare_id", allow_hyphen_values = true)]
    pub(crate) amount: Option<String>,
    /// The currency of the amount in minor units: usd, eur, jpy and others
    #[arg(long, value_name = "CODE", requires = "amount")]
    pub(crate) currency: Option<String>,
    /// The gateway's token for how it is paid: pm_… or tok_…, never a card's number
    #[arg(long, value_name = "TOKEN", requires = "fare_id")]
    pub(crate) payment_method: Option<String>,
    /// A file with the fare as JSON, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Stay until the fare is collected or not, and show how it goes
    #[arg(long)]
    pub(crate) watch: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;

    const FLAGS: [&str; 8] =
        ["--fare-id", "wr_563", "--customer-id", "3", "--amount", "$20.00", "--payment-method", "pm_card_visa"];

    fn accepted(arguments: &[&str]) -> bool {
        Cli::try_parse_from(["fare", "start"].iter().chain(arguments)).is_ok()
    }

    #[test]
    fn a_fare_is_given_by_flags_or_as_a_file_and_never_both() {
        assert!(accepted(&FLAGS) && accepted(&["--input", "-"]));
        assert!(!accepted(&[]));
        assert!(!accepted(&[&FLAGS[..], &["--input", "-"]].concat()));
        assert!(!accepted(&["--input", "-", "--amount", "$20.00"]));
    }

    #[test]
    fn every_part_of_a_fare_is_needed() {
        for lacking in FLAGS.chunks(2) {
            let rest: Vec<_> = FLAGS.chunks(2).filter(|flag| *flag != lacking).flatten().copied().collect();
            assert!(!accepted(&rest), "{lacking:?}");
        }
        assert!(!accepted(&["--input", "-", "--currency", "usd"]));
    }
}
