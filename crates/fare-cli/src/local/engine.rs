//! The engine: ministack, a local stand-in for the AWS services that the stack needs.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::environment::{bare, client_environment, with};
use super::process::{Output, Program, Supervised, Supervisor};
use super::project::Project;
use super::run::Run;
use crate::error::{Error, Result};

/// A cold start on a slow disk takes some seconds, a warm one half a second.
const READY_LIMIT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Another process may take a free port before the engine does.
const ATTEMPTS: u32 = 3;

/// Starts an engine on a free port of the loopback interface and waits until it answers; gives the process and its endpoint.
///
/// # Errors
/// When it is not installed, ends, or does not answer in time.
pub(super) async fn start(supervisor: &Supervisor, project: &Project, run: &Run) -> Result<(Arc<Supervised>, String)> {
    let executable = project.tool("engine", "ministack")?;
    let mut attempt = 1;
    loop {
        let port = free_port()?;
        let endpoint = format!("http://127.0.0.1:{port}");
        // Its health answer repeats this name, so nobody else's engine is taken for ours.
        let mark = format!("fare-{}-{attempt}", run.id());
        let engine = supervisor.start(Program {
            name: "engine",
            executable: executable.clone(),
            arguments: vec![],
            environment: with(with(bare(), client_environment(&endpoint)), settings(port, &mark, run)),
            directory: run.scratch().to_owned(),
            output: Output::Log,
        })?;
        match ready(&engine, &endpoint, &mark).await {
            Err(Error::EndedEarly { .. }) if attempt < ATTEMPTS && engine.said().contains("already in use") => {
                attempt = attempt.saturating_add(1);
            }
            answer => return answer.map(|()| (engine, endpoint)),
        }
    }
}

/// Changes what `SFN_WAIT_SCALE` has set.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn scale_waits(endpoint: &str, hundredths_of_a_percent: u32) -> Result<()> {
    let scale = format!("{}.{:04}", hundredths_of_a_percent / 10_000, hundredths_of_a_percent % 10_000);
    let request = crate::observe::loopback_client()?.post(format!("{endpoint}/_ministack/config"));
    let answer = request.json(&serde_json::json!({"stepfunctions._SFN_WAIT_SCALE": scale})).send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    answer.map(drop).map_err(|source| Error::Aws { operation: "scaling waits", source: source.into() })
}

fn settings(port: u16, mark: &str, run: &Run) -> Vec<(&'static str, String)> {
    vec![
        // Its default is every interface, without authentication, and it runs the code that it is sent.
        ("BIND_HOST", "127.0.0.1".to_owned()),
        ("GATEWAY_PORT", port.to_string()),
        // The host in the addresses that it hands out, those of queues above all.
        ("MINISTACK_HOST", "127.0.0.1".to_owned()),
        ("MINISTACK_EDITION", mark.to_owned()),
        // Waits and the pauses between retries take a hundredth of their time.
        ("SFN_WAIT_SCALE", "0.01".to_owned()),
        // Unpacked function code goes here, and away with the run.
        ("TMPDIR", run.scratch().to_string_lossy().into_owned()),
        ("S3_DATA_DIR", run.scratch().join("s3").to_string_lossy().into_owned()),
        ("STATE_DIR", run.scratch().join("state").to_string_lossy().into_owned()),
    ]
}

async fn ready(engine: &Arc<Supervised>, endpoint: &str, mark: &str) -> Result<()> {
    let health = format!("{endpoint}/_ministack/health");
    let answering = async {
        let deadline = Instant::now() + READY_LIMIT;
        loop {
            if edition(&health).await.as_deref() == Some(mark) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(engine.not_ready(READY_LIMIT));
            }
            sleep(POLL_INTERVAL).await;
        }
    };
    tokio::select! {
        answer = answering => answer,
        _ended = engine.ended() => Err(engine.ended_early()),
    }
}

async fn edition(health: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Health {
        edition: String,
    }
    let client = crate::observe::loopback_client().ok()?;
    let answer = client.get(health).timeout(Duration::from_secs(2)).send().await.ok()?;
    answer.json::<Health>().await.ok().map(|health| health.edition)
}

fn free_port() -> Result<u16> {
    let failed = |source| Error::NotStarted { name: "engine".to_owned(), source };
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    Ok(listener.local_addr().map_err(failed)?.port())
}
