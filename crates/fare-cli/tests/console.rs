//! `fare console`, run as it is run by hand: what it says where it cannot open, and what it does not do in an account. How the
//! page works is told by the tests in a browser (`tests/console`).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

mod aws;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use aws::Aws;
use serde_json::{Value, json};

/// The last line on standard error; nothing is on standard output.
#[track_caller]
fn refused(output: &Output, status: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(status), 0), "{said}");
    let problems: Vec<_> = said.lines().filter(|line| line.starts_with("fare: ")).collect();
    assert_eq!(problems.len(), 1, "{said}");
    problems[0].to_owned()
}

fn fare(environment: &[(&str, &str)]) -> Output {
    let mut fare = Command::new(env!("CARGO_BIN_EXE_fare"));
    fare.args(["console", "--stack", "rides"])
        .stdin(Stdio::null())
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true");
    fare.envs(environment.iter().copied()).env("HOME", "/nonexistent").output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let aws = Aws::answering(|_, _| None).await;
    let line = refused(&aws.fare(&["console", "--port", &port]).await, 2);
    assert!(line.contains(&format!("cannot listen at 127.0.0.1:{port}")) && line.contains("--port"), "{line}");
}

#[test]
fn without_credentials_or_an_engine_it_says_so_in_one_line() {
    let line = refused(&fare(&[("AWS_REGION", "us-east-1")]), 8);
    assert!(line.contains("no AWS credentials"), "{line}");
    let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")];
    let nobody = [keys.as_slice(), &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]].concat();
    let line = refused(&fare(&nobody), 3);
    assert!(line.contains("got no answer"), "{line}");
}

/// A console that runs; it ends with the test.
struct Running {
    child: Child,
    origin: String,
    token: String,
}

impl Running {
    fn start(aws: &Aws) -> Self {
        let mut child = aws.command(&["console"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (origin, token) = line.trim().strip_prefix("console: ").unwrap().split_once("/#token=").unwrap();
        Self { child, origin: origin.to_owned(), token: token.to_owned() }
    }

    async fn ask(&self, path: &str, body: Option<Value>) -> (u16, String) {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}{path}", self.origin);
        let request = match body {
            Some(body) => client.post(url).header("origin", &self.origin).json(&body),
            None => client.get(url),
        };
        let mut answer = request.header("x-fare-console-token", &self.token).send().await.unwrap();
        let status = answer.status().as_u16();
        // A stream does not end: its beginning will do.
        let mut text = String::new();
        let enough = std::time::Duration::from_millis(1500);
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout(enough, answer.chunk()).await {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        (status, text)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_account_nothing_is_interfered_with_and_no_message_is_received() {
    let aws = Aws::answering(|operation, _| match operation {
        "DescribeExecution" => Some(aws::error("ExecutionDoesNotExist", "Execution Does Not Exist")),
        "ListExecutions" => Some((200, json!({"executions": []}))),
        "GetQueueAttributes" => Some((200, json!({"Attributes": {"ApproximateNumberOfMessages": "3"}}))),
        _ => None,
    })
    .await;
    let console = Running::start(&aws);

    let (status, about) = console.ask("/api/about", None).await;
    let about: Value = serde_json::from_str(&about).unwrap();
    assert_eq!((status, &about["local"], &about["engine"]), (200, &json!(false), &json!("AWS")));
    assert_eq!(about["interfere"]["allowed"], json!(false));

    let execution = aws::MACHINE.replace("stateMachine", "execution");
    let stop = json!({"execution": format!("{execution}:wr_563")});
    for (page, body) in [
        ("stop", stop),
        ("kill", json!({"function": ""})),
        ("behave", json!({})),
        ("misbehave", json!({"fault": "slow", "times": 1})),
    ] {
        let (status, said) = console.ask(&format!("/api/interfere/{page}"), Some(body)).await;
        assert_eq!(status, 403, "{page}: {said}");
    }

    let (status, told) = console.ask("/api/events?fare=wr_563", None).await;
    assert_eq!(status, 200);
    assert!(told.contains("event: fare") && told.contains("\"attention\":3"), "{told}");
    for operation in ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "StopExecution"] {
        assert!(aws.calls(operation).is_empty(), "{operation}");
    }
    assert!(!aws.calls("GetQueueAttributes").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_checked_as_fare_start_checks_it() {
    let aws = Aws::answering(|_, _| None).await;
    let console = Running::start(&aws);
    let good = r#"{"fareId":"wr_1","customerId":"3","fareAmount":"$20.00","paymentMethod":"pm_card_visa"}"#;
    for text in [
        good.to_owned(),
        good.replace("$20.00", "$20.001"),
        good.replace("wr_1", "4242424242424242"),
        good.replace('}', ",\"tip\":1}"),
        "{".to_owned(),
        String::new(),
    ] {
        let (_, verdict) = console.ask("/api/validate", Some(json!({ "text": text }))).await;
        let verdict: Value = serde_json::from_str(&verdict).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let said = aws.fare(&["start", "--input", file.path().to_str().unwrap()]).await;
        let said = String::from_utf8_lossy(&said.stderr).replace(file.path().to_str().unwrap(), "the input");
        match verdict["error"].as_str() {
            Some(error) => assert!(said.contains(error), "{error} is not in {said}"),
            None => assert!(text == good && !said.contains("refused"), "{said}"),
        }
        assert!(!verdict.to_string().contains("4242"), "{verdict}");
    }
}
