//! The whole of it: a stack, fares, disturbance, calm, and the checks.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fare_cli::execution::{self, ExecutionArn};
use fare_cli::local::{EngineChoice, Project, StandingStack};
use fare_cli::observe::{GatewayView, Mailbox};
use fare_cli::{Error, Result, Stack};
use fare_values::{FareStatus, PaymentStatus};
use fastrand::Rng;
use tokio::sync::watch;

use crate::check::check;
use crate::cli::{Arguments, OutputFormat};
use crate::exit::Exit;
use crate::plan::{FarePlan, plans};
use crate::play::{Count, Running, Started, play};
use crate::read::snapshot;
use crate::report::{Disturbance, Report, evidence};
use crate::session::{Session, note, result, session};
use crate::settle::settle;
use crate::snapshot::Snapshot;
use crate::{disturb, gateway};

/// How often refunds are made again that failed after they had succeeded.
const ROUNDS: usize = 3;

/// Does what the arguments say.
pub(crate) async fn run(arguments: &Arguments) -> Exit {
    session(async |session: &Session| {
        let here = std::env::current_dir().map_err(|source| Error::File { path: ".".into(), source })?;
        let project = Project::find(arguments.project.clone(), &here, arguments.tools_dir.clone())?;
        let step = |what: &'static str| session.progress.step(what);
        let (supervisor, run) = (&session.supervisor, &session.run);
        let local = StandingStack::start(&EngineChoice::Ministack, supervisor, &project, run, step).await?;
        tokio::select! {
            exit = chaos(session, arguments, &local) => exit,
            broken = local.broken() => Err(broken),
        }
    })
    .await
}

async fn chaos(session: &Session, arguments: &Arguments, local: &StandingStack) -> Result<Exit> {
    let began = Instant::now();
    let stack = &local.stack;
    let seed = arguments.seed.unwrap_or_else(|| Rng::new().u64(..));
    note(&format!("seed {seed}"));
    let plans = plans(session.run.id(), seed, arguments.fares, arguments.stops);
    let count = Count::default();

    let limit = Duration::from_secs(arguments.time_limit);
    let calm = Calm {
        session,
        stack,
        view: GatewayView::of(stack)?,
        mailbox: Mailbox::new(stack.clone()),
        plans: &plans,
        limit,
    };

    let mut started = disturbed(session, arguments, local, &plans, seed, &count).await?;
    settle(stack, &arns(&started), limit, &session.progress).await?;
    // Now that nothing else is disturbed: what helps none of these must not hide anything else.
    local.scale_waits(0).await?;
    started.extend(permanent(stack, &plans, &count).await?);
    let mut seen = calm.snapshot(&started).await?;
    let mut again = 0_usize;
    for _ in 0..ROUNDS {
        let due = refunds_that_failed_since(&seen);
        if due.is_empty() {
            break;
        }
        again = again.saturating_add(due.len());
        started.extend(ask_again(stack, &plans, due, again).await?);
        seen = calm.snapshot(&started).await?;
    }

    session.progress.step("checking");
    let disturbance = Disturbance {
        executions: count.executions.load(Ordering::Relaxed),
        stopped: count.stopped.load(Ordering::Relaxed),
        killed: count.killed.load(Ordering::Relaxed),
        recoveries: seen.fares.iter().flat_map(|fare| &fare.executions).map(|one| one.recoveries.len()).sum(),
        refunded_again: again,
        ..Disturbance::default()
    };
    let disturbance = disturbance.read(&seen);
    let mut verdict = check(&seen);
    verdict.elsewhere.extend(disturbance.not_met(plans.len(), arguments.misbehave));
    let report = Report::new(&verdict, seed, began.elapsed().as_secs(), disturbance);
    session.progress.clear();
    result(&match arguments.output {
        OutputFormat::Text => report.to_text(),
        OutputFormat::Json => report.to_json()?,
    })?;
    if report.holds() {
        return Ok(Exit::Holds);
    }
    let path = session.run.logs().join("evidence.txt");
    std::fs::write(&path, evidence(stack, &verdict).await?).map_err(|source| Error::File { path, source })?;
    Ok(Exit::Violated)
}

