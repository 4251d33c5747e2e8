//! The rules on small definitions, and the deployed definitions walked with answers made by hand.

mod data;
mod deployed;
mod endings;
mod errors;
mod refusals;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;

fn identity() -> Arc<Identity> {
    Arc::new(Identity {
        execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:machine:wr_563".to_owned(),
        name: "wr_563".to_owned(),
        state_machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:machine".to_owned(),
        state_machine_name: "machine".to_owned(),
        started_at_ms: 1_551_225_271_984,
    })
}

fn parse(definition: &Value) -> Result<Definition, DefinitionError> {
    let substitutions = ["AWSPartition=aws", "FunctionArn=arn:function", "TopicArn=arn:topic", "QueueUrl=url:queue"];
    let substitutions = substitutions.iter().filter_map(|pair| pair.split_once('='));
    Definition::parse(
        &definition.to_string(),
        &substitutions.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>(),
    )
}

/// An execution of the states given, the first of which (in alphabetical order) is called `A`.
fn start(states: Value, input: Value) -> Execution {
    let definition = parse(&json!({ "StartAt": "A", "States": states })).unwrap();
    Execution::start(Arc::new(definition), identity(), Arc::new(input))
}

/// A Task named A before a Succeed named Z, with further fields.
fn task(more: Value) -> Value {
    let mut task = json!({
        "Type": "Task",
        "Resource": "arn:${AWSPartition}:states:::lambda:invoke",
        "Parameters": { "FunctionName": "${FunctionArn}", "Payload": { "action": "act" } },
        "Next": "Z"
    });
    let fields = task.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    task
}

fn failure(error: &str) -> Result<Value, Failure> {
    Err(Failure { error: error.to_owned(), cause: format!("because of {error}") })
}

fn call(execution: &Execution) -> &TaskCall {
    match execution.need() {
        Need::Task(call) => call,
        Need::Backoff(_) | Need::Ended(_) => panic!("no task: {:?}", execution.need()),
    }
}

fn payload(execution: &Execution) -> &Value {
    match &call(execution).service {
        ServiceCall::Invoke { payload, .. } => payload,
        ServiceCall::Publish { .. } | ServiceCall::SendMessage { .. } | ServiceCall::DescribeExecution { .. } => {
            panic!("not a function")
        }
    }
}

fn backoff(execution: &Execution) -> (u64, u64) {
    match execution.need() {
        Need::Backoff(backoff) => (backoff.at_least_ms, backoff.at_most_ms),
        Need::Task(_) | Need::Ended(_) => panic!("no back-off: {:?}", execution.need()),
    }
}

fn output(execution: &Execution) -> &Value {
    match execution.need() {
        Need::Ended(Ending::Succeeded { output }) => output,
        Need::Task(_) | Need::Backoff(_) | Need::Ended(_) => panic!("not succeeded: {:?}", execution.need()),
    }
}

fn error(execution: &Execution) -> &str {
    match execution.need() {
        Need::Ended(Ending::Failed { error: Some(error), .. }) => error,
        Need::Task(_) | Need::Backoff(_) | Need::Ended(_) => panic!("not failed: {:?}", execution.need()),
    }
}

fn names(execution: &Execution) -> Vec<&str> {
    execution.path().iter().map(|visit| &*visit.state).collect()
}
