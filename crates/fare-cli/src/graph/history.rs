//! The path that an execution took, from its history.

use super::model::Graph;
use super::path::{Path, Step};
use crate::error::{Error, Result};
use crate::execution::{self, Described, ExecutionArn, Visited};
use crate::stack::Stack;

/// The machine that an execution runs by, and the path it took so far.
///
/// # Errors
/// [`Error::NoFare`] when there is no such execution; others when Step Functions cannot be asked.
pub async fn taken(stack: &Stack, execution: &ExecutionArn) -> Result<(Graph, Path)> {
    let graph = Graph::of(&execution::definition_of(stack, execution).await?)?;
    let described = execution::describe(stack, execution).await?.ok_or(Error::NoFare)?;
    let visited = execution::trail(stack, execution).await?.visited;
    let title = format!("{}: {}", execution.name(), how(&described));
    Ok((graph, Path { title, steps: visited.into_iter().map(step).collect() }))
}

fn how(execution: &Described) -> String {
    if execution.is_running() {
        return "still running".to_owned();
    }
    let word = execution.status.as_str().to_lowercase().replace('_', " ");
    execution.error.as_ref().map_or_else(|| word.clone(), |error| format!("{word} ({error})"))
}

fn step(visit: Visited) -> Step {
    Step { state: visit.state, attempts: visit.attempts, error: visit.failed }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::ExecutionStatus;

    use super::*;

    #[test]
    fn an_ending_is_told_with_its_error() {
        let mut execution = Described {
            arn: ExecutionArn::new("arn:x"),
            status: ExecutionStatus::Failed,
            error: Some("FareProcessingFailed".to_owned()),
            input: None,
            started_at: None,
            ended_at: None,
            redriven: false,
            redrive: None,
            redrive_reason: None,
        };
        assert_eq!(how(&execution), "failed (FareProcessingFailed)");
        execution.status = ExecutionStatus::Running;
        execution.error = None;
        assert_eq!(how(&execution), "still running");
    }
}
