//! An execution as Step Functions describes it.

use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::execution::ExecutionArn;
use crate::stack::Stack;

/// An execution as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Which one.
    pub arn: ExecutionArn,
    /// How it stands.
    pub status: ExecutionStatus,
    /// The error of one that failed.
    pub error: Option<String>,
    /// What it was given. It may hold anything, so that it is not to be shown.
    pub input: Option<String>,
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
    pub fn input(&self) -> Option<Value> {
        self.input.as_deref().and_then(|input| serde_json::from_str(input).ok())
    }
}

/// The execution, or `None` where there is none: it was never started, or has been forgotten, 90 days after its end.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn describe(stack: &Stack, arn: &ExecutionArn) -> Result<Option<Described>> {
    match stack.clients.sfn.describe_execution().execution_arn(arn.as_str()).send().await {
        Ok(answer) => Ok(Some(Described {
            arn: arn.clone(),
            status: answer.status,
            error: answer.error,
            input: answer.input,
            redrive: answer.redrive_status,
            redrive_reason: answer.redrive_status_reason,
        })),
        Err(error) if error.as_service_error().is_some_and(|service| service.is_execution_does_not_exist()) => Ok(None),
        Err(error) => Err(Error::aws("DescribeExecution")(error.into())),
    }
}
