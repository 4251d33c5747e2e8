//! `saga-explorer mutants`.

use std::io::{IsTerminal, Write, stdout};
use std::time::{Duration, Instant};

use anyhow::Context;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use saga_explorer::mutants::{self, Definitions, Mutant, Scratch, Seed, Verdict, hunt};
use saga_explorer::{Findings, Limits, Machines, Scenario, Search, Sources};
use serde_json::{Value, json};

use super::cli::{Arguments, MutantOptions, Output};
use super::progress::Progress;
use super::report;

/// A mutant that was tried.
struct Tried {
    mutant: Mutant,
    verdict: Verdict,
    time: Duration,
}

/// Tries every mutant; whether all were found.
pub(super) fn run(arguments: &Arguments, options: &MutantOptions) -> anyhow::Result<bool> {
    if options.as_it_stands {
        return as_it_stands(arguments, options);
    }
    let mut chosen = mutants::all();
    if !options.only.is_empty() {
        chosen.retain(|mutant| options.only.iter().any(|name| mutant.name.starts_with(name.as_str())));
        anyhow::ensure!(!chosen.is_empty(), "no mutant's name begins with {}", options.only.join(" or "));
    }
    let laboratory = Laboratory::prepare(arguments, options, &chosen)?;
    let mut tried = Vec::new();
    for mutant in &chosen {
        let began = Instant::now();
        let verdict = laboratory.attempt(mutant).unwrap_or_else(|error| Verdict::Broken { why: format!("{error:#}") });
        let one = Tried { mutant: *mutant, verdict, time: began.elapsed() };
        report::say(&format!("{:>3}/{} {}", tried.len() + 1, chosen.len(), in_a_line(&one)));
        tried.push(one);
    }
    match arguments.output {
        Output::Table => table(&tried)?,
        Output::Json => report::line(&as_json(&tried))?,
    }
    let broken: Vec<_> = tried.iter().filter(|one| matches!(one.verdict, Verdict::Broken { .. })).collect();
    let names: Vec<_> = broken.iter().map(|one| one.mutant.name).collect();
    anyhow::ensure!(broken.is_empty(), "nothing is known of {}", names.join(", "));
    Ok(killed(&tried) == tried.len())
}

/// Takes the project for the one mutant; whether it was found.
fn as_it_stands(arguments: &Arguments, options: &MutantOptions) -> anyhow::Result<bool> {
    let machines = Sources::read(&arguments.project)?.parse()?;
    let verdict = hunt(options.most_faults, |scenario| search(arguments, &machines, "as it stands", scenario));
    match arguments.output {
        Output::Table => writeln!(stdout(), "{}", in_words(&verdict))?,
        Output::Json => report::line(&serde_json::to_value(&verdict)?)?,
    }
    Ok(matches!(verdict, Verdict::Killed(_)))
}

/// Where mutants are made and tried.
struct Laboratory<'a> {
    arguments: &'a Arguments,
    most_faults: u32,
    sources: Sources,
    /// Only where some mutant is seeded in the source.
    scratch: Option<Scratch>,
}

impl<'a> Laboratory<'a> {
    /// Sees that nothing is found before anything is seeded.
    fn prepare(arguments: &'a Arguments, options: &MutantOptions, chosen: &[Mutant]) -> anyhow::Result<Self> {
        let sources = Sources::read(&arguments.project)?;
        let has_patches = chosen.iter().any(|mutant| matches!(mutant.seed, Seed::Source(_)));
        let scratch = has_patches.then(|| Scratch::copy(&arguments.project, &options.scratch)).transpose()?;
        let laboratory = Self { arguments, most_faults: options.most_faults, sources, scratch };
        let control = laboratory.control(options.most_faults).context("the control")?;
        anyhow::ensure!(
            control == Verdict::Survived,
            "something is found before anything is seeded: {}",
            in_words(&control)
        );
        report::say("control: nothing is found before anything is seeded");
        Ok(laboratory)
    }

    fn control(&self, most_faults: u32) -> anyhow::Result<Verdict> {
        match &self.scratch {
            Some(scratch) => self.in_scratch(scratch, "control", most_faults),
            None => Ok(self.in_memory("control", &self.sources.parse()?, most_faults)),
        }
    }

