//! `fare redrive` against what AWS answers, since no engine on this machine has such a thing. The answers are those of the
//! Step Functions API reference: RedriveExecution, DescribeExecution, GetExecutionHistory.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

mod aws;

use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use aws::{Answer, Aws, MACHINE, error};
use serde_json::{Value, json};

/// How an execution that was stopped at its charge stands, by how often it was asked for.
#[derive(Clone)]
struct Stopped {
    /// What RedriveExecution answers.
    redrive: Answer,
    /// The status before, and whether AWS gives a reason against a redrive.
    before: (&'static str, Option<&'static str>),
    /// What it is described as after that was asked, one after the other; the last for ever.
    after: &'static [&'static str],
    redriven: Arc<AtomicU32>,
    described_since: Arc<AtomicU32>,
}

fn stopped(redrive: Answer, after: &'static [&'static str]) -> Stopped {
    Stopped { redrive, before: ("ABORTED", None), after, redriven: Arc::default(), described_since: Arc::default() }
}

fn redriven() -> Answer {
    (200, json!({"redriveDate": 1_800_000_100.5}))
}

impl Stopped {
    fn answer(&self, operation: &str, body: &Value) -> Option<Answer> {
        match operation {
            "DescribeExecution" => {
                assert!(body["executionArn"].as_str().unwrap().ends_with(":execution:collect:wr_563"));
                Some((200, self.description()))
            }
            "RedriveExecution" => {
                self.redriven.fetch_add(1, SeqCst);
                Some(self.redrive.clone())
            }
            "GetExecutionHistory" => Some((200, json!({"events": self.history()}))),
            _ => None,
        }
    }

    fn description(&self) -> Value {
        let (status, reason) = match self.redriven.load(SeqCst) {
            0 => self.before,
            _ => {
                let asked = usize::try_from(self.described_since.fetch_add(1, SeqCst)).unwrap();
                (*self.after.get(asked).or(self.after.last()).unwrap(), None)
            }
        };
        let mut description = json!({
            "executionArn": "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563",
            "stateMachineArn": MACHINE,
            "name": "wr_563",
            "status": status,
            "startDate": 1_800_000_000.0,
            "redriveCount": 0,
            "redriveStatus": if reason.is_some() || status == "RUNNING" { "NOT_REDRIVABLE" } else { "REDRIVABLE" },
            "redriveStatusReason": reason,
        });
        match status {
            "RUNNING" => description["redriveCount"] = json!(1),
            "ABORTED" => description["stopDate"] = json!(1_800_000_050.0),
            _ => {
                description["redriveCount"] = json!(1);
                description["stopDate"] = json!(1_800_000_150.0);
            }
        }
        description
    }

    /// The newest first, as it is asked for.
    fn history(&self) -> Value {
        let entered = json!({"name": "ChargeFare", "input": "{}"});
        let scheduled = json!({"resourceType": "lambda", "resource": "invoke", "region": "r", "parameters": "{}"});
        let mut events = vec![
            json!({"type": "ExecutionStarted"}),
            json!({"type": "TaskStateEntered", "stateEnteredEventDetails": entered}),
            json!({"type": "TaskScheduled", "taskScheduledEventDetails": scheduled}),
            json!({"type": "ExecutionAborted"}),
        ];
        if self.redriven.load(SeqCst) > 0 {
            events.push(json!({"type": "ExecutionRedriven", "executionRedrivenEventDetails": {"redriveCount": 1}}));
            events.push(json!({"type": "TaskScheduled", "taskScheduledEventDetails": scheduled}));
        }
        for (event, number) in events.iter_mut().zip(1..) {
            event["id"] = json!(number);
            event["timestamp"] = json!(1_800_000_000 + number);
        }
        events.reverse();
        json!(events)
    }
}

async fn stack(stopped: Stopped) -> Aws {
    Aws::answering(move |operation, body| stopped.answer(operation, body)).await
}

fn told(output: &Output) -> (i32, Value) {
    let result = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), result)
}

