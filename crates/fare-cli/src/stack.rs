//! A deployed stack, found by its name.

use std::collections::HashMap;
use std::path::Path;

use aws_sdk_cloudformation::types::Output;
use serde::Deserialize;

use crate::clients::Clients;
use crate::error::{Error, Result};

/// The names and addresses that a deployment of the template hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackOutputs {
    /// The fare-collection state machine.
    pub state_machine_arn: String,
    /// What comes before a fare's id in its reference at the gateway.
    pub gateway_namespace: String,
    /// Where the payment gateway is, without a slash at the end.
    pub gateway_url: String,
    /// The secret that the gateway's key is in.
    pub gateway_secret_id: String,
    /// The table of `register-fare`.
    pub fares_table: String,
    /// The table of `payment`.
    pub payments_table: String,
    /// The table of `customer-accounting`.
    pub ledger_table: String,
    /// Where notices are published.
    pub notification_topic_arn: String,
    /// Gets the notices of collected fares.
    pub success_queue_url: String,
    /// Gets the notices of fares that were not collected.
    pub failure_queue_url: String,
    /// Gets success notices that could not be handled.
    pub success_dead_letter_queue_url: String,
    /// Gets failure notices that could not be handled.
    pub failure_dead_letter_queue_url: String,
    /// The state machine that settles the fare of an execution that ended badly; its input is that execution's event.
    pub recovery_state_machine_arn: String,
    /// Gets a message for each fare that recovery could not settle.
    pub attention_queue_url: String,
    /// Gets the events for which recovery could not be started.
    pub recovery_dead_letter_queue_url: String,
}

impl StackOutputs {
    /// Takes the outputs apart.
    ///
    /// # Errors
    /// [`Error::OutputMissing`] names the first output that is not there.
    pub fn from_map(stack: &str, mut outputs: HashMap<String, String>) -> Result<Self> {
        let mut take = |output: &'static str| {
            outputs.remove(output).ok_or_else(|| Error::OutputMissing { stack: stack.to_owned(), output })
        };
        Ok(Self {
            state_machine_arn: take("StateMachineArn")?,
            gateway_namespace: take("GatewayNamespace")?,
            gateway_url: take("GatewayUrl")?,
            gateway_secret_id: take("GatewaySecretId")?,
            fares_table: take("FaresTableName")?,
            payments_table: take("PaymentsTableName")?,
            ledger_table: take("LedgerTableName")?,
            notification_topic_arn: take("NotificationTopicArn")?,
            success_queue_url: take("SuccessQueueUrl")?,
            failure_queue_url: take("FailureQueueUrl")?,
            success_dead_letter_queue_url: take("SuccessDeadLetterQueueUrl")?,
            failure_dead_letter_queue_url: take("FailureDeadLetterQueueUrl")?,
            recovery_state_machine_arn: take("RecoveryStateMachineArn")?,
            attention_queue_url: take("AttentionQueueUrl")?,
            recovery_dead_letter_queue_url: take("RecoveryDeadLetterQueueUrl")?,
        })
    }
}

/// A deployed stack with the clients that reach it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The stack's name, which is also the namespace of its fares at the gateway.
    pub name: String,
    /// What the deployment handed out.
    pub outputs: StackOutputs,
    /// The clients that reach it.
    pub clients: Clients,
    /// Where the gateway simulator shows its log and holdings, without a slash at the end. `None` where the gateway is a
    /// real one.
    pub gateway_view_url: Option<String>,
}

impl Stack {
    /// The stack that the environment names: `FARE_STACK`, reached with `AWS_ENDPOINT_URL`, `AWS_REGION` and the usual
    /// AWS credentials, its gateway observed at `GATEWAY_VIEW_URL`.
    ///
    /// # Errors
    /// When `FARE_STACK` is not set, the stack is not there, or CloudFormation cannot be asked.
    pub async fn from_environment() -> Result<Self> {
        let name = setting("FARE_STACK").ok_or(Error::SettingMissing { name: "FARE_STACK" })?;
        Self::find(name, Clients::from_environment().await?, setting("GATEWAY_VIEW_URL")).await
    }

    /// The stack of that name.
    ///
    /// # Errors
    /// When there is no such stack, it lacks an output, or CloudFormation cannot be asked.
    pub async fn find(name: String, clients: Clients, gateway_view_url: Option<String>) -> Result<Self> {
        let answer = clients.cloudformation.describe_stacks().stack_name(&name).send().await;
        let answer = answer.map_err(|error| {
            let absent = error.as_service_error().is_some_and(|service| {
                service.meta().message().is_some_and(|message| message.contains("does not exist"))
            });
            if absent { no_stack(&name, &clients) } else { Error::aws("DescribeStacks")(error.into()) }
        })?;
        let stack = answer.stacks().first().ok_or_else(|| no_stack(&name, &clients))?;
        let outputs = StackOutputs::from_map(&name, as_map(stack.outputs()))?;
        let gateway_view_url = gateway_view_url.map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self { name, outputs, clients, gateway_view_url })
    }

    /// The stack with the outputs in this file: as `aws cloudformation describe-stacks` writes them, or `sam list
    /// stack-outputs --output json`. Where the file has the names of stacks, it is the one of this `name`, or the only one.
    ///
    /// # Errors
    /// When the file cannot be read, is something else, does not hold that stack, or lacks an output.
    pub fn from_outputs(
        file: &Path,
        name: Option<&str>,
        clients: Clients,
        gateway_view_url: Option<String>,
    ) -> Result<Self> {
        let text = std::fs::read(file).map_err(|source| Error::File { path: file.to_owned(), source })?;
        let outputs: OutputsFile =
            serde_json::from_slice(&text).map_err(|source| Error::NotOutputs { path: file.to_owned(), source })?;
        let (name, rows) = match outputs {
            OutputsFile::Rows(rows) => (file.display().to_string(), rows),
            OutputsFile::Stacks { stacks } => {
                let several = stacks.len() > 1;
                let meant = |stack: &StackRow| name.map_or(!several, |name| stack.name == name);
                let stack = stacks.into_iter().find(meant);
                let stack = stack.ok_or_else(|| Error::OutputsOfOthers { path: file.to_owned() })?;
                (stack.name, stack.outputs)
            }
        };
        let outputs = StackOutputs::from_map(&name, rows.into_iter().map(|row| (row.key, row.value)).collect())?;
        Ok(Self { name, outputs, clients, gateway_view_url })
    }

    /// The reference under which a fare of this stack is known at the gateway.
    #[must_use]
    pub fn fare_reference(&self, fare_id: &str) -> String {
        format!("{}/{fare_id}", self.outputs.gateway_namespace)
    }
}

