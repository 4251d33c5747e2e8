//! Following an execution while it runs.

use std::time::Duration;

use aws_sdk_sfn::types::HistoryEvent;
use tokio::time::sleep;

use super::{Ended, ExecutionArn, Happening, Trail, ended};
use crate::error::{Error, Result};
use crate::stack::Stack;

/// How soon is looked again after something happened.
const SHORTEST_PAUSE: Duration = Duration::from_millis(400);
/// How soon at the latest: an execution may wait for hours, and everybody shares the account's quota of questions.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How many events are asked for at a time.
const PAGE: i32 = 200;

/// An execution that was followed to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The way it went.
    pub trail: Trail,
    /// How it ended.
    pub ended: Ended,
}

/// Follows an execution to its end, and tells what happens as it is seen to happen.
///
/// # Errors
/// [`Error::NoFare`] when there is no such execution; [`Error::Aws`] when Step Functions cannot be asked.
pub async fn follow(
    stack: &Stack,
    execution: &ExecutionArn,
    mut told: impl FnMut(&Trail, &[Happening]),
) -> Result<Followed> {
    let mut trail = Trail::default();
    let mut pause = SHORTEST_PAUSE;
    loop {
        // Asked first, so that the history of one that has ended is whole.
        let ended = ended(stack, execution).await?;
        let events = events_after(stack, execution, trail.last_event).await?;
        let happened: Vec<Happening> = events.iter().filter_map(|event| trail.take(event)).collect();
        told(&trail, &happened);
        if let Some(ended) = ended {
            return Ok(Followed { trail, ended });
        }
        pause = if events.is_empty() { (pause.saturating_mul(5) / 4).min(LONGEST_PAUSE) } else { SHORTEST_PAUSE };
        sleep(pause).await;
    }
}

/// The way that an execution has gone so far.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn trail(stack: &Stack, execution: &ExecutionArn) -> Result<Trail> {
    let mut trail = Trail::default();
    for event in events_after(stack, execution, 0).await? {
        trail.take(&event);
    }
    Ok(trail)
}

/// The last states of the way that an execution has gone: those of one page of its history.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn last_of_trail(stack: &Stack, execution: &ExecutionArn) -> Result<Trail> {
    let request = stack.clients.sfn.get_execution_history().execution_arn(execution.as_str());
    let page = request.include_execution_data(true).reverse_order(true).max_results(PAGE).send().await;
    let page = page.map_err(|error| Error::aws("GetExecutionHistory")(error.into()))?;
    let mut trail = Trail::default();
    for event in page.events.iter().rev() {
        trail.take(event);
    }
    Ok(trail)
}

/// The events after that one, oldest first. Read from the newest on, so that no event is read twice however long the
/// history has become.
pub(crate) async fn events_after(stack: &Stack, execution: &ExecutionArn, last: i64) -> Result<Vec<HistoryEvent>> {
    let request = stack.clients.sfn.get_execution_history().execution_arn(execution.as_str());
    // Without execution data a history does not have the names of errors everywhere. Inputs are not looked at.
    let request = request.include_execution_data(true).reverse_order(true).max_results(PAGE);
    let mut pages = request.into_paginator().send();
    let mut events = Vec::new();
    'reading: while let Some(page) = pages.next().await {
        for event in page.map_err(|error| Error::aws("GetExecutionHistory")(error.into()))?.events {
            if event.id() <= last {
                break 'reading;
            }
            events.push(event);
        }
    }
    events.reverse();
    Ok(events)
}
