//! Charges and refunds in any order, with faults, kills, twins, lost writes, late requests and time between them.

use std::time::Duration;

use gateway_simulator::{Fault as GatewayFault, Misbehaviour, Operation, Settings};
use payment::Action;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use crate::verdict;
use crate::world::{Fault, HOUR, INVOCATION, Kill, LostWrite, MINUTE, World, fare};

/// How many sequences are tried; `PROPTEST_CASES` says otherwise.
const SEQUENCES: u32 = 5_000;

/// The longest sequence.
const STEPS: usize = 12;

/// A sequence plays in milliseconds, since its time is virtual. One that takes so long waits for something that never comes.
const HANGS: Duration = Duration::from_secs(20);

/// How often an undo is repeated at the end until it is done.
const REPEATS: usize = 8;

/// The longest that a request is on its way, in milliseconds. Every key outlives it by far.
const LONGEST_JOURNEY: i64 = 10 * MINUTE;

pub(crate) struct Sequences {
    pub(crate) count: u32,
    pub(crate) violations: Vec<String>,
}

#[derive(Clone, Debug)]
struct Sequence {
    payment_method: &'static str,
    search_lag_ms: u64,
    pace: u64,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    /// One invocation, which may be killed.
    Act(Action, Option<Kill>),
    /// Three invocations at the same time, each at its own pace.
    Twins([Action; 3]),
    /// The gateway will misbehave.
    Plan(Misbehaviour),
    /// Something will befall requests on their way.
    Line(&'static str, Fault),
    /// The table will give no answer.
    Writes(LostWrite, usize),
    /// What is under way to the gateway arrives.
    Arrivals,
    /// So many milliseconds pass.
    Pass(i64),
}

/// Tries sequences until one violates something, which is then made as short as possible.
pub(crate) fn run() -> Sequences {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(SEQUENCES);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    // The same sequences every time: a run that is red can be looked at again.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let outcome = runner.run(&sequences(), |sequence| {
        let played = runtime.block_on(async { tokio::time::timeout(HANGS, play(&sequence)).await });
        let wrong = played.unwrap_or_else(|_| vec!["it hangs".to_owned()]);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("; "));
        Ok(())
    });
    let violations = match outcome {
        Ok(()) => Vec::new(),
        Err(TestError::Fail(reason, sequence)) => vec![format!("{reason}\n  in {sequence:#?}")],
        Err(TestError::Abort(reason)) => vec![format!("no sequences: {reason}")],
    };
    Sequences { count: cases, violations }
}

async fn play(sequence: &Sequence) -> Vec<String> {
    let world = World::with(Settings { search_lag_ms: sequence.search_lag_ms, ..Settings::default() });
    let fare = fare("$20.00", sequence.payment_method, "3");
    world.vary_pace(sequence.pace);
    let act = async |action| {
        let answer_by = fare_values::Millis(fare_values::Clock::now(&world).0 + INVOCATION);
        world.invoke(action, &fare, answer_by).await
    };
    let mut wrong = Vec::new();
    for step in &sequence.steps {
        match step {
            Step::Act(action, kill) => {
                if let Some(kill) = kill {
                    world.kill(*kill);
                }
                let requests_before = world.requests();
                let answer = act(*action).await;
                wrong.extend(verdict::of_unavailable(
                    &answer,
                    world.last_key().as_deref(),
                    &world.log()[requests_before..],
                ));
                if answer != "killed" {
                    wrong.extend(verdict::of_answer(&answer, &world.holdings(), world.record().as_ref()));
                }
            }
            Step::Twins(actions) => {
                let answers = futures::future::join_all(actions.map(act)).await;
                wrong.extend(answers.iter().filter_map(|answer| {
                    verdict::of_definite_answer(answer, &world.holdings(), world.record().as_ref())
                }));
            }
            Step::Plan(misbehaviour) => drop(world.plan(*misbehaviour)),
            Step::Line(ending, fault) => drop(world.next(ending, fault.clone())),
            Step::Writes(lost, times) => world.lose_writes(*lost, *times),
            Step::Arrivals => world.deliver_late_requests(),
            Step::Pass(milliseconds) => {
                world.pass((*milliseconds).min(LONGEST_JOURNEY));
                world.deliver_late_requests();
                world.pass((*milliseconds - LONGEST_JOURNEY).max(0));
            }
        }
        check(&world, &mut wrong);
    }
    world.calm();
    let mut answer = String::new();
    for _ in 0..REPEATS {
        answer = act(Action::Refund).await;
        wrong.extend(verdict::of_answer(&answer, &world.holdings(), world.record().as_ref()));
        if matches!(answer.as_str(), "voided" | "refunded" | "cancelled") {
            break;
        }
        // In the end longer than the hour in which an undo can only wait.
        world.pass(15 * MINUTE);
    }
    world.deliver_late_requests();
    check(&world, &mut wrong);
    let holdings = world.holdings();
    if !matches!(answer.as_str(), "voided" | "refunded" | "cancelled") {
        wrong.push(format!("the undo never ended: {answer}"));
    }
    if holdings.held != 0 || holdings.captured != holdings.refunded {
        wrong.push(format!("after the undo ({answer}): {holdings:?}"));
    }
    if act(Action::Charge).await != "FareCancelled" {
        wrong.push("a charge after the undo was not refused".to_owned());
    }
    wrong
}

