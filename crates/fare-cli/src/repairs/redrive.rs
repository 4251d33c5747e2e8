//! Going on with an execution from where it ended.

use std::time::Duration;

use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus};
use tokio::time::sleep;

use crate::error::{Error, Result};
use crate::execution::{Described, describe};
use crate::stack::Stack;

/// The codes with which engines answer what they do not know.
const UNKNOWN: [&str; 4] = ["InvalidAction", "UnknownOperationException", "UnknownAction", "NotImplemented"];

/// How often, and how soon after each other, it is looked whether an execution has gone on.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// Whether a redrive has a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redrive {
    /// It goes on from where it ended.
    Possible,
    /// It is at work.
    Running,
    /// It has succeeded.
    Succeeded,
    /// It ended as it had to, or would at once end the same; this says why.
    Pointless(&'static str),
    /// Step Functions does not do it; this says why.
    Refused(String),
}

/// Whether a redrive of this execution has a point.
#[must_use]
pub fn judge_redrive(execution: &Described) -> Redrive {
    if execution.is_running() {
        return Redrive::Running;
    }
    if execution.status == ExecutionStatus::Succeeded {
        return Redrive::Succeeded;
    }
    if execution.failed_with("FareProcessingFailed") {
        return Redrive::Pointless("it ended cleanly, and its fare is taken back: collect again under a new fare id");
    }
    if execution.failed_with("FareUndecided") {
        return Redrive::Pointless(
            "it would fail again at once: mend what refused the decision, then start its input under another name",
        );
    }
    match &execution.redrive {
        Some(ExecutionRedriveStatus::NotRedrivable) => {
            let reason = execution.redrive_reason.clone();
            Redrive::Refused(reason.unwrap_or_else(|| "Step Functions gives no reason".to_owned()))
        }
        // An engine that does not say may do it.
        _ => Redrive::Possible,
    }
}

/// Redrives an execution, and says how it stands then: running, mostly, and perhaps because somebody else was quicker.
///
/// # Errors
/// [`Error::EngineLacks`] where an engine has no such thing; [`Error::Aws`] when Step Functions cannot be asked.
pub async fn redrive(stack: &Stack, execution: &Described) -> Result<Redrive> {
    let request = stack.clients.sfn.redrive_execution().execution_arn(execution.arn.as_str());
    let Err(error) = request.send().await else {
        begun(stack, execution).await?;
        return Ok(Redrive::Running);
    };
    let not_implemented = error.raw_response().is_some_and(|answer| answer.status().as_u16() == 501);
    let code = error.as_service_error().and_then(|service| service.meta().code());
    if not_implemented || code.is_some_and(|code| UNKNOWN.contains(&code)) {
        return Err(Error::EngineLacks { operation: "RedriveExecution" });
    }
    if error.as_service_error().is_some_and(|service| service.is_execution_not_redrivable()) {
        let reason = error.as_service_error().and_then(|service| service.meta().message()).map(str::to_owned);
        let now = describe(stack, &execution.arn).await?;
        return Ok(match now.as_ref().map(judge_redrive) {
            Some(Redrive::Possible) | None => {
                Redrive::Refused(reason.unwrap_or_else(|| "Step Functions gives no reason".to_owned()))
            }
            Some(verdict) => verdict,
        });
    }
    Err(Error::aws("RedriveExecution")(error.into()))
}

/// Waits for a little while until Step Functions also says that it goes on: what it says lags behind, and whoever asked at
/// once would take the old end for the new one.
async fn begun(stack: &Stack, before: &Described) -> Result<()> {
    for _ in 0..LOOKS {
        let now = describe(stack, &before.arn).await?;
        if now.is_none_or(|now| now.is_running() || now.ended_at != before.ended_at) {
            break;
        }
        sleep(BETWEEN_LOOKS).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::ExecutionArn;

    fn execution(status: ExecutionStatus, error: Option<&str>) -> Described {
        Described {
            arn: ExecutionArn::new("arn:x"),
            status,
            error: error.map(str::to_owned),
            input: None,
            started_at: None,
            ended_at: None,
            redriven: false,
            redrive: None,
            redrive_reason: None,
        }
    }

    #[test]
    fn what_was_stopped_or_failed_otherwise_than_cleanly_can_go_on() {
        for (status, error) in [
            (ExecutionStatus::Aborted, None),
            (ExecutionStatus::TimedOut, None),
            (ExecutionStatus::Failed, Some("States.Runtime")),
            (ExecutionStatus::Aborted, Some("FareProcessingFailed")),
        ] {
            assert_eq!(judge_redrive(&execution(status, error)), Redrive::Possible);
        }
    }

    #[test]
    fn a_clean_end_and_one_that_would_come_again_are_left() {
        for error in ["FareProcessingFailed", "FareUndecided"] {
            let verdict = judge_redrive(&execution(ExecutionStatus::Failed, Some(error)));
            assert!(matches!(verdict, Redrive::Pointless(_)), "{verdict:?}");
        }
        assert_eq!(judge_redrive(&execution(ExecutionStatus::Succeeded, None)), Redrive::Succeeded);
        assert_eq!(judge_redrive(&execution(ExecutionStatus::Running, None)), Redrive::Running);
        assert_eq!(judge_redrive(&execution(ExecutionStatus::PendingRedrive, None)), Redrive::Running);
    }

    #[test]
    fn what_step_functions_refuses_is_given_with_its_reason() {
        let mut old = execution(ExecutionStatus::Aborted, None);
        old.redrive = Some(ExecutionRedriveStatus::NotRedrivable);
        old.redrive_reason = Some("Execution redrive is past its period".to_owned());
        assert_eq!(judge_redrive(&old), Redrive::Refused("Execution redrive is past its period".to_owned()));
    }
}
