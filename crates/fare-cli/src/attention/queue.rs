//! Receiving from the attention queue, so that what is only looked at goes back.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};
use futures::{StreamExt, TryStreamExt, stream};

use super::message::Message;
use crate::error::{Error, Result};
use crate::stack::Stack;

/// The longest that a message is hidden. SQS hides it for 12 hours, and counts from when it was received.
pub const LONGEST: Duration = Duration::from_secs(11 * 3600);

/// How long messages are held while others are looked at. Should nobody give them back, they come back by themselves.
const HOLD_SECONDS: i32 = 60;
const LONG_POLL_SECONDS: i32 = 1;
const AT_ONCE: i32 = 10;
/// How many messages are looked at. Far more than anybody wants to read.
const MOST: usize = 1000;
/// Of how many messages the fare is asked for at a time.
const AT_A_TIME: usize = 8;
/// What SQS answers to a receipt that is none any more.
const EXPIRED: [&str; 3] = ["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"];

/// What was found in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Each message once.
    pub messages: Vec<Message>,
    /// Whether there may be more, which were not looked at.
    pub more: bool,
}

/// The queue of a stack.
#[derive(Clone, Debug)]
pub struct AttentionQueue {
    stack: Stack,
}

impl AttentionQueue {
    /// The queue of this stack.
    #[must_use]
    pub fn new(stack: Stack) -> Self {
        Self { stack }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.stack.outputs.attention_queue_url
    }

    /// The messages that wait and are wanted, the oldest first; they stay. For a moment nobody else is shown them.
    ///
    /// # Errors
    /// When the queue, or Step Functions, cannot be asked.
    pub async fn look(&self, wanted: impl Fn(&Message) -> bool) -> Result<Waiting> {
        let mut waiting = self.hold(wanted).await?;
        self.give_back(&waiting.messages).await?;
        waiting.messages.sort_by_key(|message| message.sent_at);
        Ok(waiting)
    }

    /// Those of the messages that wait which are wanted, held for a minute. All others go back.
    ///
    /// # Errors
    /// When the queue, or Step Functions, cannot be asked.
    pub async fn hold(&self, wanted: impl Fn(&Message) -> bool) -> Result<Waiting> {
        let (received, more) = self.receive_all().await?;
        // Only now, since it takes longer than to receive them all, and what is held for too long comes back.
        let known = stream::iter(received).map(async |message| message.with_fare(&self.stack).await);
        let known: Vec<Message> = known.buffer_unordered(AT_A_TIME).try_collect().await?;
        let (messages, others): (Vec<_>, Vec<_>) = known.into_iter().partition(wanted);
        self.give_back(&others).await?;
        Ok(Waiting { messages, more })
    }

    /// Every message that waits, once, and whether there are more.
    async fn receive_all(&self) -> Result<(Vec<Message>, bool)> {
        let mut received = BTreeMap::new();
        // Held messages are not shown again, so that this comes to an end.
        while received.len() < MOST {
            let before = received.len();
            for message in self.receive().await? {
                // One that has come back all the same has a new receipt, and the old one is none any more.
                received.insert(message.id.clone(), message);
            }
            if received.len() == before {
                return Ok((received.into_values().collect(), false));
            }
        }
        Ok((received.into_values().collect(), true))
    }

    /// How many messages somebody has taken, or only just looks at.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn taken(&self) -> Result<u64> {
        let attribute = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let request = self.stack.clients.sqs.get_queue_attributes().queue_url(self.url());
        let answer = request.attribute_names(attribute.clone()).send().await;
        let answer = answer.map_err(|error| Error::aws("GetQueueAttributes")(error.into()))?;
        let count = answer.attributes().and_then(|attributes| attributes.get(&attribute));
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
    }

    /// Shows a message to nobody for so long, or to all at once. `false` where the receipt is none any more.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn hide(&self, receipt: &str, time: Duration) -> Result<bool> {
        let seconds = i32::try_from(time.min(LONGEST).as_secs()).unwrap_or_default();
        let request = self.stack.clients.sqs.change_message_visibility().queue_url(self.url());
        match request.receipt_handle(receipt).visibility_timeout(seconds).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_expired(error.as_service_error().and_then(|it| it.meta().code())) => Ok(false),
            Err(error) => Err(Error::aws("ChangeMessageVisibility")(error.into())),
        }
    }

    /// Deletes a message. `false` where the receipt is none any more, and the message may wait again.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn delete(&self, receipt: &str) -> Result<bool> {
        let request = self.stack.clients.sqs.delete_message().queue_url(self.url());
        match request.receipt_handle(receipt).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_expired(error.as_service_error().and_then(|it| it.meta().code())) => Ok(false),
            Err(error) => Err(Error::aws("DeleteMessage")(error.into())),
        }
    }

    async fn give_back(&self, messages: &[Message]) -> Result<()> {
        for message in messages {
            // One whose minute is over is back already.
            self.hide(&message.receipt, Duration::ZERO).await?;
        }
        Ok(())
    }

    async fn receive(&self) -> Result<Vec<Message>> {
        let request = self.stack.clients.sqs.receive_message().queue_url(self.url());
        let request = request.max_number_of_messages(AT_ONCE).visibility_timeout(HOLD_SECONDS);
        let request = request.message_system_attribute_names(MessageSystemAttributeName::All);
        let answer = request.wait_time_seconds(LONG_POLL_SECONDS).send().await;
        let answer = answer.map_err(|error| Error::aws("ReceiveMessage")(error.into()))?;
        Ok(answer.messages().iter().map(Message::of).collect())
    }
}

/// Codes come with the name of the service before them, or without.
fn is_expired(code: Option<&str>) -> bool {
    code.is_some_and(|code| EXPIRED.iter().any(|expired| code.ends_with(expired)))
}
