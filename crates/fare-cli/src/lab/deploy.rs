//! A learner's machine on the engine, beside the finished one: with the same role and the same functions.

use serde_json::Value;

use super::machine::{Machine, Names};
use crate::error::{Error, Result};
use crate::execution::definition;
use crate::stack::Stack;

/// The finished machine as it is in the tree. What it says in `${…}` and what the deployed one says in that place are the
/// names and their values.
const FINISHED: &str = include_str!("../../../../statemachine/fare-collection.asl.json");

/// A deployed machine, to be deleted when it has served.
#[derive(Debug)]
pub(super) struct Deployed {
    /// The stack, with this machine in the place of the finished one.
    pub(super) stack: Stack,
}

impl Deployed {
    /// Deploys a definition under this name.
    ///
    /// # Errors
    /// [`Error::DefinitionUnfinished`] when the engine does not take it; [`Error::Aws`] when it cannot be asked.
    pub(super) async fn create(stack: &Stack, name: &str, machine: &Machine) -> Result<Self> {
        let finished = &stack.outputs.state_machine_arn;
        let sfn = &stack.clients.sfn;
        let role = sfn.describe_state_machine().state_machine_arn(finished).send().await;
        let role = role.map_err(|error| Error::aws("DescribeStateMachine")(error.into()))?.role_arn;
        let names = names(&definition(stack, finished).await?);
        let request = sfn.create_state_machine().name(name).role_arn(role).definition(machine.with(&names));
        let created = request.send().await.map_err(|error| match error.as_service_error() {
            Some(refused) if refused.is_invalid_definition() => Error::DefinitionUnfinished {
                from: "the definition".to_owned(),
                faults: vec![refused.meta().message().unwrap_or("the engine does not take it").to_owned()],
            },
            _ => Error::aws("CreateStateMachine")(error.into()),
        })?;
        let mut stack = stack.clone();
        stack.outputs.state_machine_arn = created.state_machine_arn;
        Ok(Self { stack })
    }

    /// Deletes it.
    ///
    /// # Errors
    /// [`Error::Aws`] when the engine cannot be asked.
    pub(super) async fn delete(self) -> Result<()> {
        let request = self.stack.clients.sfn.delete_state_machine();
        let deleted = request.state_machine_arn(&self.stack.outputs.state_machine_arn).send().await;
        deleted.map(drop).map_err(|error| Error::aws("DeleteStateMachine")(error.into()))
    }
}

/// The names that the template substitutes, with what it put in their place.
fn names(deployed: &Value) -> Names {
    let finished: Value = serde_json::from_str(FINISHED).unwrap_or_default();
    let mut names = Names::new();
    compare(&finished, deployed, &mut names);
    names
}

fn compare(written: &Value, deployed: &Value, names: &mut Names) {
    match (written, deployed) {
        (Value::Object(written), Value::Object(deployed)) => {
            for (field, value) in written {
                compare(value, deployed.get(field).unwrap_or(&Value::Null), names);
            }
        }
        (Value::Array(written), Value::Array(deployed)) => {
            written.iter().zip(deployed).for_each(|(written, deployed)| compare(written, deployed, names));
        }
        (Value::String(written), Value::String(deployed)) => {
            if let Some((before, rest)) = written.split_once("${")
                && let Some((name, after)) = rest.split_once('}')
                && let Some(value) = deployed.strip_prefix(before).and_then(|deployed| deployed.strip_suffix(after))
            {
                names.insert(name.to_owned(), value.to_owned());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_template_put_in_is_found_by_comparing_with_what_is_deployed() {
        let deployed = FINISHED
            .replace("${AWSPartition}", "aws")
            .replace("${RegisterFareFunctionArn}", "arn:aws:lambda:r:1:function:rides-RegisterFareFunction-x:live")
            .replace("${NotificationTopicArn}", "arn:aws:sns:r:1:notices");
        let names = names(&serde_json::from_str(&deployed).unwrap());
        assert_eq!(names["AWSPartition"], "aws");
        assert_eq!(names["RegisterFareFunctionArn"], "arn:aws:lambda:r:1:function:rides-RegisterFareFunction-x:live");
        assert_eq!(names["NotificationTopicArn"], "arn:aws:sns:r:1:notices");
        assert_eq!(names.len(), 8);
    }
}
