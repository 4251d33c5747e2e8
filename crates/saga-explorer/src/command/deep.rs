//! `saga-explorer deep`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write, stderr, stdout};
use std::path::Path;

use anyhow::Context;
use saga_explorer::{Findings, Limits, Machines, Piece, Scenario, Search, Sources, catalogue};
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
    let subject = subject(&sources, &scenarios);
    let mut done = if options.restart { None } else { read(&options.state_file)? }
        .filter(|done| done.subject == subject)
        .unwrap_or(Done { subject, pieces: BTreeMap::new() });
    let before = done.pieces.len();

    let limits = Limits { threads: arguments.threads, violations: 3 };
    let searches: Vec<_> = scenarios.iter().map(|scenario| Search::new(&machines, scenario, limits)).collect();
    let pieces = pieces(&scenarios, &searches)?;
    let progress = Progress::begin();
    let mut all = Findings::default();
    for Part { name, search, piece } in &pieces {
        if done.pieces.contains_key(name) {
            continue;
        }
        if (options.states > 0 && all.states >= options.states) || !all.violations.is_empty() {
            break;
        }
        let what = format!("piece {} of {}, {name}", done.pieces.len() + 1, pieces.len());
        let findings = one(search, piece, &what, &progress)?;
        done.pieces.insert(name.clone(), findings.states);
        let is_clean = findings.violations.is_empty();
        all.add(findings);
        if is_clean {
            write(&options.state_file, &done)?;
        }
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
            let rest =
                if now < pieces { "the same command goes on" } else { "that is all of them; --restart begins anew" };
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
fn pieces<'a>(scenarios: &[Scenario], searches: &'a [Search<'a>]) -> anyhow::Result<Vec<Part<'a>>> {
    let mut all = Vec::new();
    for (scenario, search) in scenarios.iter().zip(searches) {
        let pieces = search.pieces().map_err(|violation| anyhow::anyhow!("{}: {violation}", scenario.name))?;
        let named = |piece: Piece| Part { name: format!("{}:{}", scenario.name, piece.name), search, piece };
        all.extend(pieces.into_iter().map(named));
    }
    all.sort_by_cached_key(|part| saga_explorer::fingerprint(&part.name));
    Ok(all)
}

fn subject(sources: &Sources, scenarios: &[Scenario]) -> String {
    let what = format!("{sources:?}{scenarios:?}{}", env!("CARGO_PKG_VERSION"));
    format!("{:032x}", saga_explorer::fingerprint(&what))
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
    if done.pieces.len() == 1 {
        // Nobody reads standard error any more: then nobody misses it.
        drop(writeln!(stderr(), "what is done is kept in {}", file.display()));
    }
    Ok(())
}
