//! `saga-explorer explore`.

use std::time::{Duration, Instant};

use saga_explorer::{Findings, Limits, Machines, Scenario, Search, Sources, catalogue, kinds};

use super::cli::{Arguments, ExploreOptions, Output};
use super::progress::Progress;
use super::report;

/// So many counterexamples of a scenario are enough.
const COUNTEREXAMPLES: usize = 3;

/// What one scenario came to.
pub(super) struct Explored {
    pub(super) scenario: Scenario,
    pub(super) findings: Findings,
    pub(super) time: Duration,
}

/// Explores; whether nothing was found, and everything was reached.
pub(super) fn run(arguments: &Arguments, options: &ExploreOptions) -> anyhow::Result<bool> {
    let machines = Sources::read(&arguments.project)?.parse()?;
    let mut scenarios = catalogue::bounded();
    if !options.only.is_empty() {
        scenarios.retain(|scenario| options.only.iter().any(|name| scenario.name.starts_with(name.as_str())));
        let only = options.only.join(" or ");
        anyhow::ensure!(
            !scenarios.is_empty(),
            "no scenario's name begins with {only}; there are: {}",
            report::scenarios()
        );
    }
    let progress = Progress::begin();
    let mut explored = Vec::new();
    for scenario in scenarios {
        progress.step(&scenario.name);
        explored.push(one(arguments, &machines, scenario, &progress));
    }
    progress.end();
    let mut all = Findings::default();
    for one in &explored {
        all.add(one.findings.clone());
    }
    let is_whole = options.only.is_empty();
    match arguments.output {
        Output::Table => report::table(&explored, &all, &machines, is_whole)?,
        Output::Json => report::json(&explored, &all)?,
    }
    Ok(all.violations.is_empty() && (!is_whole || all.struck.len() == kinds()))
}

fn one(arguments: &Arguments, machines: &Machines, scenario: Scenario, progress: &Progress) -> Explored {
    let began = Instant::now();
    let limits = Limits { threads: arguments.threads.into(), violations: COUNTEREXAMPLES };
    let search = Search::new(machines, &scenario, limits);
    let findings = std::thread::scope(|scope| {
        let searching = scope.spawn(|| search.run());
        progress.follow(&scenario.name, &search, || searching.is_finished());
        searching.join()
    });
    drop(search);
    // A thread that panics would have a mistake of the explorer behind it, which is a violation and no quiet zero.
    let findings = findings.unwrap_or_else(|_| Findings::of_a_mistake(&scenario, "a thread of the search panicked"));
    Explored { scenario, findings, time: began.elapsed() }
}
