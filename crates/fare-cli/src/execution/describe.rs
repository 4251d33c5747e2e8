//! What Step Functions says of one execution.

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus};
use serde_json::Value;

use super::ExecutionArn;
use crate::error::{Error, Result};
use crate::stack::Stack;

/// What Step Functions says of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its ARN.
    pub arn: ExecutionArn,
    /// How it stands.
    pub status: ExecutionStatus,
    /// The error of one that failed.
    pub error: Option<String>,
    /// What it was given, where that may be read. It may hold anything, so that it is not to be shown.
    pub input: Option<String>,
    /// When it was started, in milliseconds since the epoch.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Whether it has gone on after an end.
    pub redriven: bool,
    /// Whether it can be redriven; an engine may not say.
    pub redrive: Option<ExecutionRedriveStatus>,
    /// Why not.
    pub redrive_reason: Option<String>,
}

impl Described {
    /// Whether it is still at work.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status, ExecutionStatus::Running | ExecutionStatus::PendingRedrive)
    }

    /// Whether it failed with this error.
    #[must_use]
    pub fn failed_with(&self, error: &str) -> bool {
        self.status == ExecutionStatus::Failed && self.error.as_deref() == Some(error)
    }

    /// How it ended, in a few words.
    #[must_use]
    pub fn ending(&self) -> String {
        match &self.error {
            Some(error) => format!("{} ({error})", self.status.as_str()),
            None => self.status.as_str().to_owned(),
        }
    }

    /// What it was given, where that is JSON.
    #[must_use]
    pub fn input_json(&self) -> Option<Value> {
        self.input.as_deref().and_then(|input| serde_json::from_str(input).ok())
    }
}

/// What is known of an execution; `None` where there is none of that ARN: it was never started, or has been forgotten, 90 days
/// after its end.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn describe(stack: &Stack, execution: &ExecutionArn) -> Result<Option<Described>> {
    let request = stack.clients.sfn.describe_execution().execution_arn(execution.as_str());
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) if error.as_service_error().is_some_and(|error| error.is_execution_does_not_exist()) => {
            return Ok(None);
        }
        Err(error) => return Err(Error::aws("DescribeExecution")(error.into())),
    };
    Ok(Some(Described {
        arn: execution.clone(),
        started_at: millis(Some(answer.start_date())),
        ended_at: millis(answer.stop_date()),
        redriven: answer.redrive_count.unwrap_or_default() > 0,
        status: answer.status,
        error: answer.error,
        input: answer.input,
        redrive: answer.redrive_status,
        redrive_reason: answer.redrive_status_reason,
    }))
}

/// The input that an execution was started with; `None` where it is no JSON, or there is no such execution.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn input_of(stack: &Stack, execution: &ExecutionArn) -> Result<Option<Value>> {
    Ok(describe(stack, execution).await?.and_then(|execution| execution.input_json()))
}

/// The definition of a state machine as it is deployed.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked; [`Error::NoStateMachine`] when its answer is no definition.
pub async fn definition(stack: &Stack, machine: &str) -> Result<Value> {
    let answer = stack.clients.sfn.describe_state_machine().state_machine_arn(machine).send().await;
    let answer = answer.map_err(|error| Error::aws("DescribeStateMachine")(error.into()))?;
    serde_json::from_str(answer.definition()).map_err(|_| Error::NoStateMachine)
}

/// The definition that an execution runs by, which may be older than the one that is deployed now.
///
/// # Errors
/// [`Error::NoFare`] when there is no such execution; as [`definition`] otherwise.
pub async fn definition_of(stack: &Stack, execution: &ExecutionArn) -> Result<Value> {
    let request = stack.clients.sfn.describe_state_machine_for_execution().execution_arn(execution.as_str());
    let answer = request.send().await.map_err(|error| {
        let absent = error.as_service_error().is_some_and(|service| service.is_execution_does_not_exist());
        if absent { Error::NoFare } else { Error::aws("DescribeStateMachineForExecution")(error.into()) }
    })?;
    serde_json::from_str(answer.definition()).map_err(|_| Error::NoStateMachine)
}

/// A point in time in milliseconds since the epoch.
pub(crate) fn millis(time: Option<&DateTime>) -> Option<i64> {
    time.and_then(|time| time.to_millis().ok())
}
