//! What an execution waits for, and how it ends.

use std::sync::Arc;

use serde_json::Value;

/// What an execution waits for now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// The result of one attempt at a task: [`Execution::answer`](super::Execution::answer).
    Task(Arc<TaskCall>),
    /// The wait before a task is tried again: [`Execution::waited`](super::Execution::waited).
    Backoff(Backoff),
    /// Nothing. It is over, unless it is redriven.
    Ended(Ending),
}

/// One attempt at a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskCall {
    /// The state's name.
    pub state: Arc<str>,
    /// What is asked, and of whom.
    pub service: ServiceCall,
    /// Seconds after which the attempt fails with `States.Timeout`, if the state says so. Measuring them is the caller's part.
    pub timeout_seconds: Option<u64>,
    /// 1 for the first attempt since the state was entered or redriven.
    pub attempt: u32,
}

/// A request to an AWS service, after `InputPath` and `Parameters`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServiceCall {
    /// `states:::lambda:invoke`. The answer is what the function returned; the interpreter wraps it as Lambda does.
    Invoke {
        /// `FunctionName`.
        function: Arc<str>,
        /// `Payload`.
        payload: Value,
    },
    /// `states:::sns:publish`. The answer is the response, `{"MessageId": …}`.
    Publish {
        /// `TopicArn`.
        topic: Arc<str>,
        /// `Message`. Subscribers get a string as it is and anything else as JSON text.
        message: Value,
    },
    /// `states:::sqs:sendMessage`. The answer is the response, `{"MessageId": …, "MD5OfMessageBody": …}`.
    SendMessage {
        /// `QueueUrl`.
        queue: Arc<str>,
        /// `MessageBody`. Receivers get a string as it is and anything else as JSON text.
        body: Value,
        /// `MessageDeduplicationId`.
        deduplication_id: Option<String>,
        /// `MessageGroupId`.
        group_id: Option<String>,
    },
    /// `states:::aws-sdk:sfn:describeExecution`. The answer is the response: `Input`, `Status`, and `Error` and `Cause` where
    /// the execution has them.
    DescribeExecution {
        /// `ExecutionArn`.
        execution: String,
    },
}

/// The wait before a task is tried again, anywhere between the two bounds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    /// The state's name.
    pub state: Arc<str>,
    /// Milliseconds: 0 with `JitterStrategy` `FULL`, else the same as `at_most_ms`.
    pub at_least_ms: u64,
    /// Milliseconds.
    pub at_most_ms: u64,
}

/// How a task attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The error name, as Step Functions reports it: `States.Timeout`, `Lambda.ServiceException`, a function's own error type.
    pub error: String,
    /// Text for people. For a function's own error it is the JSON document that the function ended with.
    pub cause: String,
}

/// How an execution is ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// `StopExecution`, without error and cause.
    Aborted,
    /// The machine's `TimeoutSeconds` have passed.
    TimedOut,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Status `SUCCEEDED`.
    Succeeded {
        /// The last state's output.
        output: Arc<Value>,
    },
    /// Status `FAILED`.
    Failed {
        /// Absent only for a Fail state without an `Error`.
        error: Option<String>,
        /// Absent only for a Fail state without a `Cause`.
        cause: Option<String>,
    },
    /// Status `ABORTED`.
    Aborted,
    /// Status `TIMED_OUT`.
    TimedOut,
}
