//! The payment gateway: the simulator, as a process of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::endpoint::Calls;
use crate::error::{BenchError, Result};

const NAME: &str = "gateway-simulator";
const READY_LINE: &str = "gateway-simulator listening on http://";
const READY_LIMIT: Duration = Duration::from_secs(10);

/// The simulator. It is killed when it is dropped.
pub(crate) struct Gateway {
    process: Child,
    address: SocketAddr,
    key: String,
}

impl Gateway {
    /// Starts it on a free port. Only this key opens it.
    pub(crate) async fn start(executable: &Path, key: &str) -> Result<Self> {
        let mut process = Command::new(executable)
            .env_clear()
            .env("GATEWAY_SIMULATOR_KEY", key)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(BenchError::file("start", executable))?;
        let silent = || BenchError::TooLate { name: NAME, doing: "say where it listens" };
        let mut lines = BufReader::new(process.stdout.take().ok_or_else(silent)?).lines();
        let line = tokio::time::timeout(READY_LIMIT, lines.next_line()).await.map_err(|_| silent())?;
        let line = line.map_err(BenchError::io("read what the gateway simulator says"))?.unwrap_or_default();
        let address = line.strip_prefix(READY_LINE).and_then(|address| address.parse().ok()).ok_or_else(silent)?;
        Ok(Self { process, address, key: key.to_owned() })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far, by operation. Its own pages are not in it.
    pub(crate) async fn calls(&self) -> Result<Calls> {
        calls_of(self.address, &self.key).await
    }

    /// Stops it and waits until it is gone.
    pub(crate) async fn stop(mut self) {
        // One that cannot be killed is gone already.
        let _gone = self.process.kill().await;
    }
}

/// What the simulator at this address was asked so far, by operation.
pub(crate) async fn calls_of(address: SocketAddr, key: &str) -> Result<Calls> {
    let failed = |error: hyper::Error| BenchError::GatewayLog { reason: error.to_string() };
    let stream = TcpStream::connect(address).await.map_err(BenchError::io("reach the gateway simulator"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let request = Request::get("/_simulator/log")
        .header("host", address.to_string())
        .header("authorization", format!("Bearer {key}"))
        .body(Empty::<Bytes>::new())
        .map_err(|error| BenchError::GatewayLog { reason: error.to_string() })?;
    let connection = tokio::spawn(connection);
    let answer = async { sender.send_request(request).await?.into_body().collect().await };
    let body = answer.await.map_err(failed)?.to_bytes();
    connection.abort();
    operations(&body)
}

/// How often the log has each operation.
fn operations(log: &[u8]) -> Result<Calls> {
    let unreadable = || BenchError::GatewayLog { reason: "it is not a log".to_owned() };
    let log: Value = serde_json::from_slice(log).map_err(|_| unreadable())?;
    let mut calls = BTreeMap::new();
    for entry in log.get("entries").and_then(Value::as_array).ok_or_else(unreadable)? {
        let operation = entry.get("operation").and_then(Value::as_str).ok_or_else(unreadable)?;
        *calls.entry(operation.to_owned()).or_default() += 1;
    }
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_counted_by_operation() {
        let log = br#"{"entries": [{"operation": "authorise"}, {"operation": "capture"}, {"operation": "authorise"}]}"#;
        let expected = [("authorise".to_owned(), 2), ("capture".to_owned(), 1)].into();
        assert_eq!(operations(log).unwrap(), expected);
    }

    #[test]
    fn what_is_no_log_is_no_log_without_calls() {
        assert!(operations(b"{}").is_err());
        assert!(operations(b"not found").is_err());
    }
}
