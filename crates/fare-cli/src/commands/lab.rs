//! `fare lab`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fare_cli::lab::{Checked, Machine, STEPS, Step, check, experiments_of, step};
use fare_cli::local::{EngineChoice, Project};
use fare_cli::observe::Mailbox;
use fare_cli::report::spelt_out;
use fare_cli::{Result, Stack};
use futures::stream::{StreamExt as _, TryStreamExt as _};

use super::session::{Session, project, session};
use crate::cli::Lab;
use crate::exit::Exit;
use crate::say;

/// What is tried where nothing else is named.
const START_HERE: &str = "statemachine/start-here.asl.json";

/// How many solutions are tried at a time. The experiments of one are many fares at once already.
const AT_ONCE: usize = 3;

pub(super) async fn run(arguments: Lab) -> Exit {
    session(async |session: &Session| {
        let project = project(&arguments.place)?;
        let limit = Duration::from_secs(arguments.time_limit);
        let trials = match arguments.step.and_then(step) {
            Some(step) => vec![Trial::of(&project, arguments.asl.as_deref(), step)?],
            None => solutions(&project)?,
        };
        let step = |what: &'static str| session.progress.step(what);
        let local = session.stack(&EngineChoice::Ministack, &project, step).await?;
        tokio::select! {
            tried = try_all(session, &local.stack, &trials, limit, arguments.all) => tried,
            broken = local.broken() => Err(broken),
        }
    })
    .await
}

/// A definition and the step that it is tried on.
struct Trial {
    file: PathBuf,
    machine: Machine,
    step: Step,
    /// Whether it is to pass.
    passes: bool,
}

impl Trial {
    fn of(project: &Project, asl: Option<&Path>, step: Step) -> Result<Self> {
        let file = asl.unwrap_or(Path::new(START_HERE)).to_owned();
        // What is named is meant from here, and what is not named is the project's.
        let place = asl.map_or_else(|| project.root().join(&file), Path::to_owned);
        Ok(Self { machine: Machine::read(&place)?, file, step, passes: true })
    }
}

/// Every solution on its own step and on the next.
fn solutions(project: &Project) -> Result<Vec<Trial>> {
    let solution = |of: &Step, on: Step, passes| {
        let file = PathBuf::from(of.solution);
        Ok(Trial { machine: Machine::read(&project.root().join(&file))?, file, step: on, passes })
    };
    let own = STEPS.iter().map(|step| solution(step, *step, true));
    let next = STEPS.iter().zip(STEPS.iter().skip(1)).map(|(step, next)| solution(step, *next, false));
    own.chain(next).collect()
}

async fn try_all(session: &Session, stack: &Stack, trials: &[Trial], limit: Duration, all: bool) -> Result<Exit> {
    let experiments = trials.iter().map(|trial| experiments_of(trial.step)).sum();
    session.progress.parts("trying what could happen to a fare", experiments);
    let mailbox = Mailbox::new(stack.clone());
    let tries = trials.iter().enumerate().map(async |(number, trial)| {
        let name = format!("lab_{}_{number}", session.run.id());
        let ended = |about: &'static str| session.progress.part_done(about);
        let checked = check(stack, &mailbox, &trial.machine, trial.step, &name, limit, ended).await?;
        Ok::<_, fare_cli::Error>((trial, checked))
    });
    let tried: Vec<_> = futures::stream::iter(tries).buffered(AT_ONCE).try_collect().await?;
    session.progress.clear();
    if all { judged(&tried) } else { told(&tried) }
}

/// What came of trying one definition, for whoever wrote it.
fn told(tried: &[(&Trial, Checked)]) -> Result<Exit> {
    let mut text = String::new();
    for (trial, checked) in tried {
        let Trial { step: Step { number, title, chapter, .. }, file, .. } = trial;
        let _ = writeln!(text, "step {number}, {title}: {}", spelt_out(&file.display().to_string()));
        for finding in &checked.findings {
            let _ = match finding.missing.as_deref().map(spelt_out) {
                None => writeln!(text, "  ✓ {}", finding.about),
                Some(missing) if finding.step < *number => {
                    writeln!(text, "  ✗ {missing} (asked for by step {})", finding.step)
                }
                Some(missing) => writeln!(text, "  ✗ {missing}"),
            };
        }
        let (all, missing) = (checked.findings.len(), checked.missing().len());
        let _ = match step(number.saturating_add(1)) {
            _ if missing > 0 => {
                writeln!(text, "\nstep {number} is not done yet, {missing} of {all} came out otherwise: see {chapter}")
            }
            Some(next) => writeln!(text, "\nstep {number} is done; next: {}", next.chapter),
            None => writeln!(text, "\nstep {number} is done, and with it the lab"),
        };
    }
    say::result(&text)?;
    Ok(if tried.iter().all(|(_, checked)| checked.passed()) { Exit::AsExpected } else { Exit::NotYet })
}

/// Whether every solution passes its own step and fails the next.
fn judged(tried: &[(&Trial, Checked)]) -> Result<Exit> {
    let mut text = String::new();
    let mut passed = 0_usize;
    for (trial, checked) in tried {
        let fails = |missing: &&str| format!("fails: {}", spelt_out(missing));
        let found = checked.missing().first().map_or("passes".to_owned(), fails);
        // What fails the next step must fail it for what is new in it, and for nothing else.
        let meant = if trial.passes { None } else { Some(trial.step.number) };
        let as_meant = checked.first_undone() == meant;
        passed = passed.saturating_add(usize::from(as_meant));
        let sign = if as_meant { "✓" } else { "✗" };
        let _ = writeln!(text, "{sign} {} on step {}: {found}", trial.file.display(), trial.step.number);
    }
    let (steps, checks) = (STEPS.len(), tried.len());
    let _ = writeln!(text, "lab: steps={steps} solutions={steps} checks={checks} passed={passed}");
    say::result(&text)?;
    Ok(if passed == checks { Exit::AsExpected } else { Exit::Differs })
}
