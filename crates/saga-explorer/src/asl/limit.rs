//! The payload limit.

use std::io;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::need::ServiceCall;
use super::retry::DATA_LIMIT_EXCEEDED;
use super::template::Fault;

/// The most that a state's input, a task's answer or a state's output may have, in bytes of JSON text.
///
/// Source: guide, "Quotas related to state machine executions".
const MOST_BYTES: usize = 256 * 1024;

/// # Errors
/// `States.DataLimitExceeded`.
pub(super) fn within_limit(value: &impl Serialize) -> Result<(), Fault> {
    let mut room = Room(MOST_BYTES);
    serde_json::to_writer(&mut room, value).map_err(|_| Fault {
        error: DATA_LIMIT_EXCEEDED,
        cause: format!("The payload is larger than {MOST_BYTES} bytes"),
    })
}

/// A writer that keeps nothing and refuses more than it has room for.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// As the state's parameters.
impl Serialize for ServiceCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parameters = serializer.serialize_map(None)?;
        match self {
            Self::Invoke { function, payload } => {
                parameters.serialize_entry("FunctionName", &**function)?;
                parameters.serialize_entry("Payload", payload)?;
            }
            Self::Publish { topic, message } => {
                parameters.serialize_entry("TopicArn", &**topic)?;
                parameters.serialize_entry("Message", message)?;
            }
            Self::SendMessage { queue, body, deduplication_id, group_id } => {
                parameters.serialize_entry("QueueUrl", &**queue)?;
                parameters.serialize_entry("MessageBody", body)?;
                for (name, id) in [("MessageDeduplicationId", deduplication_id), ("MessageGroupId", group_id)] {
                    if let Some(id) = id {
                        parameters.serialize_entry(name, id)?;
                    }
                }
            }
            Self::DescribeExecution { execution } => parameters.serialize_entry("ExecutionArn", execution)?,
        }
        parameters.end()
    }
}
