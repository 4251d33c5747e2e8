//! `fare load`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fare_cli::load::{Load, Ran};
use fare_cli::report::{Disagreements, load_to_json, load_to_png, load_to_table};
use fare_cli::{Error, Result, Stack, books};
use fare_values::{Clock as _, PaymentMethod, SystemClock};
use reconciliation::{Book, Disagreement, LedgerReading, Listener, Settings, Subject, Time, reconcile};

use super::target::{interruptible, stack};
use crate::cli::{LoadArguments, OutputFormat};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

/// How far clocks may differ between here, the functions and the gateway. Milliseconds.
const CLOCK_SKEW: i64 = 300_000;

/// The address that takes real cards, if its key does.
const STRIPE: &str = "https://api.stripe.com";

pub(super) async fn run(arguments: LoadArguments) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &LoadArguments, progress: &Progress) -> Result<Exit> {
    let method = PaymentMethod::new(&arguments.payment_method).map_err(|source| Error::NotAFare { source })?;
    // Before anything is charged, since a picture that cannot be written is known of now.
    let plot = arguments.plot.as_deref().map(Plot::begin).transpose()?;
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    if stack.outputs.gateway_url == STRIPE && !arguments.yes {
        return Err(Error::Unconfirmed { what: "it charges cards at Stripe" });
    }
    let load = Load {
        rate: arguments.rate,
        count: arguments.count,
        concurrency: arguments.concurrency,
        customers: arguments.customers,
        payment_method: method.as_str().to_owned(),
        time_limit: Duration::from_secs(arguments.time_limit),
    };
    let began = SystemClock.now().0;
    let prefix = format!("load_{}_", in_letters(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()));
    progress.parts("fares", usize::try_from(arguments.count.get()).unwrap_or(usize::MAX));
    progress.when_interrupted(format!("the fares that were started, {prefix}0 and so on, go on: fare list --newest"));
    let ran = load.run(&stack, prefix, || progress.one_more()).await;
    progress.step("reconciling what was made");
    // Told and drawn in any case: what was measured is known.
    let disagreements = reconciled(&stack, &ran, began).await;
    progress.clear();
    if let Some(plot) = plot {
        plot.write(&load_to_png(&ran)?)?;
    }
    match arguments.output {
        OutputFormat::Json => {
            say::document(&load_to_json(&ran, disagreements.as_ref().ok()))?;
        }
        OutputFormat::Table => {
            let width = say::width();
            say::result(&load_to_table(&ran, disagreements.as_ref().ok(), width, say::colours()))?;
        }
    }
    if let Some(problem) = ran.first_problem() {
        say::problem(&format!("some fares could not be followed: {problem}"));
    }
    let is_well = disagreements?.total() == 0 && ran.all_collected();
    Ok(if is_well { Exit::AsExpected } else { Exit::Differs })
}

/// The file that the picture is for, open before anything is charged.
struct Plot<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> Plot<'a> {
    fn begin(path: &'a Path) -> Result<Self> {
        // What stands there is kept until there is something to put in its place.
        let file = File::options().write(true).create(true).truncate(false).open(path);
        Ok(Self { path, file: file.map_err(|source| Error::File { path: path.to_owned(), source })? })
    }

    fn write(mut self, picture: &[u8]) -> Result<()> {
        let is_file = self.file.metadata().is_ok_and(|about| about.is_file());
        // A device has no length.
        let emptied = if is_file { self.file.set_len(0) } else { Ok(()) };
        let written = emptied.and_then(|()| self.file.write_all(picture));
        written.map_err(|source| Error::File { path: self.path.to_owned(), source })
    }
}

/// Compares the books as to the fares of this run.
async fn reconciled(stack: &Stack, ran: &Ran, began: i64) -> Result<Disagreements> {
    let settings = Settings {
        // All of them have ended, or were given up on.
        time: Time { now: SystemClock.now().0, patience: 0 },
        since: Some(began.saturating_sub(CLOCK_SKEW)),
        ledger: LedgerReading::ByFare,
        directory: std::env::temp_dir(),
    };
    let mut own = Own { prefix: &ran.prefix, disagreements: Disagreements::default() };
    reconcile(&books(stack)?, &settings, &mut own).await?;
    Ok(own.disagreements)
}

/// Hears of the fares of one run only.
struct Own<'a> {
    prefix: &'a str,
    disagreements: Disagreements,
}

impl Listener for Own<'_> {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        let (Subject::Fare(id) | Subject::Customer(id)) = &disagreement.subject;
        if id.starts_with(self.prefix) {
            self.disagreements.add(disagreement);
        }
    }
}

/// A moment in letters, since one long number in ten passes for a card's.
fn in_letters(moment: Duration) -> String {
    let mut left = moment.as_millis();
    let mut letters = String::new();
    while left > 0 {
        letters.push(char::from(b'a' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters
}
