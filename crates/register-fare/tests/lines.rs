//! The lines that the function's own binary writes, under a stand-in for Lambda's runtime API ("Building a custom runtime"
//! in the Lambda developer guide).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

use std::collections::VecDeque;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

const EXECUTION: &str = "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:wr_563";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:register-fare";

/// The events that are still to be handed out, and the errors that came back.
#[derive(Default)]
struct Invocations {
    events: Mutex<VecDeque<Value>>,
    errors: Mutex<Vec<Value>>,
    all_answered: Notify,
}

async fn next(State(invocations): State<Arc<Invocations>>) -> impl IntoResponse {
    let event = invocations.events.lock().unwrap().pop_front();
    let Some(event) = event else {
        invocations.all_answered.notify_one();
        return std::future::pending().await;
    };
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(3);
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", FUNCTION.to_owned()),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1".to_owned()),
    ];
    (headers, event.to_string())
}

async fn error(State(invocations): State<Arc<Invocations>>, Path(_): Path<String>, body: String) -> StatusCode {
    invocations.errors.lock().unwrap().push(body.parse().unwrap());
    StatusCode::ACCEPTED
}

/// Runs the function until it has answered these events; gives the errors it answered with and the lines it wrote. The
/// table it is given cannot be reached.
async fn run(events: impl IntoIterator<Item = Value>) -> (Vec<Value>, Output) {
    let invocations = Arc::new(Invocations { events: Mutex::new(events.into_iter().collect()), ..Default::default() });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let api = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .with_state(Arc::clone(&invocations));
    let server = tokio::spawn(async move { axum::serve(listener, api).await });
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let mut function = tokio::process::Command::new(env!("CARGO_BIN_EXE_register-fare"))
        .env_clear()
        .envs([
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "register-fare"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "register-fare"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "1"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_ENDPOINT_URL", &format!("http://{nobody}")),
            ("FARES_TABLE", "fares"),
            ("STACK_NAME", "fare-collection"),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    tokio::time::timeout(Duration::from_secs(60), invocations.all_answered.notified()).await.unwrap();
    function.start_kill().unwrap();
    let output = function.wait_with_output().await.unwrap();
    server.abort();
    let errors = std::mem::take(&mut *invocations.errors.lock().unwrap());
    (errors, output)
}

fn event(field: &str, value: &str) -> Value {
    let mut fare =
        json!({"fareId": "wr_563", "customerId": "7", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    fare[field] = json!(value);
    json!({"action": "register", "fare": fare, "execution": EXECUTION})
}

#[tokio::test]
async fn every_line_is_a_json_object_which_names_the_fare_and_never_what_was_refused() {
    let (errors, output) = run([event("fareId", "wr_563"), event("cvv", "4242424242424242")]).await;

    let names: Vec<_> = errors.iter().map(|error| &error["errorType"]).collect();
    assert_eq!(names, ["FareStoreUnavailable", "CardDataNotAccepted"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    // Half of the number: four digits are found in a line's time now and then.
    assert!(!text.contains("42424242") && !text.contains("pm_card"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| line.parse().unwrap()).collect();

    let ended: Vec<_> = lines.iter().filter(|line| line["target"] == "invocation").collect();
    let told = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let outcomes: Vec<_> = ended.iter().map(|line| told(line, "outcome")).collect();
    assert_eq!(outcomes, ["FareStoreUnavailable", "CardDataNotAccepted"], "{text}");
    assert_eq!(
        ["fareId", "execution", "action", "level"].map(|name| told(ended[0], name)),
        ["wr_563", EXECUTION, "register", "WARN"],
        "{text}"
    );
}

#[tokio::test]
async fn what_is_measured_is_written_in_cloudwatchs_embedded_metric_format() {
    let (_, output) = run([event("cvv", "4242424242424242")]).await;

    let text = String::from_utf8(output.stdout).unwrap();
    let measured = text.lines().map(|line| line.parse::<Value>().unwrap()).find(|line| line.get("_aws").is_some());
    let measured = measured.unwrap();
    let directive = &measured["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(
        (&directive["Namespace"], &measured["Stack"], &measured["Refusals"]),
        (&json!("FareCollection"), &json!("fare-collection"), &json!(1)),
        "{text}"
    );
    assert_eq!(directive["Dimensions"], json!([["Stack"]]), "{text}");
}
