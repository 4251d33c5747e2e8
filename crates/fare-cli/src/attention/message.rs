//! One message that asks for a person.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_sqs::types::MessageSystemAttributeName::{ApproximateReceiveCount, SentTimestamp};
use fare_values::FareId;
use serde_json::Value;

use crate::error::Result;
use crate::execution::{ExecutionArn, input_of};
use crate::stack::Stack;

/// A message, as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The queue's id of it.
    pub id: String,
    /// With what it is deleted, or shown again.
    pub receipt: String,
    /// The fare, where the execution tells.
    pub fare_id: Option<String>,
    /// The execution that ended badly.
    pub execution: Option<ExecutionArn>,
    /// The recovery that gave up on it.
    pub recovery: Option<ExecutionArn>,
    /// Why.
    pub error: String,
    /// The same in a sentence.
    pub cause: String,
    /// When it was sent.
    pub sent_at: Option<SystemTime>,
    /// How often it was received, also by those who only looked.
    pub received: u64,
}

impl Message {
    /// What the queue gave, which does not say yet of which fare it is.
    pub(super) fn of(message: &aws_sdk_sqs::types::Message) -> Self {
        let body: Value = message.body().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        let number = |attribute| message.attributes()?.get(&attribute)?.parse::<u64>().ok();
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            receipt: message.receipt_handle().unwrap_or_default().to_owned(),
            fare_id: None,
            execution: text("/execution").map(ExecutionArn::new),
            recovery: text("/recovery").map(ExecutionArn::new),
            error: text("/failure/Error").unwrap_or("nothing that can be read").to_owned(),
            cause: sentence(text("/failure/Cause").unwrap_or_default()),
            sent_at: number(SentTimestamp).map(|sent| UNIX_EPOCH + Duration::from_millis(sent)),
            received: number(ApproximateReceiveCount).unwrap_or_default(),
        }
    }

    /// Asks which fare it is of: by the input of the execution, or by the event that recovery was given, or else by the
    /// execution's name, which is a fare's id where it was started as it should be.
    pub(super) async fn with_fare(mut self, stack: &Stack) -> Result<Self> {
        let mut found = None;
        if let Some(execution) = &self.execution {
            found = input_of(stack, execution).await?.as_ref().and_then(fare_in);
        }
        if let (None, Some(recovery)) = (&found, &self.recovery) {
            let event = input_of(stack, recovery).await?;
            let input = event.as_ref().and_then(|event| event.pointer("/detail/input")).and_then(Value::as_str);
            found = input.and_then(|input| serde_json::from_str(input).ok()).as_ref().and_then(fare_in);
        }
        let named = || FareId::new(self.execution.as_ref()?.name()).ok().map(|id| id.as_str().to_owned());
        self.fare_id = found.or_else(named);
        Ok(self)
    }

    /// Whether this is the message's id, or its fare's.
    #[must_use]
    pub fn is(&self, fare_or_message: &str) -> bool {
        self.id == fare_or_message || self.fare_id.as_deref() == Some(fare_or_message)
    }

    /// The fare, or what else says whom it is about.
    #[must_use]
    pub fn about(&self) -> &str {
        let execution = || self.execution.as_ref().map(ExecutionArn::name);
        self.fare_id.as_deref().or_else(execution).unwrap_or("unknown")
    }
}

/// The fare's id in an input. Anything may stand there; only an id is taken.
fn fare_in(input: &Value) -> Option<String> {
    let id = input.get("fareId").and_then(Value::as_str)?;
    FareId::new(id).ok().map(|id| id.as_str().to_owned())
}

/// A function's error comes as JSON, in which the sentence is.
fn sentence(cause: &str) -> String {
    let error: Option<Value> = serde_json::from_str(cause).ok();
    let message = error.as_ref().and_then(|error| error.get("errorMessage")).and_then(Value::as_str);
    message.unwrap_or(cause).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn received(body: &str) -> Message {
        let message = aws_sdk_sqs::types::Message::builder().message_id("m").receipt_handle("r").body(body);
        let message = message.attributes(SentTimestamp, "1500").attributes(ApproximateReceiveCount, "3");
        Message::of(&message.build())
    }

    #[test]
    fn a_message_says_who_ended_badly_and_why() {
        let cause = json!({"errorType": "PaymentRefundException", "errorMessage": "the refund is pending"}).to_string();
        let failure = json!({"Error": "PaymentRefundException", "Cause": cause});
        let body = json!({"execution": "arn:e:wr_563", "status": "ABORTED", "recovery": "arn:r:1", "failure": failure});
        let message = received(&body.to_string());
        assert_eq!(
            (message.error.as_str(), message.cause.as_str()),
            ("PaymentRefundException", "the refund is pending")
        );
        assert_eq!((message.about(), message.received), ("wr_563", 3));
        assert_eq!(message.sent_at, Some(UNIX_EPOCH + Duration::from_millis(1500)));
    }

    #[test]
    fn a_message_that_says_nothing_is_shown_all_the_same() {
        let message = received("no JSON");
        assert_eq!((message.about(), message.error.as_str()), ("unknown", "nothing that can be read"));
    }

    #[test]
    fn a_message_goes_by_its_own_id_and_by_its_fares() {
        let mut message = received("{}");
        message.fare_id = Some("wr_563".to_owned());
        assert!(message.is("m") && message.is("wr_563") && !message.is("wr_56"));
    }

    #[test]
    fn only_an_id_is_taken_for_a_fares() {
        assert_eq!(fare_in(&json!({"fareId": "wr_563"})).as_deref(), Some("wr_563"));
        assert_eq!(fare_in(&json!({"fareId": "4242 4242 4242 4242"})), None);
    }
}
