//! LocalStack in a container, its functions in containers that it starts beside it.

use std::net::{IpAddr, TcpListener};
use std::time::Duration;

use tokio::process::Command;

use super::StandingEngine;
use super::port::on_free_port;
use crate::engine::{Engine, Mode};
use crate::error::Result;
use crate::local::environment::{bare, with};
use crate::local::gateway::Place;
use crate::local::process::{Output, Program, Supervisor};
use crate::local::run::Run;

/// The last community release that wants no token. `make test-localstack` fetches it.
const IMAGE: &str = include_str!("../../../../../tools/localstack/image").trim_ascii_end();
const SCRIPT: &str = include_str!("docker.sh");
const READY_LIMIT: Duration = Duration::from_secs(180);
/// LocalStack takes its functions' containers away before it ends.
const GRACE: Duration = Duration::from_secs(25);
/// Docker's own socket, in which a daemon on another operating system's virtual machine has it too.
const SOCKET: &str = "/var/run/docker.sock";
/// What leads the `docker` command to its daemon.
const DAEMON: [&str; 5] = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"];

pub(super) async fn start(supervisor: &Supervisor, run: &Run) -> Result<StandingEngine> {
    let daemon = DAEMON.iter().filter_map(|name| Some(((*name).into(), std::env::var_os(name)?)));
    let environment = || bare().into_iter().chain(daemon.clone()).collect();
    let start = |port: u16, attempt: u32| {
        supervisor.start(Program {
            name: "localstack",
            executable: "/bin/sh".into(),
            arguments: ["-c", SCRIPT, "localstack"].map(Into::into).into(),
            environment: with(
                environment(),
                [
                    ("IMAGE", IMAGE.to_owned()),
                    ("NAME", format!("fare-localstack-{}-{attempt}", run.id())),
                    ("PUBLISH", format!("127.0.0.1:{port}:4566")),
                    ("SOCKET", socket(std::env::var("DOCKER_HOST").ok().as_deref())),
                ],
            ),
            directory: run.scratch().to_owned(),
            output: Output::Log,
            grace: GRACE,
        })
    };
    on_free_port(READY_LIMIT, start, async |endpoint, _attempt| {
        matches!(Engine::at(endpoint).await, Ok(Engine::LocalStack { mode: Mode::Docker, .. }))
    })
    .await
}

/// Functions in containers reach this machine under a name of Docker's. Where Docker has the other end of that name as an
/// address of this machine, as it does on Linux, the gateway listens there; elsewhere the loopback address is reached.
pub(super) async fn functions_place() -> Place {
    let format = "{{(index .IPAM.Config 0).Gateway}}";
    let asked = Command::new("docker").args(["network", "inspect", "bridge", "--format", format]).output().await;
    let bridge = asked.ok().and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse::<IpAddr>().ok());
    Place::Containers { bridge: bridge.filter(|address| TcpListener::bind((*address, 0)).is_ok()) }
}

/// The daemon's socket as the engine's container is to find it.
fn socket(docker_host: Option<&str>) -> String {
    docker_host.and_then(|host| host.strip_prefix("unix://")).unwrap_or(SOCKET).to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tokio::time::sleep;

    use super::*;

    /// Writes down what it is asked, and its containers are two functions' that nobody took away.
    const DOCKER: &str = r#"#!/bin/sh
echo "$*" >>"$ASKED"
case "$1" in
    run) exec sleep 600 ;;
    ps) printf 'left-1\nleft-2\n' ;;
esac
"#;

    #[tokio::test]
    async fn a_container_is_stopped_and_those_that_it_left_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        let docker = directory.path().join("docker");
        std::fs::write(&docker, DOCKER).unwrap();
        std::fs::set_permissions(&docker, std::fs::Permissions::from_mode(0o755)).unwrap();
        let log = directory.path().join("asked");
        let asked = || std::fs::read_to_string(&log).unwrap_or_default();
        let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").unwrap());
        let settings = [
            ("PATH", path),
            ("ASKED", log.to_string_lossy().into_owned()),
            ("IMAGE", "the-image".to_owned()),
            ("NAME", "the-name".to_owned()),
            ("PUBLISH", "127.0.0.1:1:4566".to_owned()),
            ("SOCKET", "/the/socket".to_owned()),
        ];
        let supervisor = Supervisor::new(directory.path().to_owned());
        let program = Program {
            name: "localstack",
            executable: "/bin/sh".into(),
            arguments: ["-c", SCRIPT, "localstack"].map(Into::into).into(),
            environment: with(vec![], settings),
            directory: directory.path().to_owned(),
            output: Output::Log,
            grace: GRACE,
        };
        let container = supervisor.start(program).unwrap();
        while asked().is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
        container.stop().await;
        let asked = asked();
        let [run, stop, list, remove] = asked.lines().collect::<Vec<_>>()[..] else { panic!("{asked}") };
        assert!(run.starts_with("run --rm --pull never --name the-name --publish 127.0.0.1:1:4566 "), "{run}");
        assert!(run.contains(" --volume /the/socket:/var/run/docker.sock ") && run.ends_with(" the-image"), "{run}");
        assert_eq!(stop, "stop --time 10 the-name");
        assert_eq!(list, "ps --all --quiet --filter name=^the-name");
        assert_eq!(remove, "rm --force --volumes left-1 left-2");
    }

    #[test]
    fn the_socket_of_a_daemon_elsewhere_on_this_machine_is_found() {
        assert_eq!(socket(Some("unix:///run/user/1000/docker.sock")), "/run/user/1000/docker.sock");
        assert_eq!(socket(Some("tcp://127.0.0.1:2375")), SOCKET);
        assert_eq!(socket(None), SOCKET);
    }
}
