//! Starting executions of the state machine, following them, and the path they took.

mod describe;
mod fare;
mod follow;
mod layout;
mod recoveries;
mod trail;
mod unrepeated;

use std::fmt;
use std::time::Duration;

use aws_sdk_sfn::operation::list_executions::paginator::ListExecutionsPaginator;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::error::{Error, Result};
use crate::stack::Stack;

pub(crate) use describe::millis;
pub use describe::{Described, definition, definition_of, describe, input_of};
pub use fare::{FareInput, LONGEST_INPUT, StartedFare, start_fare};
pub(crate) use follow::events_after;
pub use follow::{Followed, follow, last_of_trail, trail};
pub use layout::Layout;
pub use recoveries::{Among, Recoveries, Recovery, name_by_hand, recoveries};
pub(crate) use recoveries::{NextByHand, next_by_hand};
pub use trail::{Happening, Trail, Visited, What};

const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// The ARN of one execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecutionArn(String);

impl ExecutionArn {
    /// Takes an ARN as Step Functions gave it.
    #[must_use]
    pub fn new(arn: impl Into<String>) -> Self {
        Self(arn.into())
    }

    /// The ARN that an execution of this name has: Step Functions derives it from the state machine's. It is the same
    /// whether the machine itself was started, one of its versions, or an alias of it.
    #[must_use]
    pub fn of(state_machine_arn: &str, name: &str) -> Self {
        let machine = without_qualifier(state_machine_arn);
        Self(format!("{}:{name}", machine.replacen(":stateMachine:", ":execution:", 1)))
    }

    /// The name of the execution.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or_default()
    }

    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExecutionArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One state that an execution entered, and how often its task was sent off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The state's name.
    pub state: String,
    /// How many attempts its task had; `0` for a state that is no task.
    pub attempts: u32,
}

/// How an execution ended, or that it was given up on while it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The status as Step Functions has it.
    pub status: ExecutionStatus,
    /// The error of a failed one.
    pub error: Option<String>,
}

/// The ARN of a state machine, given that, or the one of a version or an alias of it.
#[must_use]
pub fn without_qualifier(state_machine_arn: &str) -> &str {
    // arn:aws:states:REGION:ACCOUNT:stateMachine:NAME, and a version or an alias.
    match state_machine_arn.match_indices(':').nth(6) {
        Some((end, _)) => state_machine_arn.get(..end).unwrap_or(state_machine_arn),
        None => state_machine_arn,
    }
}

/// Starts an execution under this name. Starting it again with the same input is the same execution, also on an engine
/// that refuses the repetition, and also after the first has ended.
///
/// # Errors
/// [`Error::NameTaken`] when an execution of this name stands with another input; [`Error::Aws`] when Step Functions
/// cannot be asked.
pub async fn start(stack: &Stack, name: &str, input: &Value) -> Result<ExecutionArn> {
    let machine = &stack.outputs.state_machine_arn;
    let request = stack.clients.sfn.start_execution().state_machine_arn(machine).name(name);
    let error = match request.input(input.to_string()).send().await {
        Ok(answer) => return Ok(ExecutionArn::new(answer.execution_arn())),
        Err(error) => error,
    };
    if !error.as_service_error().is_some_and(|service| service.is_execution_already_exists()) {
        return Err(Error::aws("StartExecution")(error.into()));
    }
    let standing = ExecutionArn::of(machine, name);
    if input_of(stack, &standing).await?.as_ref() == Some(input) {
        Ok(standing)
    } else {
        Err(Error::NameTaken { name: name.to_owned() })
    }
}

/// Waits until an execution has ended.
///
/// # Errors
/// [`Error::StillRunning`] after `limit`; [`Error::Aws`] when Step Functions cannot be asked.
pub async fn wait(stack: &Stack, execution: &ExecutionArn, limit: Duration) -> Result<Ended> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(ended) = ended(stack, execution).await? {
            return Ok(ended);
        }
        if Instant::now() >= deadline {
            return Err(Error::StillRunning { execution: execution.to_string(), limit });
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// How an execution ended, or `None` while it runs.
///
/// # Errors
/// [`Error::NoFare`] when there is no such execution; [`Error::Aws`] when Step Functions cannot be asked.
pub async fn ended(stack: &Stack, execution: &ExecutionArn) -> Result<Option<Ended>> {
    let described = describe(stack, execution).await?.ok_or(Error::NoFare)?;
    Ok((!described.is_running()).then_some(Ended { status: described.status, error: described.error }))
}

/// The executions of a state machine that have this status now.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn with_status(stack: &Stack, machine: &str, status: ExecutionStatus) -> Result<Vec<ExecutionArn>> {
    let request = stack.clients.sfn.list_executions().state_machine_arn(machine).status_filter(status);
    list(request.into_paginator()).await
}

/// Every execution that a state machine had so far.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn all(stack: &Stack, machine: &str) -> Result<Vec<ExecutionArn>> {
    list(stack.clients.sfn.list_executions().state_machine_arn(machine).into_paginator()).await
}

/// Stops an execution, and tells whether it was running. One that has ended already is left as it is.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked and does not say that the execution has ended.
pub async fn stop(stack: &Stack, execution: &ExecutionArn, cause: &str) -> Result<bool> {
    let request = stack.clients.sfn.stop_execution().execution_arn(execution.as_str()).cause(cause);
    match request.send().await {
        Ok(_) => Ok(true),
        // AWS has no error of its own for this; asking tells it from others.
        Err(_) if ended(stack, execution).await?.is_some() => Ok(false),
        Err(error) => Err(Error::aws("StopExecution")(error.into())),
    }
}

/// The states that an execution entered so far, in order.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn path(stack: &Stack, execution: &ExecutionArn) -> Result<Vec<Visit>> {
    let visited = trail(stack, execution).await?.visited;
    Ok(visited.into_iter().map(|visit| Visit { state: visit.state, attempts: visit.attempts }).collect())
}

async fn list(paginator: ListExecutionsPaginator) -> Result<Vec<ExecutionArn>> {
    let mut pages = paginator.send();
    let mut executions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::aws("ListExecutions")(error.into()))?;
        executions.extend(page.executions().iter().map(|execution| ExecutionArn::new(execution.execution_arn())));
    }
    Ok(executions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_arn_follows_from_the_state_machine_and_the_name() {
        let arn = ExecutionArn::of("arn:aws:states:us-east-1:000000000000:stateMachine:collect", "wr_563");
        assert_eq!(arn.as_str(), "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563");
        assert_eq!(arn.name(), "wr_563");
    }

    #[test]
    fn an_execution_that_was_started_by_an_alias_or_a_version_has_the_same_arn() {
        for qualifier in ["live", "7"] {
            let machine = format!("arn:aws:states:us-east-1:000000000000:stateMachine:collect:{qualifier}");
            let arn = ExecutionArn::of(&machine, "wr_563");
            assert_eq!(arn.as_str(), "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563");
        }
    }
}
