//! What the lab says of a machine that never comes to its end. Its solutions are tried by `fare lab --all`, on a stack of its
//! own: some leave fares half-way, as they are meant to.

use std::time::Duration;

use fare_cli::lab::{Machine, check, step};

use crate::harness::{Test, test};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[test!(a_machine_that_goes_round_in_a_circle_is_stopped_deleted_and_told_so)];

const CIRCLE: &[u8] = br#"{"StartAt": "IsItDone", "States": {
    "IsItDone": {"Type": "Choice", "Default": "WaitAgain",
        "Choices": [{"Variable": "$.done", "IsPresent": true, "Next": "Done"}]},
    "WaitAgain": {"Type": "Wait", "Seconds": 1, "Next": "IsItDone"},
    "Done": {"Type": "Succeed"}}}"#;

fn a_machine_that_goes_round_in_a_circle_is_stopped_deleted_and_told_so() {
    with_stack(async |world| {
        let machine = Machine::of("circle", CIRCLE).expect("it can be deployed");
        let first = step(1).expect("there is a first step");
        let name = fare("").id;
        let limit = Duration::from_secs(10);
        let checked =
            check(&world.stack, &world.mailbox, &machine, first, &name, limit, |_| ()).await.expect("it is tried");
        let missing = checked.missing();
        assert!(missing[0].starts_with("a good fare was still running after 10 s"), "{missing:?}");
        let machines = world.clients().sfn.list_state_machines().send().await.expect("machines can be listed");
        assert!(machines.state_machines().iter().all(|machine| machine.name() != name), "it is still there");
    });
}
