//! The messages in the queues of collected fares, of other fares, and of those that a person must look at, taken out and
//! kept by the execution they speak of.
//!
//! Queues give a message to whoever asks first, and many executions end at once. So one mailbox takes everything out of
//! all of them and sorts it, and any number of callers look theirs up in it.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::types::Message;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::{Error, Result};
use crate::execution::ExecutionArn;
use crate::stack::Stack;

const LONG_POLL_SECONDS: i32 = 1;

/// Where a notice was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// The queue of collected fares.
    Success,
    /// The queue of fares that were not collected.
    Failure,
    /// The queue of fares that recovery could not settle.
    Attention,
}

/// One notice, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Where it was found.
    pub queue: Queue,
    /// The message body, unchanged.
    pub body: String,
    /// The body as JSON; null where it is none.
    pub content: Value,
}

impl Notice {
    fn new(queue: Queue, body: &str) -> Self {
        Self { queue, body: body.to_owned(), content: serde_json::from_str(body).unwrap_or(Value::Null) }
    }

    /// A text field of the notice.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.content.get(field).and_then(Value::as_str)
    }
}

/// Everything that was ever taken out of these queues of one stack. Share one per process.
#[derive(Debug)]
pub struct Mailbox {
    stack: Stack,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_execution: HashMap<String, Vec<Notice>>,
    unaddressed: Vec<Notice>,
}

impl Kept {
    fn put(&mut self, notice: Notice) {
        match notice.text("execution").map(str::to_owned) {
            Some(execution) => self.by_execution.entry(execution).or_default().push(notice),
            None => self.unaddressed.push(notice),
        }
    }

    fn of(&self, execution: &ExecutionArn) -> Vec<Notice> {
        self.by_execution.get(execution.as_str()).cloned().unwrap_or_default()
    }
}

impl Mailbox {
    /// A mailbox with nothing taken out yet.
    #[must_use]
    pub fn new(stack: Stack) -> Self {
        Self { stack, kept: Mutex::default() }
    }

    /// Waits for the first notice of an execution and gives all of its notices that have come by then; none if there is
    /// none within `limit`.
    ///
    /// # Errors
    /// When a queue cannot be read.
    pub async fn notices(&self, execution: &ExecutionArn, limit: Duration) -> Result<Vec<Notice>> {
        let deadline = Instant::now() + limit;
        loop {
            // Whoever holds the lock reads the queues for everybody.
            let mut kept = self.kept.lock().await;
            let found = kept.of(execution);
            if !found.is_empty() || Instant::now() >= deadline {
                return Ok(found);
            }
            self.take_out(&mut kept, LONG_POLL_SECONDS).await?;
        }
    }

    /// Takes out what is left in the queues, so that a late or a stray notice is seen too.
    ///
    /// # Errors
    /// When a queue cannot be read.
    pub async fn settle(&self) -> Result<()> {
        let mut kept = self.kept.lock().await;
        // A queue that is empty holds up a long poll of the others, so most is taken out by short ones.
        loop {
            while self.take_out(&mut kept, 0).await? > 0 {}
            if self.take_out(&mut kept, LONG_POLL_SECONDS).await? == 0 {
                return Ok(());
            }
        }
    }

    /// The notices of an execution that were taken out so far.
    pub async fn taken(&self, execution: &ExecutionArn) -> Vec<Notice> {
        self.kept.lock().await.of(execution)
    }

    /// Every notice that was taken out so far and names an execution.
    pub async fn addressed(&self) -> Vec<Notice> {
        self.kept.lock().await.by_execution.values().flatten().cloned().collect()
    }

    /// Messages that name no execution. There should be none.
    pub async fn unaddressed(&self) -> Vec<Notice> {
        self.kept.lock().await.unaddressed.clone()
    }