    fn attempt(&self, mutant: &Mutant) -> anyhow::Result<Verdict> {
        let Mutant { name, seed, .. } = *mutant;
        match seed {
            Seed::Definition(edit) => {
                let mut definitions = Definitions::of(&self.sources)?;
                edit(&mut definitions).context("the edit does not fit the state machines any more")?;
                Ok(self.in_memory(name, &definitions.into_sources().parse()?, self.most_faults))
            }
            Seed::Twin(quirk) => {
                let machines = Machines { quirk: Some(quirk), ..self.sources.parse()? };
                Ok(self.in_memory(name, &machines, self.most_faults))
            }
            Seed::Source(patches) => {
                let scratch = self.scratch.as_ref().context("there is no scratch copy")?;
                let patched = scratch.patched(patches, || Ok(self.in_scratch(scratch, name, self.most_faults)));
                patched?
            }
        }
    }

    fn in_memory(&self, name: &str, machines: &Machines, most_faults: u32) -> Verdict {
        hunt(most_faults, |scenario| search(self.arguments, machines, name, scenario))
    }

    fn in_scratch(&self, scratch: &Scratch, name: &str, most_faults: u32) -> anyhow::Result<Verdict> {
        let progress = Progress::begin();
        progress.step(&format!("{name}: is compiled"));
        let built = scratch.build();
        progress.step(&format!("{name}: is hunted"));
        let hunted = built.and_then(|()| scratch.hunt(most_faults, self.arguments.threads.into()));
        progress.end();
        Ok(hunted?)
    }
}

/// Searches a scenario up to the first violation.
fn search(arguments: &Arguments, machines: &Machines, name: &str, scenario: &Scenario) -> Findings {
    let progress = Progress::begin();
    let what = format!("{name}: {} with {} faults", scenario.name, scenario.faults);
    progress.step(&what);
    let search = Search::new(machines, scenario, Limits { threads: arguments.threads.into(), violations: 1 });
    let findings = std::thread::scope(|scope| {
        let searching = scope.spawn(|| search.run());
        progress.follow(&what, &search, || searching.is_finished());
        searching.join()
    });
    progress.end();
    findings.unwrap_or_else(|_| Findings::of_a_mistake(scenario, "a thread of the search panicked"))
}

fn killed(tried: &[Tried]) -> usize {
    tried.iter().filter(|one| matches!(one.verdict, Verdict::Killed(_))).count()
}

fn table(tried: &[Tried]) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(report::STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    if !stdout().is_terminal() {
        table.force_no_tty();
    }
    table.set_header(["mutant", "what is wrong", "seeded in", "found in", "faults", "broken", "s"]);
    for one in tried {
        let (scenario, faults, broken) = match &one.verdict {
            Verdict::Killed(found) => (found.scenario.as_str(), found.faults.to_string(), found.invariant.as_str()),
            Verdict::Survived => ("nothing: SURVIVED", String::new(), ""),
            Verdict::Broken { .. } => ("BROKEN", String::new(), ""),
        };
        let Mutant { name, wrong, seed } = one.mutant;
        let seconds = format!("{:.1}", one.time.as_secs_f32());
        table.add_row([name, wrong, seed.kind(), scenario, &faults, broken, &seconds]);
    }
    for number in [4, 6] {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = stdout().lock();
    writeln!(out, "{table}")?;
    for one in tried {
        if let Verdict::Broken { why } = &one.verdict {
            writeln!(out, "{}: {why}", one.mutant.name)?;
        }
    }
    writeln!(out, "mutants: killed={}/{}", killed(tried), tried.len())?;
    Ok(())
}

fn as_json(tried: &[Tried]) -> Value {
    let mutants: Vec<_> = tried
        .iter()
        .map(|Tried { mutant, verdict, time }| {
            json!({
                "name": mutant.name, "wrong": mutant.wrong, "seededIn": mutant.seed.kind(),
                "seconds": time.as_secs_f32(), "result": verdict,
            })
        })
        .collect();
    json!({"mutants": mutants, "killed": killed(tried), "of": tried.len()})
}

fn in_a_line(one: &Tried) -> String {
    format!("{}: {} ({:.1} s)", one.mutant.name, in_words(&one.verdict), one.time.as_secs_f32())
}

fn in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Killed(found) => {
            let plural = if found.faults == 1 { "" } else { "s" };
            format!(
                "found with {} fault{plural}, {}: {}; {}",
                found.faults, found.invariant, found.finding, found.schedule
            )
        }
        Verdict::Survived => "SURVIVED".to_owned(),
        Verdict::Broken { why } => format!("BROKEN, {why}"),
    }
}
