//! The explorer's interpreter against the engine: on the same inputs the same path, the same attempts, the same end.
//!
//! They are compared in two ways. A replay runs the explorer's whole world, whose twins answer the tasks. A retelling gives
//! the interpreter the answers in the engine's history, so that nothing is left to differ but the interpreter itself.

mod account;

use std::path::Path;

use fare_cli::execution::ExecutionArn;
use fare_cli::scenarios::{self, Ids, catalogue};
use futures::{StreamExt as _, stream};
use saga_explorer::asl::{Ending, Execution, Need, Stop};
use saga_explorer::{Machines, Scenario, Schedule, Sources, Twin, replay};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use self::account::{Account, Course};
use crate::harness::{Test, test};
use crate::recovered::{aborted, event, recovered_execution};
use crate::stopped::stopped_at;
use crate::world::{Fare, World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(every_scenario_of_the_demonstration_goes_the_same_way_in_the_explorer),
    test!(every_execution_of_the_demonstration_is_retold_by_the_interpreter),
    test!(recovery_of_an_execution_that_was_stopped_at_once_goes_the_same_way_in_the_explorer),
    test!(every_kind_of_recovery_is_retold_by_the_interpreter),
];

/// The fare that everything in the explorer is about.
const EXPLORED: &str = "wr_563";

/// How many scenarios are played at a time. Of all at once, beside other tests, an engine on a slow machine keeps functions
/// waiting for their tables until they give up, and attempts are counted here.
const AT_ONCE: usize = 4;

/// The demonstration is played once for all tests, since one of its scenarios waits for the gateway in vain.
static DEMONSTRATION: OnceCell<Vec<Demonstrated>> = OnceCell::const_new();

/// A scenario that has ended on the engine.
struct Demonstrated {
    scenario: scenarios::Scenario,
    fare: Fare,
    /// The executions in the order of their starts.
    executions: Vec<Account>,
    /// The recoveries that the engine started for them, in the same order.
    recoveries: Vec<Account>,
}

fn every_scenario_of_the_demonstration_goes_the_same_way_in_the_explorer() {
    with_stack(async |world| {
        let machines = machines();
        for Demonstrated { scenario, fare, executions, recoveries } in demonstration(world).await {
            let inputs = inputs_in_explorer(scenario);
            let explored = explored(&to_explore(scenario.name, &inputs), "", &machines);
            let taken: Vec<_> = explored.iter().take(inputs.len()).map(Execution::input).collect();
            assert_eq!(taken, inputs.iter().collect::<Vec<_>>(), "{}", scenario.name);
            let names = [(fare.id.as_str(), EXPLORED)];
            let accounts = executions.iter().chain(recoveries);
            let engine: Vec<_> = accounts.map(|account| account.course.comparable(&names)).collect();
            let explorer: Vec<_> = explored.iter().map(|execution| Course::of(execution).comparable(&[])).collect();
            assert_eq!(explorer, engine, "{}", scenario.name);
        }
    });
}

fn every_execution_of_the_demonstration_is_retold_by_the_interpreter() {
    with_stack(async |world| {
        let machines = machines();
        for Demonstrated { executions, recoveries, .. } in demonstration(world).await {
            for account in executions {
                account.assert_retold(&machines.fare_collection, &notices(world, &account.arn).await);
            }
            for account in recoveries {
                account.assert_retold(&machines.recover_fare, &[]);
            }
        }
    });
}

fn recovery_of_an_execution_that_was_stopped_at_once_goes_the_same_way_in_the_explorer() {
    with_stack(async |world| {
        let ids = [("fareId", json!(EXPLORED)), ("customerId", json!(EXPLORED))];
        let input = ids.into_iter().fold(fare(""), |fare, (field, id)| fare.with(field, id)).input;
        let scenario = to_explore("stopped", &[input]);
        let scenario = Scenario { stop: Some(Stop::Aborted), ..scenario };
        let explored = explored(&scenario, "0=main/abort", &machines());
        let [main, recovery] = explored.as_slice() else { panic!("one execution, one recovery: {explored:?}") };
        assert_eq!(*main.need(), Need::Ended(Ending::Aborted));

        let fare = fare("");
        let event = aborted(world, &fare);
        let account = Account::read(world, &world.recover(&event).await.arn).await;
        let stopped = recovered_execution(&event);
        assert_eq!(
            Course::of(recovery).comparable(&[(&main.identity().execution_arn, "stopped")]),
            account.course.comparable(&[(stopped.as_str(), "stopped"), (&fare.id, EXPLORED)]),
        );
    });
}

