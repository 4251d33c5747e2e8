//! `saga-explorer deep`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write, stdout};
use std::path::Path;

use anyhow::Context;
use saga_explorer::{
    Counterexample, Findings, Limits, Machines, Piece, Scenario, Schedule, Search, Sources, catalogue,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::cli::{Arguments, DeepOptions, Output};
use super::progress::Progress;
use super::report;

/// What earlier runs have done.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    /// What was explored, as a fingerprint: other definitions or another catalogue begin anew.
    subject: String,
    /// The pieces that are done, and how many states each added to those that were met in its run.
    pieces: BTreeMap<String, u64>,
}

/// A piece of a search.
struct Part<'a> {
    name: String,
    search: &'a Search<'a>,
    piece: Piece,
}

/// Goes on with the deep exploration; whether nothing was found.
pub(super) fn run(arguments: &Arguments, options: &DeepOptions) -> anyhow::Result<bool> {
    let sources = Sources::read(&arguments.project)?;
    let machines = sources.parse()?;
    let scenarios = catalogue::deep();
    let _lock = lock(&options.state_file)?;
    let mut done = begin(options, subject(&sources, &scenarios)?)?;
    let before = done.pieces.len();

    let limits = Limits { threads: arguments.threads.into(), violations: 3 };
    let searches: Vec<_> = scenarios.iter().map(|scenario| Search::new(&machines, scenario, limits)).collect();
    let mut all = Findings::default();
    let pieces = pieces(&scenarios, &searches, &mut all);
    let progress = Progress::begin();
    for Part { name, search, piece } in &pieces {
        if done.pieces.contains_key(name) {
            continue;
        }
        if (options.states > 0 && all.states >= options.states) || !all.violations.is_empty() {
            break;
        }
        let what = format!("piece {} of {}, {name}", done.pieces.len() + 1, pieces.len());
        let findings = one(search, piece, &what, &progress)?;
        if findings.violations.is_empty() {
            done.pieces.insert(name.clone(), findings.states);
            write(&options.state_file, &done)?;
        }
        all.add(findings);
    }
    progress.end();
    show(arguments, &all, &machines, (before, done.pieces.len(), pieces.len()))?;
    Ok(all.violations.is_empty())
}

fn one(search: &Search<'_>, piece: &Piece, what: &str, progress: &Progress) -> anyhow::Result<Findings> {
    progress.step(what);
    std::thread::scope(|scope| {
        let searching = scope.spawn(|| search.run_piece(piece));
        progress.follow(what, search, || searching.is_finished());
        searching.join().map_err(|_| anyhow::anyhow!("a thread of the search panicked"))
    })
}

fn show(
    arguments: &Arguments,
    all: &Findings,
    machines: &Machines,
    (before, now, pieces): (usize, usize, usize),
) -> anyhow::Result<()> {
    match arguments.output {
        Output::Table => {
            let mut out = stdout().lock();
            report::counterexamples(&mut out, all, machines)?;
            let rest = if !all.violations.is_empty() {
                "where something was found is not done"
            } else if now < pieces {
                "the same command goes on"
            } else {
                "that is all of them; --restart begins anew"
            };
            writeln!(out, "pieces: {before} of {pieces} were done before, {now} are now; {rest}")?;
            writeln!(out, "explore-deep: faults<=3 {}", report::summary(all))?;
        }
        Output::Json => {
            report::line(&json!({"all": report::findings(all), "pieces": pieces, "before": before, "done": now}))?;
        }
    }
    Ok(())
}

/// The pieces of every search in an order of their own, always the same, so that whoever does only some sees something of
/// everything.
fn pieces<'a>(scenarios: &[Scenario], searches: &'a [Search<'a>], found: &mut Findings) -> Vec<Part<'a>> {
    let mut all = Vec::new();
    for (scenario, search) in scenarios.iter().zip(searches) {
        match search.pieces() {
            Ok(pieces) => {
                let named = |piece: Piece| Part { name: format!("{}:{}", scenario.name, piece.name), search, piece };
                all.extend(pieces.into_iter().map(named));
            }
            Err(violation) => found.violations.push(Counterexample {
                schedule: Schedule::usual(&scenario.name),
                faults: 0,
                violation,
            }),
        }
    }
    all.sort_by_cached_key(|part| saga_explorer::fingerprint(&part.name));
    all
}

/// What is explored: the definitions, the scenarios, and this program, in which the handlers are.
fn subject(sources: &Sources, scenarios: &[Scenario]) -> anyhow::Result<String> {
    let program = std::env::current_exe().and_then(fs::read).context("this program cannot be read")?;
    let what = format!("{sources:?}{scenarios:?}{}", String::from_utf8_lossy(&program));
    Ok(format!("{:032x}", saga_explorer::fingerprint(&what)))
}

/// What earlier runs have done of this subject, written anew to see that it can be.
fn begin(options: &DeepOptions, subject: String) -> anyhow::Result<Done> {
    let earlier = if options.restart { None } else { read(&options.state_file)? };
    let done = match earlier {
        Some(done) if done.subject == subject => done,
        Some(done) => {
            report::say(&format!(
                "state machines or program have changed: {} pieces are to be done again",
                done.pieces.len()
            ));
            Done { subject, pieces: BTreeMap::new() }
        }
        None => Done { subject, pieces: BTreeMap::new() },
    };
    write(&options.state_file, &done)?;
    report::say(&format!("what is done is kept in {}", options.state_file.display()));
    Ok(done)
}

/// Keeps other runs away from the file.
fn lock(file: &Path) -> anyhow::Result<fs::File> {
    let path = file.with_extension("lock");
    let cannot = || format!("{} cannot be written", path.display());
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).with_context(cannot)?;
    }
    let lock = fs::OpenOptions::new().create(true).append(true).open(&path).with_context(cannot)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => anyhow::bail!("{} is in use by another run", file.display()),
        Err(fs::TryLockError::Error(error)) => Err(error).with_context(cannot),
    }
}

fn read(file: &Path) -> anyhow::Result<Option<Done>> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).map(Some).with_context(|| {
            format!("{} is not what an earlier run has left: remove it, or use --restart", file.display())
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

/// Writes beside the file first, so that a run that is ended half-way leaves the old one.
fn write(file: &Path, done: &Done) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", file.display());
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory).with_context(cannot)?;
    }
    let new = file.with_extension("new");
    fs::write(&new, serde_json::to_vec_pretty(done)?).with_context(cannot)?;
    fs::rename(&new, file).with_context(cannot)?;
    Ok(())
}
