//! `fare load`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fare_cli::load::Load;
use fare_cli::report::{
    Disagreements, Reconciled, load_to_json, load_to_png, load_to_table, throughput_to_json, throughput_to_png,
    throughput_to_table,
};
use fare_cli::{Error, Result, Stack, books};
use fare_values::{Clock as _, PaymentMethod, SystemClock};
use reconciliation::{Book, Disagreement, LedgerReading, Listener, Settings, Subject, Time, reconcile};
use serde_json::Value;

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
    let began = SystemClock.now().0;
    let mut runs = Vec::new();
    for load in loads(arguments, &method) {
        let prefix = format!("load_{}_", in_letters(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()));
        let fares = if arguments.clients.is_empty() {
            "fares".to_owned()
        } else {
            format!("fares of {} clients", load.concurrency)
        };
        progress.parts(&fares, usize::try_from(load.count.get()).unwrap_or(usize::MAX));
        let go_on = format!("the fares that were started, {prefix}0 and so on, go on: fare list --newest");
        progress.when_interrupted(go_on);
        let ran = load.run(&stack, prefix, || progress.one_more()).await;
        runs.push(Reconciled { clients: load.concurrency, ran, disagreements: None });
    }
    progress.step("reconciling what was made");
    // Told and drawn in any case: what was measured is known.
    let reconciled = reconcile_all(&stack, &mut runs, began).await;
    progress.clear();
    if let Some(plot) = plot {
        plot.write(&picture(arguments, &runs)?)?;
    }
    match arguments.output {
        OutputFormat::Json => say::document(&document(arguments, &runs))?,
        OutputFormat::Table => say::result(&table(arguments, &runs))?,
    }
    if let Some(problem) = runs.iter().find_map(|run| run.ran.first_problem()) {
        say::problem(&format!("some fares could not be followed: {problem}"));
    }
    reconciled?;
    Ok(if runs.iter().all(Reconciled::is_well) { Exit::AsExpected } else { Exit::Differs })
}

/// What is run, one after the other.
fn loads(arguments: &LoadArguments, method: &PaymentMethod) -> Vec<Load> {
    let load = |rate, count, concurrency| Load {
        rate,
        count,
        concurrency,
        customers: arguments.customers,
        payment_method: method.as_str().to_owned(),
        time_limit: Duration::from_secs(arguments.time_limit),
    };
    if arguments.clients.is_empty() {
        return vec![load(Some(arguments.rate), arguments.count, arguments.concurrency)];
    }
    let runs = arguments.clients.iter();
    runs.map(|clients| load(None, clients.saturating_mul(arguments.per_client), *clients)).collect()
}

fn picture(arguments: &LoadArguments, runs: &[Reconciled]) -> Result<Vec<u8>> {
    match runs {
        [run] if arguments.clients.is_empty() => load_to_png(&run.ran),
        runs => throughput_to_png(runs),
    }
}

fn document(arguments: &LoadArguments, runs: &[Reconciled]) -> Value {
    match runs {
        [run] if arguments.clients.is_empty() => load_to_json(&run.ran, run.disagreements.as_ref()),
        runs => throughput_to_json(runs),
    }
}

fn table(arguments: &LoadArguments, runs: &[Reconciled]) -> String {
    let (width, colours) = (say::width(), say::colours());
    match runs {
        [run] if arguments.clients.is_empty() => load_to_table(&run.ran, run.disagreements.as_ref(), width, colours),
        runs => throughput_to_table(runs, width, colours),
    }
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

/// Compares the books as to the fares of these runs, once for all of them, and gives each what is about its own.
async fn reconcile_all(stack: &Stack, runs: &mut [Reconciled], began: i64) -> Result<()> {
    let settings = Settings {
        // All of them have ended, or were given up on.
        time: Time { now: SystemClock.now().0, patience: 0 },
        since: Some(began.saturating_sub(CLOCK_SKEW)),
        ledger: LedgerReading::ByFare,
        directory: std::env::temp_dir(),
    };
    let mut own: Vec<_> = runs.iter().map(|run| (run.ran.prefix.clone(), Disagreements::default())).collect();
    reconcile(&books(stack)?, &settings, &mut Own(&mut own)).await?;
    for (run, (_, disagreements)) in runs.iter_mut().zip(own) {
        run.disagreements = Some(disagreements);
    }
    Ok(())
}

/// Hears of the fares of some runs only, each known by what its fares' ids begin with.
struct Own<'a>(&'a mut [(String, Disagreements)]);

impl Listener for Own<'_> {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        let (Subject::Fare(id) | Subject::Customer(id)) = &disagreement.subject;
        if let Some((_, disagreements)) = self.0.iter_mut().find(|(prefix, _)| id.starts_with(prefix)) {
            disagreements.add(disagreement);
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
