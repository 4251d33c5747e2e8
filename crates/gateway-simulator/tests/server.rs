//! The server binary, started on a free port and spoken to over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_gateway-simulator");

/// The running server; it is killed if a test ends early.
struct Server {
    child: Child,
    url: String,
    client: Client,
}

impl Server {
    fn start() -> Self {
        // Even a client that only speaks plain HTTP wants a TLS provider to be there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = Command::new(BINARY).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("gateway-simulator listening on ").expect("the ready line").to_owned();
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
        Self { child, url, client }
    }

    async fn post(&self, path: &str, key: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth("sk_test_simulator");
        request.header("Idempotency-Key", key).form(form).send().await.unwrap()
    }

    async fn hold(&self, method: &str) -> Response {
        let form = [
            ("amount", "2000"),
            ("currency", "usd"),
            ("payment_method", method),
            ("capture_method", "manual"),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
            ("metadata[fare_reference]", "test/wr_563"),
        ];
        self.post("/v1/payment_intents", "authorise", &form).await
    }

    async fn view(&self, path: &str) -> Value {
        self.client.get(format!("{}/_simulator/{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// Sends this signal and returns whether the server left cleanly within a few seconds.
    fn stops_on(mut self, signal: &str) -> bool {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn id(response: Response) -> String {
    let body: Value = response.json().await.unwrap();
    body["id"].as_str().expect("an object with an id").to_owned()
}

#[tokio::test]
async fn a_fare_is_held_captured_and_refunded_over_http() {
    let server = Server::start();
    let held = server.hold("pm_card_visa").await;
    assert_eq!(held.status(), 200);
    assert!(held.headers().contains_key("request-id"));
    assert_eq!(held.headers()["content-type"], "application/json");
    let intent = id(held).await;

    let replay = server.hold("pm_card_visa").await;
    assert_eq!(replay.headers()["idempotent-replayed"], "true");
    assert_eq!(id(replay).await, intent);

    let captured = server.post(&format!("/v1/payment_intents/{intent}/capture"), "capture", &[]).await;
    assert_eq!(captured.status(), 200);
    let refunded = server.post("/v1/refunds", "refund", &[("payment_intent", &intent), ("amount", "500")]).await;
    assert_eq!(refunded.status(), 200);

    let holdings = server.view("holdings?fare_reference=test%2Fwr_563").await;
    assert_eq!((holdings["captured"].as_u64(), holdings["refunded"].as_u64()), (Some(2000), Some(500)));
    let log = server.view("log?fare_reference=test%2Fwr_563").await;
    assert_eq!(log["entries"].as_array().unwrap().len(), 4);
    assert!(server.stops_on("-TERM"));
}

#[tokio::test]
async fn a_late_answer_outlasts_the_clients_patience_but_not_the_server() {
    let server = Server::start();
    let intent = id(server.hold("pm_sim_captureAnswerLate").await).await;
    let path = format!("/v1/payment_intents/{intent}/capture");
    let impatient = server.client.post(format!("{}{path}", server.url)).bearer_auth("sk_test_simulator");
    let impatient = impatient.header("Idempotency-Key", "capture").timeout(Duration::from_millis(300));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    assert_eq!(server.view("holdings?fare_reference=test/wr_563").await["captured"], 2000);

    // A second client waits for the late answer of another intent while the server is told to stop.
    let other = server.post(
        "/v1/payment_intents",
        "other",
        &[
            ("amount", "2000"),
            ("currency", "usd"),
            ("payment_method", "pm_sim_captureAnswerLate"),
            ("capture_method", "manual"),
            ("confirm", "true"),
        ],
    );
    let path = format!("{}/v1/payment_intents/{}/capture", server.url, id(other.await).await);
    let waiting = tokio::spawn(server.client.post(path).bearer_auth("sk_test_simulator").send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(server.stops_on("-INT"));
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    let server = Server::start();
    let form = [("description", &*"x".repeat(1024 * 1024))];
    assert_eq!(server.post("/v1/payment_intents", "large", &form).await.status(), 413);
    assert_eq!(server.view("health").await["status"], "ok");
}

#[tokio::test]
async fn a_request_without_a_key_is_401() {
    let server = Server::start();
    let response = server.client.get(format!("{}/v1/payment_intents", server.url)).send().await.unwrap();
    assert_eq!(response.status(), 401);
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let output = Command::new(BINARY).args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--allow-non-loopback"));
}
