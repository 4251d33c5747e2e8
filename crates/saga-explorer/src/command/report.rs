//! What the tool prints.

use std::io::{self, IsTerminal, Write, stderr, stdout};
use std::time::Duration;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use saga_explorer::{Counterexample, Findings, Machines, Outcome, Site, catalogue, kinds, replay};
use serde_json::{Value, json};

use super::explore::Explored;
use super::replay::print;

/// One line, under the header.
pub(super) const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// So many counterexamples are shown with all that happens in them.
const SHOWN: usize = 3;

/// The scenarios' names, but for those in which one thing is broken for ever.
pub(super) fn scenarios() -> String {
    let all = catalogue::bounded().into_iter().chain(catalogue::deep());
    let named = all.filter(|scenario| scenario.permanent.is_none() || scenario.faults > 0);
    named.map(|scenario| scenario.name).collect::<Vec<_>>().join(", ")
}

/// One line on standard error.
pub(super) fn say(line: &str) {
    // Nobody reads standard error any more: then nobody misses it.
    drop(writeln!(stderr(), "{line}"));
}

/// An error, with its causes.
pub(super) fn problem(error: &anyhow::Error) {
    say(&format!("saga-explorer: {error:#}"));
}

/// The report for people.
pub(super) fn table(explored: &[Explored], all: &Findings, machines: &Machines, is_whole: bool) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(STYLE);
    if !stdout().is_terminal() {
        table.force_no_tty();
    }
    table.set_header(["scenario", "faults ≤", "runs", "states", "completed", "failed", "rejected", "attention", "s"]);
    let (for_ever, named): (Vec<_>, Vec<_>) =
        explored.iter().partition(|one| one.scenario.permanent.is_some() && one.scenario.faults == 0);
    for one in named {
        table.add_row(row(&one.scenario.name, one.scenario.faults, &one.findings, one.time));
    }
    if !for_ever.is_empty() {
        let mut together = Findings::default();
        let mut time = Duration::ZERO;
        for one in &for_ever {
            together.add(one.findings.clone());
            time += one.time;
        }
        let name = format!("one thing broken for ever ({})", for_ever.len());
        table.add_row(row(&name, 0, &together, time));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut out = stdout().lock();
    writeln!(out, "{table}")?;
    let missed: Vec<String> = missed(all).map(|(site, strike)| format!("{site}/{strike}")).collect();
    if is_whole && !missed.is_empty() {
        writeln!(out, "kinds of fault that no schedule reached: {}", missed.join(", "))?;
    }
    counterexamples(&mut out, all, machines)?;
    writeln!(out, "{}", closing_line(explored, all))?;
    Ok(())
}

fn row(name: &str, faults: u32, findings: &Findings, time: Duration) -> [String; 9] {
    let outcome = |outcome| findings.outcomes.get(&outcome).copied().unwrap_or_default().to_string();
    [
        name.to_owned(),
        faults.to_string(),
        findings.runs.to_string(),
        findings.states.to_string(),
        outcome(Outcome::Completed),
        outcome(Outcome::Failed),
        outcome(Outcome::Rejected),
        findings.attention.to_string(),
        format!("{:.1}", time.as_secs_f32()),
    ]
}

/// The kinds of fault that nothing reached.
fn missed(all: &Findings) -> impl Iterator<Item = (Site, saga_explorer::Strike)> {
    let each = Site::all().flat_map(|site| site.strikes().iter().map(move |strike| (site, *strike)));
    each.filter(|kind| !all.struck.contains(kind))
}

/// The first counterexamples.
pub(super) fn counterexamples(out: &mut impl Write, all: &Findings, machines: &Machines) -> anyhow::Result<()> {
    for counterexample in all.violations.iter().take(SHOWN) {
        show(out, counterexample, machines)?;
    }
    Ok(())
}

/// A counterexample with all that happens in it.
fn show(out: &mut impl Write, found: &Counterexample, machines: &Machines) -> anyhow::Result<()> {
    writeln!(out, "\nviolation of {}", found.violation)?;
    if let Some(scenario) = catalogue::named(&found.schedule.scenario) {
        let replayed = replay(&scenario, machines, &found.schedule)?;
        print(out, &replayed.lines)?;
    }
    writeln!(out, "replay it: make explore REPLAY='{}'\n", found.schedule)?;
    Ok(())
}

fn closing_line(explored: &[Explored], all: &Findings) -> String {
    let faults = explored.iter().map(|one| one.scenario.faults).max().unwrap_or_default();
    format!("explore: faults<={faults} {}", summary(all))
}

/// What a search came to, in one line.
pub(super) fn summary(all: &Findings) -> String {
    let outcome = |outcome| all.outcomes.get(&outcome).copied().unwrap_or_default();
    format!(
        "runs={} states={} outcomes=completed:{},failed:{},rejected:{},attention:{} fault-kinds={}/{} violations={}",
        all.runs,
        all.states,
        outcome(Outcome::Completed),
        outcome(Outcome::Failed),
        outcome(Outcome::Rejected),
        all.attention,
        all.struck.len(),
        kinds(),
        all.violations.len(),
    )
}

/// The report for programs.
pub(super) fn json(explored: &[Explored], all: &Findings) -> anyhow::Result<()> {
    let scenarios: Vec<_> = explored
        .iter()
        .map(|one| {
            let mut findings = findings(&one.findings);
            if let Some(fields) = findings.as_object_mut() {
                fields.insert("name".to_owned(), json!(one.scenario.name));
                fields.insert("faults".to_owned(), json!(one.scenario.faults));
            }
            findings
        })
        .collect();
    let missed: Vec<_> = missed(all).map(|(site, strike)| format!("{site}/{strike}")).collect();
    let report = json!({"scenarios": scenarios, "all": findings(all), "faultKinds": kinds(), "missed": missed});
    line(&report)?;
    Ok(())
}

/// What a search came to.
pub(super) fn findings(all: &Findings) -> Value {
    let outcome = |outcome| all.outcomes.get(&outcome).copied().unwrap_or_default();
    let violations: Vec<_> = all.violations.iter().map(counterexample).collect();
    json!({
        "runs": all.runs,
        "states": all.states,
        "completed": outcome(Outcome::Completed),
        "failed": outcome(Outcome::Failed),
        "rejected": outcome(Outcome::Rejected),
        "attention": all.attention,
        "faultKindsReached": all.struck.len(),
        "violations": violations,
    })
}

fn counterexample(found: &Counterexample) -> Value {
    json!({
        "invariant": found.violation.invariant,
        "finding": found.violation.finding,
        "faults": found.faults,
        "schedule": found.schedule.to_string(),
    })
}

/// One JSON document on a line of its own.
pub(super) fn line(value: &Value) -> io::Result<()> {
    writeln!(stdout(), "{value}")
}