/// A file of outputs, in either of two forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum OutputsFile {
    Rows(Vec<OutputRow>),
    Stacks {
        #[serde(rename = "Stacks")]
        stacks: Vec<StackRow>,
    },
}

#[derive(Deserialize)]
struct StackRow {
    #[serde(rename = "StackName")]
    name: String,
    #[serde(rename = "Outputs", default)]
    outputs: Vec<OutputRow>,
}

#[derive(Deserialize)]
struct OutputRow {
    #[serde(rename = "OutputKey")]
    key: String,
    #[serde(rename = "OutputValue")]
    value: String,
}

fn no_stack(name: &str, clients: &Clients) -> Error {
    let region = clients.cloudformation.config().region().map(ToString::to_string);
    Error::NoStack { stack: name.to_owned(), region: region.unwrap_or_default() }
}

fn as_map(outputs: &[Output]) -> HashMap<String, String> {
    let pair = |output: &Output| Some((output.output_key()?.to_owned(), output.output_value()?.to_owned()));
    outputs.iter().filter_map(pair).collect()
}

/// A setting of the environment, where it is not empty.
#[must_use]
pub fn setting(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> HashMap<String, String> {
        [
            "StateMachineArn",
            "GatewayNamespace",
            "GatewayUrl",
            "GatewaySecretId",
            "FaresTableName",
            "PaymentsTableName",
            "LedgerTableName",
            "NotificationTopicArn",
            "SuccessQueueUrl",
            "FailureQueueUrl",
            "SuccessDeadLetterQueueUrl",
            "FailureDeadLetterQueueUrl",
            "RecoveryStateMachineArn",
            "AttentionQueueUrl",
            "RecoveryDeadLetterQueueUrl",
        ]
        .map(|name| (name.to_owned(), format!("the {name}")))
        .into()
    }

    #[test]
    fn every_output_lands_in_its_own_place() {
        let read = StackOutputs::from_map("rides", outputs()).unwrap();
        assert_eq!(read.ledger_table, "the LedgerTableName");
        assert_eq!(read.failure_queue_url, "the FailureQueueUrl");
        assert_eq!(read.success_dead_letter_queue_url, "the SuccessDeadLetterQueueUrl");
        assert_eq!(read.recovery_state_machine_arn, "the RecoveryStateMachineArn");
        assert_eq!(read.attention_queue_url, "the AttentionQueueUrl");
    }

    #[test]
    fn a_missing_output_is_named() {
        let mut lacking = outputs();
        lacking.remove("LedgerTableName");
        let error = StackOutputs::from_map("rides", lacking).unwrap_err();
        assert!(error.to_string().starts_with("stack rides has no output LedgerTableName"), "{error}");
    }

    #[tokio::test]
    async fn outputs_are_read_from_a_file_in_either_form() {
        let rows: Vec<_> = outputs()
            .into_iter()
            .map(|(key, value)| serde_json::json!({"OutputKey": key, "OutputValue": value, "Description": ""}))
            .collect();
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("outputs.json");
        let clients = Clients::local("http://127.0.0.1:1").await;
        let described = serde_json::json!({"Stacks": [{"StackName": "rides", "Outputs": rows}]});
        for document in [serde_json::json!(rows), described] {
            std::fs::write(&file, document.to_string()).unwrap();
            let stack = Stack::from_outputs(&file, None, clients.clone(), None).unwrap();
            assert_eq!(stack.outputs.ledger_table, "the LedgerTableName");
        }
        std::fs::write(&file, "{}").unwrap();
        let error = Stack::from_outputs(&file, None, clients, None).unwrap_err();
        assert!(error.to_string().contains("outputs.json"), "{error}");
    }

    #[tokio::test]
    async fn of_several_stacks_in_a_file_it_is_the_one_that_is_named_and_never_another() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("outputs.json");
        let stack = |name: &str| {
            let rows = outputs()
                .into_iter()
                .map(|(key, value)| serde_json::json!({"OutputKey": key, "OutputValue": format!("{value} of {name}")}));
            serde_json::json!({"StackName": name, "Outputs": rows.collect::<Vec<_>>()})
        };
        let none = serde_json::json!({"StackName": "aws-sam-cli-managed-default"});
        let document = serde_json::json!({"Stacks": [none, stack("prod"), stack("dev")]});
        std::fs::write(&file, document.to_string()).unwrap();
        let clients = Clients::local("http://127.0.0.1:1").await;
        let read = |name: Option<&str>| Stack::from_outputs(&file, name, clients.clone(), None);
        assert_eq!(read(Some("dev")).unwrap().outputs.fares_table, "the FaresTableName of dev");
        for name in [None, Some("test")] {
            assert!(matches!(read(name), Err(Error::OutputsOfOthers { .. })), "{name:?}");
        }
    }
}
