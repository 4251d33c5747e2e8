//! Recoveries that run, and starting one.

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;

use super::case::Case;
use super::recovery::Plan;
use crate::error::{Error, Result};
use crate::execution::{ExecutionArn, describe, input_of, without_qualifier};
use crate::stack::Stack;

/// How many recoveries that run are looked into. One that is missed does no harm: any number may run beside each other.
const LOOKED_INTO: i32 = 100;

/// How often one fare is recovered by hand within 90 days.
const MOST: u32 = 1000;

/// A recovery of this fare that is at work, whoever has started it.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn under_way(stack: &Stack, case: &Case) -> Result<Option<ExecutionArn>> {
    let machine = without_qualifier(&stack.outputs.recovery_state_machine_arn);
    let request = stack.clients.sfn.list_executions().state_machine_arn(machine).max_results(LOOKED_INTO);
    let running = request.status_filter(ExecutionStatus::Running).send().await;
    let running = running.map_err(|error| Error::aws("ListExecutions")(error.into()))?;
    for execution in running.executions() {
        let arn = ExecutionArn::new(execution.execution_arn());
        let event = input_of(stack, &arn).await?;
        if event.is_some_and(|event| is_for(&event, case)) {
            return Ok(Some(arn));
        }
    }
    Ok(None)
}

/// Whether an event is of the fare's execution, or of another one of this fare.
fn is_for(event: &Value, case: &Case) -> bool {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let input = || text("/detail/input").and_then(|input| serde_json::from_str::<Value>(input).ok());
    text("/detail/executionArn") == Some(case.arn.as_str())
        || input().is_some_and(|input| input.get("fareId").and_then(Value::as_str) == Some(&case.fare_id))
}

/// Starts recovery. Two that do so at once start one execution, since both take the first name that is free; one that does
/// so later, when that has ended, takes the next name.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn start(stack: &Stack, case: &Case, plan: &Plan) -> Result<ExecutionArn> {
    let machine = &stack.outputs.recovery_state_machine_arn;
    for number in 1..=MOST {
        let name = name(&case.fare_id, number);
        let arn = ExecutionArn::of(machine, &name);
        match describe(stack, &arn).await? {
            Some(earlier) if earlier.is_running() => return Ok(arn),
            Some(_) => continue,
            None => {}
        }
        let event = plan.event(&name, &stack.outputs.state_machine_arn).to_string();
        let request = stack.clients.sfn.start_execution().state_machine_arn(machine).name(&name).input(event);
        match request.send().await {
            Ok(_) => return Ok(arn),
            // Somebody else was quicker by a moment.
            Err(error) if error.as_service_error().is_some_and(|it| it.is_execution_already_exists()) => {
                return Ok(arn);
            }
            Err(error) => return Err(Error::aws("StartExecution")(error.into())),
        }
    }
    Err(Error::NameTaken { name: name(&case.fare_id, MOST) })
}

/// At most 76 characters, as a fare's id has 64; Step Functions takes 80.
fn name(fare_id: &str, number: u32) -> String {
    format!("by-hand-{fare_id}-{number}")
}

#[cfg(test)]
mod tests {
    use reconciliation::FareFacts;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_longest_id_makes_a_name_that_step_functions_and_the_queue_take() {
        assert!(name(&"x".repeat(64), MOST).len() <= 80);
    }

    #[test]
    fn a_recovery_is_of_the_fare_whose_execution_or_whose_input_it_was_given() {
        let arn = ExecutionArn::new("arn:aws:states:us-east-1:000000000000:execution:collect:wr_563");
        let case = Case {
            fare_id: "wr_563".to_owned(),
            arn: arn.clone(),
            execution: None,
            request: None,
            facts: FareFacts::default(),
            findings: vec![],
            now: 0,
        };
        assert!(is_for(&json!({"detail": {"executionArn": arn.as_str()}}), &case));
        let other_name =
            |id: &str| json!({"detail": {"executionArn": "arn:x", "input": json!({"fareId": id}).to_string()}});
        assert!(is_for(&other_name("wr_563"), &case));
        assert!(!is_for(&other_name("wr_564"), &case));
        assert!(!is_for(&json!({"detail": {"executionArn": "arn:x", "input": "no JSON"}}), &case));
    }
}