    /// How many messages lie in the dead-letter queues, of notices and of recovery. They are left there.
    ///
    /// # Errors
    /// When a queue cannot be asked.
    pub async fn dead_letters(&self) -> Result<u64> {
        let outputs = &self.stack.outputs;
        let success = self.depth(&outputs.success_dead_letter_queue_url).await?;
        let failure = self.depth(&outputs.failure_dead_letter_queue_url).await?;
        let recovery = self.depth(&outputs.recovery_dead_letter_queue_url).await?;
        Ok(success.saturating_add(failure).saturating_add(recovery))
    }

    async fn depth(&self, url: &str) -> Result<u64> {
        use aws_sdk_sqs::types::QueueAttributeName::{
            ApproximateNumberOfMessages as Visible, ApproximateNumberOfMessagesNotVisible as InFlight,
        };
        let request = self.stack.clients.sqs.get_queue_attributes().queue_url(url);
        let answer = request.attribute_names(Visible).attribute_names(InFlight).send().await;
        let answer = answer.map_err(|error| Error::aws("GetQueueAttributes")(error.into()))?;
        let counts = answer.attributes().into_iter().flat_map(HashMap::values);
        Ok(counts.filter_map(|count| count.parse::<u64>().ok()).sum())
    }

    async fn take_out(&self, kept: &mut Kept, wait_seconds: i32) -> Result<usize> {
        let outputs = &self.stack.outputs;
        let (success, failure, attention) = futures::try_join!(
            self.receive(&outputs.success_queue_url, wait_seconds),
            self.receive(&outputs.failure_queue_url, wait_seconds),
            self.receive(&outputs.attention_queue_url, wait_seconds),
        )?;
        let taken = success.len().saturating_add(failure.len()).saturating_add(attention.len());
        for (queue, url, messages) in [
            (Queue::Success, &outputs.success_queue_url, success),
            (Queue::Failure, &outputs.failure_queue_url, failure),
            (Queue::Attention, &outputs.attention_queue_url, attention),
        ] {
            for message in messages {
                kept.put(Notice::new(queue, message.body().unwrap_or_default()));
                self.delete(url, &message).await?;
            }
        }
        Ok(taken)
    }

    async fn receive(&self, url: &str, wait_seconds: i32) -> Result<Vec<Message>> {
        let request = self.stack.clients.sqs.receive_message().queue_url(url).max_number_of_messages(10);
        let answer = request.wait_time_seconds(wait_seconds).send().await;
        Ok(answer.map_err(|error| Error::aws("ReceiveMessage")(error.into()))?.messages.unwrap_or_default())
    }

    async fn delete(&self, url: &str, message: &Message) -> Result<()> {
        let request = self.stack.clients.sqs.delete_message().queue_url(url);
        let request = request.receipt_handle(message.receipt_handle().unwrap_or_default());
        request.send().await.map(drop).map_err(|error| Error::aws("DeleteMessage")(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_kept_under_the_execution_it_names() {
        let mut kept = Kept::default();
        kept.put(Notice::new(Queue::Success, r#"{"outcome":"success","execution":"arn:a"}"#));
        kept.put(Notice::new(Queue::Failure, r#"{"outcome":"failure","execution":"arn:b"}"#));
        kept.put(Notice::new(Queue::Failure, r#"{"outcome":"failure","execution":"arn:b"}"#));
        assert_eq!(kept.of(&ExecutionArn::new("arn:a")).len(), 1);
        assert_eq!(kept.of(&ExecutionArn::new("arn:b")).len(), 2);
        assert!(kept.of(&ExecutionArn::new("arn:c")).is_empty());
    }

    #[test]
    fn a_message_that_names_no_execution_is_not_lost() {
        let mut kept = Kept::default();
        kept.put(Notice::new(Queue::Failure, "no JSON at all"));
        kept.put(Notice::new(Queue::Success, r#"{"execution":7}"#));
        assert_eq!(kept.unaddressed.len(), 2);
        assert_eq!(kept.unaddressed[0].body, "no JSON at all");
    }
}
