//! ministack: quick to start, and its waits can be scaled.

use std::time::Duration;

use serde::Deserialize;

use super::StandingEngine;
use super::port::on_free_port;
use crate::error::{Error, Result};
use crate::local::environment::{bare, client_environment, with};
use crate::local::process::{Output, Program, Supervisor};
use crate::local::project::Project;
use crate::local::run::Run;

/// A cold start on a slow disk takes some seconds, a warm one half a second.
const READY_LIMIT: Duration = Duration::from_secs(60);

/// Starts an engine and waits until it answers.
///
/// # Errors
/// When it is not installed, ends, or does not answer in time.
pub(super) async fn start(supervisor: &Supervisor, project: &Project, run: &Run) -> Result<StandingEngine> {
    let executable = project.tool("engine", "ministack")?;
    // Its health answer repeats this name, so nobody else's engine is taken for ours.
    let mark = format!("fare-{}", run.id());
    let start = |port| {
        let endpoint = format!("http://127.0.0.1:{port}");
        supervisor.start(Program {
            name: "engine",
            executable: executable.clone(),
            arguments: vec![],
            environment: with(with(bare(), client_environment(&endpoint)), settings(port, &mark, run)),
            directory: run.scratch().to_owned(),
            output: Output::Log,
            grace: Program::USUAL_GRACE,
        })
    };
    on_free_port(READY_LIMIT, start, async |endpoint, _engine| {
        edition(&format!("{endpoint}/_ministack/health")).await.as_deref() == Some(&mark)
    })
    .await
}

/// Changes what `SFN_WAIT_SCALE` has set.
///
/// # Errors
/// When the engine does not answer.
pub(in crate::local) async fn scale_waits(endpoint: &str, hundredths_of_a_percent: u32) -> Result<()> {
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
        // The engine wakes up some twenty times a second for each process of a function that it keeps, and all that it does wants
        // its one lock. What many fares at a time leave behind would keep it busy for the usual five minutes.
        ("LAMBDA_WARM_TTL_SECONDS", "10".to_owned()),
        // Unpacked function code goes here, and away with the run.
        ("TMPDIR", run.scratch().to_string_lossy().into_owned()),
        ("S3_DATA_DIR", run.scratch().join("s3").to_string_lossy().into_owned()),
        ("STATE_DIR", run.scratch().join("state").to_string_lossy().into_owned()),
    ]
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