fn every_kind_of_recovery_is_retold_by_the_interpreter() {
    with_stack(async |world| {
        let stopped = stopped_at(world, "CreditCustomerAccount").await;
        let collected = fare("");
        world.collect(&collected).await;
        let rejected = fare("").with("fareAmount", json!("$0.00"));
        let mut unknown = event(world, &fare("").id, "TIMED_OUT", None, &Value::Null);
        unknown["detail"]["input"] = Value::Null;
        let given = [aborted(world, &collected), aborted(world, &rejected), unknown];

        let mut recoveries = vec![(world.recovery_of(&stopped.arn).await, stopped.arn)];
        for event in given {
            recoveries.push((world.recover(&event).await, recovered_execution(&event)));
        }
        let machines = machines();
        let mut last_tasks = Vec::new();
        for (recovery, of) in recoveries {
            let account = Account::read(world, &recovery.arn).await;
            account.assert_retold(&machines.recover_fare, &notices(world, &of).await);
            let tasks = account.course.path.into_iter().rev().filter(|(_, attempts)| *attempts > 0);
            last_tasks.extend(tasks.map(|(state, _)| state).take(1));
        }
        assert_eq!(last_tasks, ["NotifyFailure", "NotifySuccess", "NotifyFailure", "CallForAttention"]);
    });
}

fn machines() -> Machines {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Sources::read(&project).and_then(|sources| sources.parse()).expect("the definitions can be interpreted")
}

async fn demonstration(world: &World) -> &'static [Demonstrated] {
    let played = async || stream::iter(catalogue()).map(|it| play(world, it)).buffered(AT_ONCE).collect().await;
    DEMONSTRATION.get_or_init(played).await
}

/// Starts each execution when those before it have ended, as the explorer does where nobody interferes.
async fn play(world: &World, scenario: scenarios::Scenario) -> Demonstrated {
    let fare = fare(scenario.trigger);
    let ids = Ids { fare: fare.id.clone(), customer: fare.customer.clone() };
    let (mut executions, mut recoveries): (Vec<Account>, _) = (Vec::new(), Vec::new());
    for start in &scenario.starts {
        let arn = world.start(&start.name(&ids), &start.input(&ids)).await;
        if executions.iter().any(|account| account.arn == arn) {
            continue;
        }
        let ended = world.ended(arn).await;
        executions.push(Account::read(world, &ended.arn).await);
        if !ended.succeeded {
            recoveries.push(Account::read(world, &world.recovery_of(&ended.arn).await.arn).await);
        }
    }
    Demonstrated { scenario, fare, executions, recoveries }
}

/// What each execution of a scenario is given, about the explorer's fare. Its customer's id keeps the trigger.
fn inputs_in_explorer(scenario: &scenarios::Scenario) -> Vec<Value> {
    let ids = Ids { fare: EXPLORED.to_owned(), customer: format!("{EXPLORED}{}", scenario.trigger) };
    scenario.starts.iter().filter(|start| start.expected.is_some()).map(|start| start.input(&ids)).collect()
}

fn to_explore(name: &str, inputs: &[Value]) -> Scenario {
    let (input, twin) = match inputs {
        [input] => (input, None),
        [input, twin] => (input, Some(if twin == input { Twin::Same } else { Twin::OtherPayload })),
        others => panic!("{name}: the explorer has one execution or two: {others:?}"),
    };
    Scenario { twin, ..Scenario::alone(name, input.clone(), 0) }
}

/// Every execution of a schedule, those of fares first.
fn explored(scenario: &Scenario, choices: &str, machines: &Machines) -> Vec<Execution> {
    let schedule: Schedule = format!("{}:{choices}", scenario.name).parse().expect("it is a schedule");
    let replayed = replay(scenario, machines, &schedule).expect("the schedule fits");
    assert!(replayed.end.is_ok(), "{}: {:?}", scenario.name, replayed.end);
    replayed.executions
}

async fn notices(world: &World, execution: &ExecutionArn) -> Vec<Value> {
    world.notices(execution).await.into_iter().map(|notice| notice.content).collect()
}
