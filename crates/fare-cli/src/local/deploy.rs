//! The real `sam deploy`, against the engine.

use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::environment::{bare, client_environment, with};
use super::process::{Output, Program, Supervisor};
use super::project::Project;
use crate::clients::Clients;
use crate::error::{Error, Result};
use crate::stack::Stack;

/// An engine may report a stack as complete before its outputs are there.
const OUTPUTS_LIMIT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// How long `payment` waits for the gateway's answer. Short, so that a late answer is seen in a demonstration; still
/// hundreds of times what the simulator needs.
const GATEWAY_TIMEOUT_MILLISECONDS: &str = "1000";

/// The gateway simulator's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway<'a> {
    /// As the stack's functions have it.
    pub seen_by_functions: &'a str,
    /// As this process has it.
    pub seen_from_here: &'a str,
}

/// Deploys the built template under this name and finds the stack.
///
/// What `sam` writes meanwhile goes into `scratch`. `gateway` is where the gateway simulator runs as a process. Without it
/// the stack brings the simulator along as a function, whose address only AWS itself can resolve.
///
/// # Errors
/// When the tool or the built template is missing, the deployment fails, or the stack lacks an output.
pub async fn deploy(
    supervisor: &Supervisor,
    project: &Project,
    scratch: &Path,
    name: &str,
    endpoint: &str,
    gateway: Option<Gateway<'_>>,
) -> Result<Stack> {
    let template = project.built_template()?;
    let sam = supervisor.start(Program {
        name: "sam-deploy",
        executable: project.tool("sam", "sam")?,
        arguments: arguments(name, gateway.map(|gateway| gateway.seen_by_functions))
            .into_iter()
            .map(Into::into)
            .chain([template.into()])
            .collect(),
        environment: with(
            with(bare(), client_environment(endpoint)),
            [
                ("SAM_CLI_TELEMETRY", "0".to_owned()),
                ("NO_COLOR", "1".to_owned()),
                // It leaves directories there.
                ("TMPDIR", scratch.to_string_lossy().into_owned()),
            ],
        ),
        directory: project.root().to_owned(),
        output: Output::Log,
        grace: Program::USUAL_GRACE,
    })?;
    if sam.ended().await != Some(0) {
        return Err(Error::DeployFailed { log: sam.log().to_owned(), tail: sam.last_words() });
    }
    found(name, endpoint, gateway.map(|gateway| gateway.seen_from_here)).await
}

/// Parameters on the command line replace all of those in `samconfig.toml`, so all are given. The gateway's key is the
/// stack's own: the simulator's process takes any.
fn arguments(name: &str, gateway_url: Option<&str>) -> Vec<String> {
    let overrides = [
        ("Environment", "local"),
        ("Architecture", architecture()),
        ("FaultTriggers", "enabled"),
        ("Gateway", "simulated"),
        ("GatewayTimeoutMilliseconds", GATEWAY_TIMEOUT_MILLISECONDS),
    ];
    let fixed = ["deploy", "--config-env", "local", "--no-confirm-changeset", "--no-fail-on-empty-changeset"];
    let mut arguments: Vec<String> = fixed.map(str::to_owned).into();
    arguments.extend(["--resolve-s3", "--stack-name", name, "--parameter-overrides"].map(str::to_owned));
    arguments.extend(overrides.map(|(parameter, value)| format!("{parameter}={value}")));
    arguments.extend(gateway_url.map(|url| format!("GatewayUrl={url}")));
    arguments.push("--template-file".to_owned());
    arguments
}

/// The functions run on this machine, so they are built for it.
fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }
}

async fn found(name: &str, endpoint: &str, gateway_url: Option<&str>) -> Result<Stack> {
    let clients = Clients::local(endpoint).await;
    let deadline = Instant::now() + OUTPUTS_LIMIT;
    loop {
        let found = Stack::find(name.to_owned(), clients.clone(), gateway_url.map(str::to_owned)).await;
        if found.is_ok() || Instant::now() >= deadline {
            return found;
        }
        sleep(POLL_INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_local_parameter_is_given_on_the_command_line() {
        let line = arguments("rides", Some("http://127.0.0.1:9")).join(" ");
        assert!(line.starts_with("deploy --config-env local "), "{line}");
        assert!(line.contains("--parameter-overrides Environment=local Architecture="), "{line}");
        assert!(line.contains(" FaultTriggers=enabled Gateway=simulated "), "{line}");
        assert!(line.ends_with(" GatewayUrl=http://127.0.0.1:9 --template-file"), "{line}");
    }

    #[test]
    fn a_stack_with_a_simulator_of_its_own_is_told_of_no_other() {
        let line = arguments("rides", None).join(" ");
        assert!(line.contains(" Gateway=simulated ") && !line.contains("GatewayUrl"), "{line}");
    }
}
