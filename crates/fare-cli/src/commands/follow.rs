//! Waiting for an execution, with a word on where it is.

use std::time::Duration;

use fare_cli::execution::{self, Ended, ExecutionArn};
use fare_cli::{Result, Stack};
use tokio::time::sleep;

use crate::progress::Progress;

/// How long between two looks: at first, and at most. Recovery may take a day.
const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(5);

/// Waits until an execution has ended.
pub(super) async fn follow(stack: &Stack, arn: &ExecutionArn, progress: &Progress) -> Result<Ended> {
    let mut pause = FIRST;
    let mut said = String::new();
    loop {
        if let Some(ended) = execution::ended(stack, arn).await? {
            return Ok(ended);
        }
        if let Some(visit) = execution::path(stack, arn).await?.pop() {
            let attempt = if visit.attempts > 1 { format!(", attempt {}", visit.attempts) } else { String::new() };
            let now = format!("{} is at {}{attempt}", arn.name(), visit.state);
            if now != said {
                progress.step(&now);
                said = now;
                pause = FIRST;
            }
        }
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST);
    }
}