async fn redrive(aws: &Aws, rest: &[&str]) -> (i32, Value) {
    told(&aws.fare(&[&["redrive", "wr_563", "--output", "json"], rest].concat()).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_goes_on_and_is_followed_to_its_end() {
    // What DescribeExecution says may lag behind, so that it is said to be stopped for a moment still.
    let aws = stack(stopped(redriven(), &["ABORTED", "RUNNING", "RUNNING", "SUCCEEDED"])).await;
    let output = aws.fare(&["redrive", "wr_563", "--yes", "--output", "json"]).await;
    let (status, result) = told(&output);
    assert_eq!((status, &result["outcome"], &result["status"]), (0, &json!("ended"), &json!("SUCCEEDED")));
    let arn = "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563";
    assert_eq!((&result["fareId"], &result["execution"]), (&json!("wr_563"), &json!(arn)));
    let asked = aws.calls("RedriveExecution");
    assert_eq!((asked.len(), &asked[0]["executionArn"]), (1, &json!(arn)));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("it goes on from where it ended"), "{said}");
    assert!(said.contains("wr_563 is at ChargeFare, attempt 2"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_once_more_is_told_so() {
    let aws = stack(stopped(redriven(), &["RUNNING", "FAILED"])).await;
    let (status, result) = redrive(&aws, &["--yes"]).await;
    assert_eq!((status, &result["outcome"], &result["status"]), (1, &json!("ended"), &json!("FAILED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_where_that_is_not_wanted() {
    let aws = stack(stopped(redriven(), &["RUNNING"])).await;
    let (status, result) = redrive(&aws, &["--yes", "--no-wait"]).await;
    assert_eq!((status, &result["outcome"], &result["status"]), (0, &json!("started"), &json!("RUNNING")));
    assert_eq!(aws.calls("RedriveExecution").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_that_nobody_has_agreed_to() {
    let aws = stack(stopped(redriven(), &["RUNNING"])).await;
    assert_eq!(redrive(&aws, &["--dry-run"]).await.1["outcome"], "planned");
    // There is no terminal to ask at.
    assert_eq!(redrive(&aws, &[]).await.0, 2);
    assert_eq!(aws.calls("RedriveExecution").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_somebody_else_has_redriven_a_moment_ago_goes_on_all_the_same() {
    let not_redrivable = error("ExecutionNotRedrivable", "Execution is RUNNING and cannot be redriven");
    let aws = stack(stopped(not_redrivable, &["RUNNING", "RUNNING", "SUCCEEDED"])).await;
    let (status, result) = redrive(&aws, &["--yes", "--no-wait"]).await;
    assert_eq!((status, &result["outcome"]), (0, &json!("started")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_refuses_is_told_with_its_reason() {
    let reason = "The execution is past its redrivable period";
    let old = Stopped { before: ("ABORTED", Some(reason)), ..stopped(redriven(), &["RUNNING"]) };
    let aws = stack(old).await;
    let (status, result) = redrive(&aws, &["--yes"]).await;
    assert_eq!((status, &result["outcome"], aws.calls("RedriveExecution").len()), (1, &json!("refused"), 0));
    assert!(result["message"].as_str().unwrap().contains(reason), "{result}");

    // It says so only when it is asked for it.
    let aws = stack(stopped(error("ExecutionNotRedrivable", reason), &["ABORTED"])).await;
    let (status, result) = redrive(&aws, &["--yes"]).await;
    assert_eq!((status, &result["outcome"], aws.calls("RedriveExecution").len()), (1, &json!("refused"), 1));
    assert!(result["message"].as_str().unwrap().contains(reason), "{result}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_has_no_redrive_is_told_from_a_failure() {
    let unknown = [
        error("InvalidAction", "Unknown action: RedriveExecution"),
        (501, json!({"__type": "InternalFailure", "message": "API action 'RedriveExecution' is not implemented"})),
    ];
    for answer in unknown {
        let aws = stack(stopped(answer, &["ABORTED"])).await;
        let output = aws.fare(&["redrive", "wr_563", "--yes"]).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("the engine has no RedriveExecution"), "{said}");
    }
}