/// Plays all fares. Gateway and functions are disturbed until the last execution is started and the last one stopped.
async fn disturbed(
    session: &Session,
    arguments: &Arguments,
    local: &StandingStack,
    plans: &[FarePlan],
    seed: u64,
    count: &Count,
) -> Result<Vec<Started>> {
    let stack = &local.stack;
    let view = GatewayView::of(stack)?;
    let plans = disturbable(plans);
    let (left, mut watched) = watch::channel(usize::MAX);
    let mut rng = Rng::with_seed(seed);
    let (gateways, killers) = (rng.fork(), rng.fork());
    let misbehaving = async {
        if arguments.misbehave > 0 {
            gateway::misbehave(&view, arguments.misbehave, gateways).await?;
        }
        Ok::<_, Error>(())
    };
    let killing = async {
        if arguments.kills > 0 {
            disturb::kill(local, arguments.kills, killers, &count.killed).await?;
        }
        Ok::<_, Error>(())
    };
    let total = plans.iter().map(|plan| plan.starts.len()).sum::<usize>();
    let until_all_is_started = async {
        loop {
            let now = *watched.borrow_and_update();
            let done = total.saturating_sub(now).try_into().unwrap_or(u64::MAX);
            session.progress.parts("collecting fares under faults", done, total.try_into().unwrap_or(u64::MAX));
            // The sender is gone when every execution has ended.
            if now == 0 || watched.changed().await.is_err() {
                return Ok::<_, Error>(());
            }
        }
    };
    let disturbing = async {
        tokio::select! {
            done = until_all_is_started => done?,
            failed = async { futures::try_join!(misbehaving, killing)?; std::future::pending::<Result<()>>().await } => failed?,
        }
        gateway::behave(&view).await
    };
    let running = Running::new();
    let at_once = arguments.at_once.try_into().unwrap_or(1);
    let limit = Duration::from_secs(arguments.time_limit);
    tokio::select! {
        played = async { futures::try_join!(play(stack, &running, plans, (at_once, limit), count, left), disturbing) } => {
            played.map(|(started, ())| started)
        }
        Err(error) = running.watch(stack) => Err(error),
    }
}

/// All but those whose refund never works, which come last.
fn disturbable(plans: &[FarePlan]) -> &[FarePlan] {
    let first = plans.iter().position(|plan| plan.story.is_permanent()).unwrap_or(plans.len());
    plans.get(..first).unwrap_or(plans)
}

/// What it takes to see how everything stands when nothing is disturbed any more.
struct Calm<'a> {
    session: &'a Session,
    stack: &'a Stack,
    view: GatewayView,
    mailbox: Mailbox,
    plans: &'a [FarePlan],
    limit: Duration,
}

impl Calm<'_> {
    /// Waits until nothing happens any more, and reads everything.
    async fn snapshot(&self, started: &[Started]) -> Result<Snapshot> {
        let progress = &self.session.progress;
        let ends = settle(self.stack, &arns(started), self.limit, progress).await?;
        gateway::settle_refunds(&self.view).await?;
        progress.step("reading tables, queues and the gateway's log");
        snapshot(self.stack, &self.view, &self.mailbox, self.plans, started, &ends).await
    }
}

fn arns(started: &[Started]) -> Vec<ExecutionArn> {
    started.iter().map(|one| one.arn.clone()).collect()
}

/// Starts the fares whose refund never works.
async fn permanent(stack: &Stack, plans: &[FarePlan], count: &Count) -> Result<Vec<Started>> {
    let mut started = Vec::new();
    for (fare, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.story.is_permanent()) {
        for start in &plan.starts {
            let arn = execution::start(stack, &start.name, &start.input).await?;
            count.executions.fetch_add(1, Ordering::Relaxed);
            started.push(Started { fare, payload: start.payload, arn });
        }
    }
    Ok(started)
}

/// Fares whose refund the gateway has made and then failed. Nobody tells the saga of that; who finds it, reconciliation as
/// a rule, asks for the undo again by starting the same fare under another execution name.
fn refunds_that_failed_since(seen: &Snapshot) -> Vec<usize> {
    let failed_since = seen.fares.iter().map(|fare| {
        fare.fare.as_ref().is_some_and(|record| record.status == FareStatus::Failed)
            && fare.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Refunded)
            && fare.holdings.captured > fare.holdings.refunded
            && fare.refund_failed_since()
            // A person was called, and asking again would only call again.
            && fare.attention() == 0
    });
    failed_since.enumerate().filter_map(|(number, failed)| failed.then_some(number)).collect()
}

async fn ask_again(stack: &Stack, plans: &[FarePlan], due: Vec<usize>, round: usize) -> Result<Vec<Started>> {
    let mut started = Vec::new();
    for fare in due {
        let Some(plan) = plans.get(fare) else { continue };
        // Whichever payload the fare stands with; the others are turned away.
        for (number, start) in plan.starts.iter().enumerate().filter(|(_, start)| start.payload.is_some()) {
            let name = format!("{}_again{round}-{number}", plan.id);
            let arn = execution::start(stack, &name, &start.input).await?;
            started.push(Started { fare, payload: start.payload, arn });
        }
    }
    Ok(started)
}
