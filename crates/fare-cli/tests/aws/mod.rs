//! AWS and the payment gateway, as far as one test lets them answer, for the real command.

use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:collect";

/// A status and a body.
pub(crate) type Answer = (u16, Value);

/// What was asked: the operation, without the name of its service, or the path at the gateway; and the body.
type Calls = Arc<Mutex<Vec<(String, Value)>>>;

/// One place at which all services answer. It is gone with the test's runtime.
pub(crate) struct Aws {
    address: String,
    calls: Calls,
    outputs: tempfile::NamedTempFile,
}

impl Aws {
    /// Answers so; `None` is an empty table, an empty gateway, and a refusal of anything else.
    pub(crate) async fn answering(
        answer: impl Fn(&str, &Value) -> Option<Answer> + Clone + Send + Sync + 'static,
    ) -> Self {
        let calls = Calls::default();
        let heard = Arc::clone(&calls);
        let service = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: String| {
            let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()?.rsplit('.').next());
            let operation = target.unwrap_or(uri.path()).to_owned();
            let body = serde_json::from_str(&body).unwrap_or_default();
            let answer = answer(&operation, &body).unwrap_or_else(|| nothing(&operation));
            heard.lock().unwrap().push((operation, body));
            async move { respond(answer) }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service).await });
        let outputs = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(outputs.path(), outputs_of(&address).to_string()).unwrap();
        Self { address, calls, outputs }
    }

    /// Runs `fare` with these arguments, against this stack.
    pub(crate) async fn fare(&self, arguments: &[&str]) -> Output {
        let mut fare = self.command(arguments);
        tokio::task::spawn_blocking(move || fare.output()).await.unwrap().unwrap()
    }

    /// The command with these arguments, against this stack.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut fare = Command::new(env!("CARGO_BIN_EXE_fare"));
        fare.args(arguments).arg("--outputs").arg(self.outputs.path()).stdin(std::process::Stdio::null());
        // Nothing of whoever runs the tests.
        fare.env_clear().env("AWS_ENDPOINT_URL", &self.address).env("AWS_REGION", "us-east-1");
        fare.env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("XDG_STATE_HOME", "/nonexistent");
        fare
    }

    /// What was asked with this operation.
    pub(crate) fn calls(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|(asked, _)| asked == operation).map(|(_, body)| body.clone()).collect()
    }
}

/// An error as the services say it.
pub(crate) fn error(code: &str, message: &str) -> Answer {
    (400, json!({"__type": code, "message": message}))
}

fn nothing(operation: &str) -> Answer {
    match operation {
        "GetItem" => (200, json!({})),
        "Query" | "Scan" => (200, json!({"Items": [], "Count": 0, "ScannedCount": 0})),
        "GetSecretValue" => (200, json!({"Name": "key", "SecretString": "sk_test_of_no_account"})),
        "/v1/payment_intents/search" | "/v1/refunds" => (200, json!({"object": "list", "data": [], "has_more": false})),
        _ => error("UnknownOperationException", "no test has an answer"),
    }
}

fn respond((status, body): Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}

fn outputs_of(address: &str) -> Value {
    let outputs = [
        ("StateMachineArn", MACHINE),
        ("RecoveryStateMachineArn", "arn:aws:states:us-east-1:000000000000:stateMachine:recover"),
        ("GatewayNamespace", "rides"),
        ("GatewayUrl", address),
        ("GatewaySecretId", "key"),
        ("FaresTableName", "fares"),
        ("PaymentsTableName", "payments"),
        ("LedgerTableName", "ledger"),
        ("NotificationTopicArn", "arn:aws:sns:us-east-1:000000000000:notices"),
        ("SuccessQueueUrl", "success"),
        ("FailureQueueUrl", "failure"),
        ("SuccessDeadLetterQueueUrl", "success-dead"),
        ("FailureDeadLetterQueueUrl", "failure-dead"),
        ("AttentionQueueUrl", &format!("{address}/000000000000/attention")),
        ("RecoveryDeadLetterQueueUrl", "recovery-dead"),
    ];
    outputs.iter().map(|(key, value)| json!({"OutputKey": key, "OutputValue": value})).collect()
}
