//! What Step Functions says of one execution.

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;

use super::ExecutionArn;
use crate::error::{Error, Result};
use crate::stack::Stack;

/// What Step Functions says of an execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Its ARN.
    pub arn: ExecutionArn,
    /// How it stands.
    pub status: ExecutionStatus,
    /// The error of one that failed.
    pub error: Option<String>,
    /// The input; `None` where it is no JSON, or may not be read.
    pub input: Option<Value>,
    /// When it was started, in milliseconds since the epoch.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
}

/// What is known of an execution; `None` where there is none of that ARN, or it ended three months ago.
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
        status: answer.status().clone(),
        error: answer.error().map(str::to_owned),
        input: answer.input().and_then(|input| serde_json::from_str(input).ok()),
        started_at: millis(Some(answer.start_date())),
        ended_at: millis(answer.stop_date()),
    }))
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
