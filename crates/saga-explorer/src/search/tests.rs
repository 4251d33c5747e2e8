//! That the search may leave out what it leaves out.

use std::collections::HashMap;
use std::path::Path;

use super::*;
use crate::asl::Stop;
use crate::catalogue;
use crate::definitions::Sources;

fn machines() -> Machines {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap().parse().unwrap()
}

fn scenario(name: &str, faults: u32) -> Scenario {
    Scenario { faults, ..catalogue::named(name).unwrap() }
}

/// Goes through everything, and looks wherever a state is met again whether what follows is the same.
fn futures_differ(machines: &Machines, scenario: &Scenario) -> Option<String> {
    let mut futures: HashMap<u128, Vec<u128>> = HashMap::new();
    let mut waiting = vec![Run::new(scenario, machines, Journal::default()).unwrap()];
    while let Some(run) = waiting.pop() {
        let state = run.fingerprint();
        let mut next = Vec::new();
        let mut future = Vec::new();
        for chosen in run.moves() {
            let mut branch = run.clone();
            branch.make(chosen).unwrap();
            future.push(branch.fingerprint());
            next.push(branch);
        }
        future.sort_unstable();
        match futures.get(&state) {
            None => {
                futures.insert(state, future);
                waiting.extend(next);
            }
            Some(known) if *known == future => {}
            Some(known) => {
                let labels: Vec<_> = run.moves().into_iter().map(|chosen| run.label(chosen)).collect();
                return Some(format!("{}: {known:?} and {future:?} after {labels:?}", scenario.name));
            }
        }
    }
    None
}

#[test]
fn states_that_are_taken_for_the_same_have_the_same_future() {
    let machines = machines();
    let all =
        [("alone", 1), ("account-closed", 1), ("twin", 0), ("twin-other-payload", 0), ("abort", 0), ("redrive", 0)];
    for (name, faults) in all.into_iter().chain([("after-19h30", 0)]) {
        assert_eq!(futures_differ(&machines, &scenario(name, faults)), None);
    }
}

#[test]
fn orders_that_are_left_out_come_to_no_other_ending() {
    let machines = machines();
    let all = [("alone", 1), ("twin", 1), ("twin-other-payload", 1), ("abort", 0), ("time-out", 0), ("redrive", 0)];
    for (name, faults) in all {
        let reduced = scenario(name, faults);
        let whole = Scenario { is_reduced: false, ..reduced.clone() };
        let [reduced, whole] =
            [reduced, whole].map(|scenario| Search::new(&machines, &scenario, Limits::default()).run());
        assert_eq!(reduced.endings, whole.endings, "{name}");
        assert!(reduced.runs < whole.runs, "{name}: nothing was left out");
        assert!(whole.violations.is_empty(), "{name}");
    }
}

#[test]
fn a_search_counts_the_same_however_many_threads_it_has() {
    let machines = machines();
    let scenario = Scenario { stop: Some(Stop::Aborted), ..scenario("twin", 0) };
    let [one, four] = [1, 4].map(|threads| {
        let found = Search::new(&machines, &scenario, Limits { threads, violations: 0 }).run();
        (found.runs, found.states, found.outcomes, found.endings)
    });
    assert_eq!(one, four);
}
