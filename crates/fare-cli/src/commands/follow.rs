//! Waiting for an execution, with a word on where it is.

use fare_cli::execution::{self, Ended, ExecutionArn};
use fare_cli::{Result, Stack};

use crate::progress::Progress;

/// Waits until an execution has ended.
pub(super) async fn follow(stack: &Stack, arn: &ExecutionArn, progress: &Progress) -> Result<Ended> {
    let mut said = String::new();
    let followed = execution::follow(stack, arn, |trail, _| {
        let Some(visit) = trail.visited.last().filter(|_| !trail.ended) else { return };
        let attempt = if visit.attempts > 1 { format!(", attempt {}", visit.attempts) } else { String::new() };
        let now = format!("{} is at {}{attempt}", arn.name(), visit.state);
        if now != said {
            progress.step(&now);
            said = now;
        }
    })
    .await?;
    Ok(followed.ended)
}
