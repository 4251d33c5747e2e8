//! The running server, and a client for it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::Value;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_gateway-simulator");

/// The running server; it is killed if a test ends early.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    pub(crate) client: Client,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[], None)
    }

    /// Starts it with more flags, and with this key expected.
    pub(crate) fn start_with(flags: &[&str], expected_key: Option<&str>) -> Self {
        // Even a client that only speaks plain HTTP wants a TLS provider to be there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut command = Command::new(BINARY);
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .envs(expected_key.map(|key| ("GATEWAY_SIMULATOR_KEY", key)));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("gateway-simulator listening on ").expect("the ready line").to_owned();
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
        Self { child, url, client }
    }

    pub(crate) async fn post(&self, path: &str, key: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth("sk_test_simulator");
        request.header("Idempotency-Key", key).form(form).send().await.unwrap()
    }

    pub(crate) async fn hold(&self, method: &str) -> Response {
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

    pub(crate) async fn view(&self, path: &str) -> Value {
        self.client.get(format!("{}/_simulator/{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// Reads from the API.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth("sk_test_simulator");
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Posts to one of the simulator's own pages.
    pub(crate) async fn tell(&self, page: &str, form: &[(&str, &str)]) -> Response {
        self.client.post(format!("{}/_simulator/{page}", self.url)).form(form).send().await.unwrap()
    }

    /// Puts the clock forward.
    pub(crate) async fn advance(&self, milliseconds: u64) {
        let told = self.tell("clock", &[("advance_milliseconds", &milliseconds.to_string())]).await;
        assert_eq!(told.status(), 200);
    }

    /// Held, captured and refunded on the fare's reference.
    pub(crate) async fn money(&self) -> [u64; 3] {
        let holdings = self.view("holdings?fare_reference=test/wr_563").await;
        ["held", "captured", "refunded"].map(|name| holdings[name].as_u64().unwrap())
    }

    /// Sends this signal and returns whether the server left cleanly within a few seconds.
    pub(crate) fn stops_on(mut self, signal: &str) -> bool {
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

pub(crate) async fn id(response: Response) -> String {
    let body: Value = response.json().await.unwrap();
    body["id"].as_str().expect("an object with an id").to_owned()
}
