//! The search for the least that a mutant breaks with.

use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::scenario::Scenario;
use crate::search::{Counterexample, Findings};
use crate::violation::Violation;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "camelCase")]
pub enum Verdict {
    /// It was found.
    Killed(Found),
    /// It broke nothing in any schedule.
    Survived,
    /// Something is wrong with the mutant, or with the explorer, and nothing is known.
    Broken {
        /// What is wrong.
        why: String,
    },
}

/// With what a mutant was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The scenario.
    pub scenario: String,
    /// How many faults it took: in no scenario were fewer enough.
    pub faults: usize,
    /// The invariant that was broken.
    pub invariant: String,
    /// What was found.
    pub finding: String,
    /// The schedule.
    pub schedule: String,
}

/// Hunts through the bounded catalogue: every scenario without faults, then each with one, then each with two, as far as
/// its own bound and `most_faults` allow. What goes wrong for ever counts as a fault. The order is the same for every
/// mutant: within a number of faults, the fewer interfere the sooner.
pub fn hunt(most_faults: u32, mut search: impl FnMut(&Scenario) -> Findings) -> Verdict {
    let mut scenarios = catalogue::bounded();
    scenarios.sort_by_key(interferences);
    for faults in 0..=most_faults {
        for scenario in &scenarios {
            let lasting = u32::from(scenario.permanent.is_some());
            let Some(faults) = faults.checked_sub(lasting).filter(|faults| *faults <= scenario.faults) else {
                continue;
            };
            let found = search(&Scenario { faults, ..scenario.clone() });
            if let Some(first) = found.violations.iter().min_by_key(|found| found.faults) {
                return verdict(first, usize::from(scenario.permanent.is_some()));
            }
        }
    }
    Verdict::Survived
}

/// How many things happen that are no faults: a twin, a stop, a redrive.
fn interferences(scenario: &Scenario) -> usize {
    [scenario.twin.is_some(), scenario.stop.is_some(), scenario.redrive].into_iter().filter(|happens| *happens).count()
}

fn verdict(found: &Counterexample, lasting: usize) -> Verdict {
    let Counterexample { schedule, faults, violation } = found;
    if violation.is_mistake() {
        return Verdict::Broken { why: format!("{violation}, in {schedule}") };
    }
    let Violation { invariant, finding } = violation;
    Verdict::Killed(Found {
        scenario: schedule.scenario.clone(),
        faults: faults + lasting,
        invariant: (*invariant).to_owned(),
        finding: finding.clone(),
        schedule: schedule.to_string(),
    })
}
