//! Recoveries that run, and starting one.

use super::case::Case;
use super::recovery::Plan;
use crate::error::{Error, Result};
use crate::execution::{self, Among, ExecutionArn, NextByHand, recoveries};
use crate::stack::Stack;

/// A recovery of this fare that is at work, whoever has started it. One that is missed, because very many are at work, does
/// no harm: any number may run beside each other.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn under_way(stack: &Stack, case: &Case) -> Result<Option<ExecutionArn>> {
    let recoveries = recoveries(stack, &case.fare_id, Some(Among::Running)).await?;
    let running = recoveries.found.into_iter().find(|recovery| recovery.execution.is_running());
    Ok(running.map(|recovery| recovery.execution.arn))
}

/// Starts recovery. Two that do so at once start one execution, since both take the first name that is free; one that does
/// so later, when that has ended, takes the next name.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn start(stack: &Stack, case: &Case, plan: &Plan) -> Result<ExecutionArn> {
    let name = match execution::next_by_hand(stack, &case.fare_id).await? {
        NextByHand::AtWork(arn) => return Ok(arn),
        NextByHand::Free(name) => name,
    };
    let machine = &stack.outputs.recovery_state_machine_arn;
    let event = plan.event(&name, &stack.outputs.state_machine_arn).to_string();
    let request = stack.clients.sfn.start_execution().state_machine_arn(machine).name(&name).input(event);
    match request.send().await {
        Ok(_) => {}
        // Somebody else was quicker by a moment.
        Err(error) if error.as_service_error().is_some_and(|it| it.is_execution_already_exists()) => {}
        Err(error) => return Err(Error::aws("StartExecution")(error.into())),
    }
    Ok(ExecutionArn::of(machine, &name))
}
