//! One cell: one request of one action, in one situation, meets one fault.

use futures::StreamExt;
use gateway_simulator::{Effect, Fault, Misbehaviour, Operation};
use payment::Action;
use payment::gateway::retry::MAX_ATTEMPTS;

use crate::gateway::{Bench, LATE};
use crate::phases::{Before, PHASES, Phase};
use crate::verdict;

/// How many cells run side by side.
const SIDE_BY_SIDE: usize = 16;

/// How often an action is repeated until it settles. A key may be spent once more on the way.
const REPEATS: usize = 4;

/// Longer than the gateway's search lags behind and than it takes for anything slow, in milliseconds.
const MEANWHILE: u64 = 2 * 60 * 1000;

pub(crate) struct Cell {
    pub(crate) violations: Vec<String>,
}

/// Runs every cell there is.
pub(crate) async fn all() -> Vec<Cell> {
    let times = [1, MAX_ATTEMPTS];
    let cells = PHASES
        .iter()
        .flat_map(|phase| Fault::all().flat_map(move |fault| times.map(|times| (phase, soon(fault), times))));
    let cells = cells
        .filter(|(phase, fault, _)| fault.concerns(phase.operation) && (phase.executes || fault.strikes_replays()));
    futures::stream::iter(cells)
        .map(|(phase, fault, times)| run(phase, fault, times))
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await
}

/// The fault with times that a test can wait for.
fn soon(fault: Fault) -> Fault {
    match fault {
        Fault::RateLimited { .. } => Fault::RateLimited { retry_after_seconds: 2 },
        fault => fault.lasting(LATE).unwrap_or(fault),
    }
}

async fn run(phase: &Phase, fault: Fault, times: u32) -> Cell {
    let bench = Bench::start(phase.payment_method).await;
    for before in phase.before {
        match *before {
            Before::Plan(operation, fault, times) => {
                bench.plan(Misbehaviour { fault, operation: Some(operation), skip: 0, times });
            }
            Before::Charge => drop(bench.act(Action::Charge).await),
            Before::Refund => drop(bench.act(Action::Refund).await),
            Before::Pass(milliseconds) => bench.time.pass(milliseconds),
        }
    }
    bench.plan(Misbehaviour { fault, operation: Some(phase.operation), skip: phase.skip, times });
    let requests_before = bench.log().len();
    let mut wrong = Vec::new();
    let answer = observe(&bench, phase.action, &mut wrong).await;
    let struck = bench.log().iter().skip(requests_before).any(|entry| entry.fault.is_some());
    if !struck && fault != Fault::RequestLost {
        wrong.push("the fault never struck".to_owned());
    }
    bench.behave();
    settle(&bench, phase, fault, answer, &mut wrong).await;
    undo(&bench, &mut wrong).await;
    let name = format!("{:?}: {} meets {fault:?} x{times}", phase.action, phase.name);
    Cell { violations: wrong.into_iter().map(|wrong| format!("{name}: {wrong}")).collect() }
}

/// Carries out an action, and checks its answer and everything else.
async fn observe(bench: &Bench, action: Action, wrong: &mut Vec<String>) -> String {
    let requests_before = bench.log().len();
    let answer = bench.act(action).await;
    let (holdings, record) = (bench.holdings(), bench.record());
    let log = bench.log();
    let last_key = log.last().and_then(|entry| entry.idempotency_key.as_deref());
    wrong.extend(verdict::of_unavailable(&answer, last_key, &log[requests_before..]));
    wrong.extend(verdict::of_answer(&answer, &holdings, record.as_ref()));
    wrong.extend(verdict::of_log(&bench.log(), record.as_ref()));
    wrong.extend(verdict::of_money(&holdings));
    answer
}

/// Repeats the action until it answers what it should. An unknown outcome must never have turned into a definite one.
async fn settle(bench: &Bench, phase: &Phase, fault: Fault, mut answer: String, wrong: &mut Vec<String>) {
    // The one fault by which a card's issuer itself says no.
    let settles = match (fault, phase.operation) {
        (Fault::Refused, Operation::Authorise) if phase.action == Action::Charge => "PaymentAuthException",
        (Fault::Refused, Operation::Capture) => "PaymentChargeException",
        _ => phase.settles,
    };
    for _ in 0..REPEATS {
        let is_open =
            matches!(answer.as_str(), "PaymentOutcomeUnknown" | "PaymentGatewayUnavailable" | "PaymentRefundException");
        if !is_open {
            break;
        }
        bench.time.pass(MEANWHILE);
        answer = observe(bench, phase.action, wrong).await;
    }
    let refused_in_vain = fault == Fault::Refused && answer == phase.settles;
    if answer != settles && !refused_in_vain {
        wrong.push(format!("{answer} in the end, instead of {settles}"));
    }
}

/// Undoes whatever there is, and checks that nothing is left and nothing more can happen.
async fn undo(bench: &Bench, wrong: &mut Vec<String>) {
    let mut answer = String::new();
    for _ in 0..REPEATS {
        answer = observe(bench, Action::Refund, wrong).await;
        if matches!(answer.as_str(), "voided" | "refunded" | "cancelled") {
            break;
        }
        bench.time.pass(MEANWHILE);
    }
    let holdings = bench.holdings();
    if holdings.held != 0 || holdings.captured != holdings.refunded {
        wrong.push(format!("after the undo ({answer}): {holdings:?}"));
    }
    let log = bench.log();
    let standing_refunds = log.iter().filter(|entry| entry.effect == Effect::Refunded).count();
    if standing_refunds > 2 {
        wrong.push(format!("{standing_refunds} refunds"));
    }
    if observe(bench, Action::Charge, wrong).await != "FareCancelled" || bench.log().len() != log.len() {
        wrong.push("a charge after the undo was not refused at once".to_owned());
    }
}
