//! `fare load`.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fare_cli::load::{Load, Ran};
use fare_cli::report::{Disagreements, load_to_json, load_to_png, load_to_table};
use fare_cli::{Error, Result, Stack, books};
use fare_values::{Clock as _, PaymentMethod, SystemClock};
use reconciliation::{Book, Disagreement, LedgerReading, Listener, Outcome, Settings, Subject, Time, reconcile};
use tempfile::{Builder, NamedTempFile};

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
    let ran = load.run(&stack, prefix, || progress.one_more()).await;
    progress.step("reconciling what was made");
    let (outcome, disagreements) = reconciled(&stack, &ran, began).await?;
    progress.clear();
    if let Some(plot) = plot {
        plot.write(&load_to_png(&ran)?)?;
    }
    match arguments.output {
        OutputFormat::Json => {
            say::result(&format!("{:#}\n", load_to_json(&ran, &disagreements)))?;
        }
        OutputFormat::Table => {
            let width = say::width();
            say::result(&load_to_table(&ran, width, say::colours()))?;
            say::result(&disagreements.to_table(&outcome, width, say::colours()))?;
        }
    }
    if let Some(problem) = ran.first_problem() {
        say::problem(&format!("some fares could not be followed: {problem}"));
    }
    let is_well = ran.all_collected() && disagreements.total() == 0;
    Ok(if is_well { Exit::AsExpected } else { Exit::Differs })
}

/// The file that the picture is for. Until there is one, nothing stands in its place, or what stood there before.
struct Plot<'a> {
    path: &'a Path,
    file: NamedTempFile,
}

impl<'a> Plot<'a> {
    fn begin(path: &'a Path) -> Result<Self> {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = |source| Error::File { path: path.to_owned(), source };
        if path.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        // Whoever may read other files of this user may read this one.
        let file = Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(directory);
        Ok(Self { path, file: file.map_err(failed)? })
    }

    fn write(mut self, picture: &[u8]) -> Result<()> {
        let failed = |source| Error::File { path: self.path.to_owned(), source };
        self.file.write_all(picture).map_err(failed)?;
        self.file.persist(self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Compares the books as to the fares of this run.
async fn reconciled(stack: &Stack, ran: &Ran, began: i64) -> Result<(Outcome, Disagreements)> {
    let settings = Settings {
        // All of them have ended, or were given up on.
        time: Time { now: SystemClock.now().0, patience: 0 },
        since: Some(began.saturating_sub(CLOCK_SKEW)),
        ledger: LedgerReading::ByFare,
        directory: std::env::temp_dir(),
    };
    let mut own = Own { prefix: &ran.prefix, disagreements: Disagreements::default() };
    let outcome = reconcile(&books(stack)?, &settings, &mut own).await?;
    Ok((outcome, own.disagreements))
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
