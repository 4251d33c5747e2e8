//! Plays all scenarios at once and finds out what became of them.

use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use futures::future::join_all;

use super::observed::Observed;
use super::{Ids, Scenario, When};
use crate::error::{Error, Result};
use crate::execution::{self, Ended, ExecutionArn, Visit};
use crate::observe::Mailbox;
use crate::stack::Stack;

/// A notice is published before its execution ends; on its way through topic and queue it may take this long.
const NOTICE_LIMIT: Duration = Duration::from_secs(20);

/// What came of a whole play.
#[derive(Debug)]
pub struct Played {
    /// One for each scenario, in order: what was observed, or why nothing could be.
    pub scenarios: Vec<(Ids, Result<Observed>)>,
    /// Messages in the dead-letter queues.
    pub dead_letters: u64,
    /// Messages that name no execution.
    pub unaddressed: usize,
}

/// Starts every scenario at once and waits for each at most `limit`. `ended` is told the name of each as it ends. Notices
/// are looked up in `mailbox`, which whoever else reads this stack's queues must share.
///
/// # Errors
/// When the queues cannot be read. What goes wrong within one scenario is kept for its row.
pub async fn play(
    stack: &Stack,
    mailbox: &Mailbox,
    run: &str,
    scenarios: &[Scenario],
    limit: Duration,
    ended: impl Fn(&'static str),
) -> Result<Played> {
    let ids: Vec<Ids> = scenarios.iter().zip(1..).map(|(scenario, number)| Ids::of(scenario, run, number)).collect();
    let plays = scenarios.iter().zip(&ids).map(async |(scenario, ids)| {
        let outcome = play_one(stack, mailbox, scenario, ids, limit).await;
        ended(scenario.name);
        outcome
    });
    let outcomes = join_all(plays).await;

    // Only now, when everything has ended, is an empty queue a queue that stays empty.
    mailbox.settle().await?;
    let reads = ids.into_iter().zip(outcomes).map(async |(ids, outcome)| {
        let observed = match outcome {
            Ok(ended) => Observed::read(stack, mailbox, &ids, ended).await,
            Err(error) => Err(error),
        };
        (ids, observed)
    });
    let scenarios = join_all(reads).await;
    let unaddressed = mailbox.unaddressed().await.len();
    Ok(Played { scenarios, dead_letters: mailbox.dead_letters().await?, unaddressed })
}

async fn play_one(
    stack: &Stack,
    mailbox: &Mailbox,
    scenario: &Scenario,
    ids: &Ids,
    limit: Duration,
) -> Result<Vec<(ExecutionArn, Ended, Vec<Visit>)>> {
    let mut started: Vec<ExecutionArn> = Vec::new();
    for start in &scenario.starts {
        if start.when == When::AfterTheOthers {
            for execution in &started {
                ended_or_running(stack, execution, limit).await?;
            }
        }
        let execution = execution::start(stack, &start.name(ids), &start.input(ids)).await?;
        if !started.contains(&execution) {
            started.push(execution);
        }
    }
    let mut ended = Vec::new();
    for execution in started {
        let how = ended_or_running(stack, &execution, limit).await?;
        if how.status != ExecutionStatus::Running {
            mailbox.notices(&execution, NOTICE_LIMIT).await?;
        }
        let path = execution::path(stack, &execution).await?;
        ended.push((execution, how, path));
    }
    Ok(ended)
}

/// What does not end in time is observed as it stands, so that its row shows how far it came.
async fn ended_or_running(stack: &Stack, execution: &ExecutionArn, limit: Duration) -> Result<Ended> {
    match execution::wait(stack, execution, limit).await {
        Err(Error::StillRunning { .. }) => Ok(Ended { status: ExecutionStatus::Running, error: None }),
        other => other,
    }
}
