//! LocalStack from its Python package: functions run as processes of this machine, and a ministack is its DynamoDB.

use std::time::Duration;

use super::StandingEngine;
use super::port::on_free_port;
use crate::engine::{Engine, Mode};
use crate::error::Result;
use crate::local::environment::{bare, with};
use crate::local::process::{Output, Program, Supervised, Supervisor};
use crate::local::project::Project;
use crate::local::run::Run;

/// Its first start compiles some thousand Python files.
const READY_LIMIT: Duration = Duration::from_secs(180);

pub(super) fn check_tools(project: &Project) -> Result<()> {
    project.tool("localstack", "python")?;
    project.tool("engine", "ministack").map(drop)
}

pub(super) async fn start(supervisor: &Supervisor, project: &Project, run: &Run) -> Result<StandingEngine> {
    let python = project.tool("localstack", "python")?;
    let ministack = project.tool("engine", "ministack")?;
    let scratch = run.scratch().to_string_lossy().into_owned();
    let start = |port: u16| {
        let settings = [
            ("GATEWAY_LISTEN", format!("127.0.0.1:{port}")),
            // Its own server would listen on every interface, without authentication, and it runs the code that it is sent.
            ("GATEWAY_SERVER", "loopback".to_owned()),
            // Where a machine is itself a container, LocalStack would take that for its own.
            ("OVERRIDE_IN_DOCKER", "0".to_owned()),
            ("FILESYSTEM_ROOT", format!("{scratch}/localstack")),
            ("LOCALSTACK_VOLUME_DIR", format!("{scratch}/localstack-volume")),
            ("TMPDIR", scratch.clone()),
            // It would keep a cache and an identity there.
            ("HOME", scratch.clone()),
            ("LAMBDA_RUNTIME_EXECUTOR", "host".to_owned()),
            ("DYNAMODB_MINISTACK", ministack.to_string_lossy().into_owned()),
            // Nothing is fetched, nothing is reported, and no name server is opened.
            ("SKIP_SSL_CERT_DOWNLOAD", "1".to_owned()),
            ("DISABLE_EVENTS", "1".to_owned()),
            ("DNS_ADDRESS", "0".to_owned()),
        ];
        supervisor.start(Program {
            name: "localstack",
            executable: python.clone(),
            arguments: ["-m", "localstack.runtime.main"].map(Into::into).into(),
            environment: with(bare(), settings),
            directory: run.scratch().to_owned(),
            output: Output::Log,
            grace: Program::USUAL_GRACE,
        })
    };
    on_free_port(READY_LIMIT, start, async |endpoint, engine| {
        said_ready(engine) && matches!(Engine::at(endpoint).await, Ok(Engine::LocalStack { mode: Mode::Host, .. }))
    })
    .await
}

/// Whether LocalStack says that it listens. Another one that answers at its port is not it.
pub(super) fn said_ready(engine: &Supervised) -> bool {
    engine.said().lines().any(|line| line == "Ready.")
}