fn check(world: &World, wrong: &mut Vec<String>) {
    wrong.extend(verdict::of_log(&world.log(), world.record().as_ref()));
    wrong.extend(verdict::of_money(&world.holdings()));
}

fn sequences() -> impl Strategy<Value = Sequence> {
    let methods = select(&[
        "pm_card_visa",
        "pm_card_visa",
        "pm_card_visa",
        "pm_card_authenticationRequired",
        "pm_card_visa_chargeDeclined",
        "pm_sim_capture_refused",
        "pm_sim_capture_refused_1",
        "pm_card_pendingRefund",
        "pm_sim_refund_fails_later_1",
    ]);
    let steps = proptest::collection::vec(step(), 1..=STEPS);
    (methods, select(&[0_u64, 60_000]), any::<u64>(), steps).prop_map(|(payment_method, search_lag_ms, pace, steps)| {
        Sequence { payment_method, search_lag_ms, pace, steps }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let action = || select(&[Action::Charge, Action::Charge, Action::Refund]);
    let kill = (0_u32..6, any::<bool>()).prop_map(|(after, sent)| Kill { after, sent });
    let endings =
        select(&["", "/payment_intents", "/capture", "/cancel", "POST /v1/refunds", "GET /v1/refunds", "/search"]);
    prop_oneof![
        6 => (action(), proptest::option::weighted(0.3, kill)).prop_map(|(action, kill)| Step::Act(action, kill)),
        3 => [action(), action(), action()].prop_map(Step::Twins),
        4 => misbehaviour().prop_map(Step::Plan),
        2 => (endings, select(&[Fault::NotSent, Fault::ArrivesLate])).prop_map(|(ending, fault)| Step::Line(ending, fault)),
        1 => (select(&[LostWrite::Before, LostWrite::After]), 1_usize..3).prop_map(|(lost, times)| Step::Writes(lost, times)),
        1 => Just(Step::Arrivals),
        2 => select(&[1_000, MINUTE, HOUR, 5 * HOUR, 20 * HOUR, 25 * HOUR]).prop_map(Step::Pass),
    ]
}

fn misbehaviour() -> impl Strategy<Value = Misbehaviour> {
    let faults: Vec<GatewayFault> =
        GatewayFault::all().filter(|fault| !matches!(fault, GatewayFault::FailsLater)).collect();
    let operations = select(&[
        Operation::Authorise,
        Operation::Capture,
        Operation::Void,
        Operation::Refund,
        Operation::Retrieve,
        Operation::Search,
        Operation::List,
        Operation::ListRefunds,
    ]);
    (select(faults), operations, 0_u32..3, 1_u32..4).prop_map(|(fault, operation, skip, times)| Misbehaviour {
        fault,
        operation: Some(operation),
        skip,
        times,
    })
}
