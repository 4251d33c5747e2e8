//! Starting the executions of every fare, so many at a time, and stopping those that are to be stopped.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{self, ExecutionArn};
use fare_cli::{Result, Stack};
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::plan::{FarePlan, Start};

const LOOK_INTERVAL: Duration = Duration::from_millis(250);
const STOPPED: &str = "Stopped at random.";

/// Which executions run, asked for all of them at once, so that waiting for many costs the engine no more than for one.
pub(crate) struct Running {
    looks: watch::Sender<Look>,
}

#[derive(Clone)]
struct Look {
    asked: Instant,
    running: Arc<HashSet<ExecutionArn>>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self { looks: watch::Sender::new(Look { asked: Instant::now(), running: Arc::default() }) }
    }

    /// Keeps looking. Ends only with an error.
    pub(crate) async fn watch(&self, stack: &Stack) -> Result<Infallible> {
        let machine = &stack.outputs.state_machine_arn;
        loop {
            let asked = Instant::now();
            let running = execution::with_status(stack, machine, ExecutionStatus::Running).await?;
            self.looks.send_replace(Look { asked, running: Arc::new(running.into_iter().collect()) });
            sleep(LOOK_INTERVAL).await;
        }
    }

    /// Waits until an execution that runs by now has ended.
    async fn ended(&self, execution: &ExecutionArn) {
        let now = Instant::now();
        let mut looks = self.looks.subscribe();
        // The sender is alive as long as this is.
        let _seen = looks.wait_for(|look| look.asked > now && !look.running.contains(execution)).await;
    }
}

/// What is counted while fares are played.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) executions: AtomicU32,
    pub(crate) stopped: AtomicU32,
    pub(crate) killed: AtomicU32,
}

/// An execution that was started for a fare: the fare's number, its payload's, and its ARN.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) fare: usize,
    pub(crate) payload: Option<usize>,
    pub(crate) arn: ExecutionArn,
}

/// Plays every fare, `at_once` at a time, until all their executions have ended, or have not for `limit`. `disturbing` is told
/// how many are still to be started or stopped.
pub(crate) async fn play(
    stack: &Stack,
    running: &Running,
    plans: &[FarePlan],
    (at_once, limit): (usize, Duration),
    count: &Count,
    disturbing: watch::Sender<usize>,
) -> Result<Vec<Started>> {
    // What is still to be started or stopped; when it is zero, nothing is disturbed any more.
    disturbing.send_replace(plans.iter().map(|plan| plan.starts.len()).sum());
    let played = stream::iter(plans.iter().enumerate()).map(|(fare, plan)| {
        let disturbing = &disturbing;
        async move {
            let starts = plan.starts.iter().map(|start| play_one(stack, running, start, limit, count, disturbing));
            let mut started: Vec<Started> = Vec::new();
            for (payload, arn) in try_join_all(starts).await? {
                if started.iter().all(|other| other.arn != arn) {
                    started.push(Started { fare, payload, arn });
                }
            }
            Ok(started)
        }
    });
    played.buffer_unordered(at_once).try_concat().await
}

async fn play_one(
    stack: &Stack,
    running: &Running,
    start: &Start,
    limit: Duration,
    count: &Count,
    disturbing: &watch::Sender<usize>,
) -> Result<(Option<usize>, ExecutionArn)> {
    sleep(start.after).await;
    let arn = execution::start(stack, &start.name, &start.input).await?;
    count.executions.fetch_add(1, Ordering::Relaxed);
    if let Some(after) = start.stopped_after {
        tokio::select! {
            () = running.ended(&arn) => {}
            () = sleep(after) => {
                if execution::stop(stack, &arn, STOPPED).await? {
                    count.stopped.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
    disturbing.send_modify(|left| *left = left.saturating_sub(1));
    // One that hangs is not waited for here, and found out when everything should have come to rest.
    let _hangs = timeout(limit, running.ended(&arn)).await;
    Ok((start.payload, arn))
}
