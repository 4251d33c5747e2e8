//! The demonstration on the engine at hand.

use std::time::Duration;

use fare_cli::scenarios::{catalogue, judge, play};

use crate::harness::{Test, test};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[test!(every_scenario_of_the_demonstration_is_as_expected)];

const LIMIT: Duration = Duration::from_secs(120);

fn every_scenario_of_the_demonstration_is_as_expected() {
    with_stack(async |world| {
        let scenarios = catalogue();
        let run = fare("").id;
        let played = play(&world.stack, &world.mailbox, &run, &scenarios, LIMIT, |_| ()).await.expect("it is played");
        assert_eq!(played.scenarios.len(), scenarios.len());
        for (scenario, (ids, observed)) in scenarios.iter().zip(played.scenarios) {
            let observed = observed.unwrap_or_else(|error| panic!("{}: {}", scenario.name, error.in_full()));
            let row = judge(scenario, &ids, Ok(observed));
            for cell in row.cells {
                assert!(cell.as_expected, "{}: {:?}: not {}, but {}", row.name, cell.column, cell.expected, cell.found);
            }
        }
    });
}
