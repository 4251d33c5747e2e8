//! LocalStack in a container, its functions in containers that it starts beside it.

use std::net::{IpAddr, TcpListener};
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::StandingEngine;
use super::localstack::said_ready;
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
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// LocalStack takes its functions' containers away before it ends.
const GRACE: Duration = Duration::from_secs(25);
/// The daemon's usual socket.
const SOCKET: &str = "/var/run/docker.sock";
/// What leads the `docker` command to its daemon.
const DAEMON: [&str; 5] = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"];

pub(super) async fn start(supervisor: &Supervisor, run: &Run) -> Result<StandingEngine> {
    let socket = socket(&asked(&["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]).await);
    let start = |port: u16| supervisor.start(program(run, port, &socket));
    on_free_port(READY_LIMIT, start, async |endpoint, engine| {
        said_ready(engine) && matches!(Engine::at(endpoint).await, Ok(Engine::LocalStack { mode: Mode::Docker, .. }))
    })
    .await
}

fn program(run: &Run, port: u16, socket: &str) -> Program {
    let daemon = DAEMON.iter().filter_map(|name| Some(((*name).into(), std::env::var_os(name)?)));
    let settings = [
        ("IMAGE", IMAGE.to_owned()),
        ("NAME", format!("fare-localstack-{}-{port}", run.id())),
        ("PUBLISH", format!("127.0.0.1:{port}:4566")),
        ("SOCKET", socket.to_owned()),
    ];
    Program {
        name: "localstack",
        executable: "/bin/sh".into(),
        arguments: ["-c", SCRIPT, "localstack"].map(Into::into).into(),
        environment: with(bare().into_iter().chain(daemon).collect(), settings),
        directory: run.scratch().to_owned(),
        output: Output::Log,
        grace: GRACE,
    }
}

/// Functions in containers reach this machine under a name of Docker's. Where Docker has the other end of that name as an
/// address of this machine, as it does on Linux, the gateway listens there; Docker Desktop leads to the loopback address.
pub(super) async fn functions_place() -> Place {
    let format = "{{(index .IPAM.Config 0).Gateway}}";
    let bridge = asked(&["network", "inspect", "bridge", "--format", format]).await.parse::<IpAddr>().ok();
    Place::Containers { bridge: bridge.filter(|address| TcpListener::bind((*address, 0)).is_ok()) }
}

/// Docker's answer, empty where it has none.
async fn asked(question: &[&str]) -> String {
    let output = Command::new("docker").args(question).kill_on_drop(true).output();
    let output = timeout(ANSWER_LIMIT, output).await.ok().and_then(std::result::Result::ok);
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// The daemon's socket as the engine's container is to find it. Elsewhere than on Linux the daemon is in a virtual machine,
/// where the socket has its usual name.
fn socket(daemon: &str) -> String {
    let here = daemon.strip_prefix("unix://").filter(|_| cfg!(target_os = "linux"));
    here.unwrap_or(SOCKET).to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use tokio::time::sleep;

    use super::*;

    /// Writes down what it is asked, and its containers are two functions' that nobody took away.
    const DOCKER: &str = r#"#!/bin/sh
echo "$*" >>"$ASKED"
case "$1" in
    logs) exec sleep 600 ;;
    ps) printf 'left-1\nleft-2\n' ;;
esac
"#;

    #[tokio::test]
    async fn a_container_is_stopped_and_those_that_it_left_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        fake(directory.path(), DOCKER);
        let log = directory.path().join("asked");
        let asked = || std::fs::read_to_string(&log).unwrap_or_default();
        let run = Run::begin().unwrap();
        let mut program = program(&run, 4242, "/the/socket");
        program.environment =
            with(program.environment, [("PATH", path_with(directory.path())), ("ASKED", log.display().to_string())]);
        let container = Supervisor::new(directory.path().to_owned()).start(program).unwrap();
        for _ in 0..500 {
            if asked().contains("logs") {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        container.stop().await;
        let asked = asked();
        let name = format!("fare-localstack-{}-4242", run.id());
        let lines = asked.lines().collect::<Vec<_>>();
        let [create, start, logs, stop, list, remove] = lines[..] else { panic!("{asked}") };
        assert!(create.starts_with(&format!("create --rm --pull never --name {name} ")), "{create}");
        assert!(create.contains(" --publish 127.0.0.1:4242:4566 "), "{create}");
        assert!(create.contains(" --volume /the/socket:/var/run/docker.sock ") && create.ends_with(IMAGE), "{create}");
        assert_eq!(start, format!("start {name}"));
        assert_eq!(logs, format!("logs --follow {name}"));
        assert_eq!(stop, format!("stop -t 10 {name}"));
        assert_eq!(list, format!("ps --all --quiet --filter name=^{name}"));
        assert_eq!(remove, "rm --force --volumes left-1 left-2");
    }

    #[tokio::test]
    async fn a_container_that_cannot_be_made_is_told_in_dockers_own_words_with_the_alternative() {
        let directory = tempfile::tempdir().unwrap();
        let error = "docker: Error response from daemon: No such image\\n\\nRun 'docker create --help' for more\\n";
        let docker = format!("#!/bin/sh\n[ \"$1\" = ps ] || {{ printf \"{error}\" >&2; exit 125; }}\n");
        fake(directory.path(), &docker);
        let run = Run::begin().unwrap();
        let mut program = program(&run, 4242, "/the/socket");
        program.environment = with(program.environment, [("PATH", path_with(directory.path()))]);
        let container = Supervisor::new(directory.path().to_owned()).start(program).unwrap();
        assert_eq!(container.ended().await, Some(1));
        let words = "localstack-host needs no Docker, which says: docker: Error response from daemon: No such image";
        assert_eq!(container.last_words(), words);
    }

    fn fake(directory: &Path, script: &str) {
        let docker = directory.join("docker");
        std::fs::write(&docker, script).unwrap();
        std::fs::set_permissions(&docker, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn path_with(directory: &Path) -> String {
        format!("{}:{}", directory.display(), std::env::var("PATH").unwrap())
    }

    #[test]
    fn the_socket_of_a_daemon_elsewhere_on_this_machine_is_found() {
        let own = "unix:///run/user/1000/docker.sock";
        assert_eq!(socket(own), if cfg!(target_os = "linux") { "/run/user/1000/docker.sock" } else { SOCKET });
        assert_eq!(socket("unix:///var/run/docker.sock"), SOCKET);
        assert_eq!(socket(""), SOCKET);
    }
}
