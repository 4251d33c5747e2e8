//! What the scripts in `tools` say where something is missing or refuses, before anything is started.
//!
//! They run in a directory of their own, so that nothing is installed there, and find only the commands that a test gives
//! them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What the scripts themselves call.
const USUAL: [&str; 16] = [
    "bash", "cat", "cmp", "cp", "cut", "dirname", "env", "grep", "mkdir", "printf", "rm", "sed", "sh", "sleep", "tail",
    "touch",
];
const WITHOUT_DOCKER: &str = "Without Docker: make test-localstack LOCALSTACK_MODE=host";

/// A copy of the scripts, and a PATH of their own.
struct Machine {
    directory: TempDir,
}

impl Machine {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools");
        let copied = Command::new("cp").arg("-R").arg(tools).arg(directory.path()).status();
        assert!(copied.is_ok_and(|status| status.success()), "the scripts can be copied");
        let machine = Self { directory };
        fs::create_dir(machine.commands()).expect("a directory can be made");
        let path = std::env::var_os("PATH").expect("a PATH");
        for command in USUAL {
            let found = std::env::split_paths(&path).map(|place| place.join(command)).find(|place| place.exists());
            symlink(found.unwrap_or_else(|| panic!("this machine has no {command}")), machine.commands().join(command))
                .expect("a link can be made");
        }
        machine
    }

    fn commands(&self) -> PathBuf {
        self.directory.path().join("commands")
    }

    /// Puts a command on the PATH.
    fn with(self, command: &str, script: &str) -> Self {
        let path = self.commands().join(command);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be made executable");
        self
    }

    /// Runs `tools/test-localstack`, which must give up, and gives what it says.
    fn refused(&self, settings: &[(&str, &str)]) -> String {
        self.refused_by(&["tools/test-localstack"], settings)
    }

    /// Runs a script with its arguments, which must give up, and gives what it says.
    fn refused_by(&self, script: &[&str], settings: &[(&str, &str)]) -> String {
        let [script, arguments @ ..] = script else { panic!("a script has a name") };
        let mut command = Command::new(self.directory.path().join(script));
        command.args(arguments).env_clear().env("PATH", self.commands()).env("HOME", self.directory.path());
        let Output { status, stdout, stderr } = command.envs(settings.iter().copied()).output().expect("it runs");
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(!status.success(), "{said}");
        said
    }
}

/// A Python that says it is this version.
fn python(version: &str) -> String {
    format!("echo {version}")
}

#[test]
fn the_consoles_tests_say_which_node_and_which_browser_they_lack() {
    let console = ["tools/set-up", "console"];
    let said = Machine::new().refused_by(&console, &[]);
    assert!(said.starts_with("setup: Testing the console needs Node 20 or later, with npm.\n"), "{said}");
    let machine = Machine::new().with("node", "echo v20.0.0").with("npm", "exit 0");
    let said = machine.refused_by(&console, &[("CONSOLE_BROWSER", "/nonexistent")]);
    assert!(said.contains("setup: CONSOLE_BROWSER=/nonexistent is no browser that runs.\n"), "{said}");
    let machine =
        machine.with("node", "case $1 in --version) echo v20.0.0 ;; *) echo 'no such file' >&2; exit 1 ;; esac");
    let said = machine.refused_by(&console, &[]);
    assert!(
        said.contains("no such file\nsetup: The browser that the console is tested with does not run here"),
        "{said}"
    );
    assert!(said.ends_with("make test CONSOLE_BROWSER=/path/to/chromium\n"), "{said}");
}

#[test]
fn a_docker_daemon_that_refuses_is_named_in_its_own_words_with_the_alternative() {
    let machine = Machine::new().with("docker", "echo 'Cannot connect to the Docker daemon at /x.' >&2; exit 1");
    assert_eq!(
        machine.refused(&[("LOCALSTACK_MODE", "docker")]),
        format!(
            "integration: Docker cannot be used: Cannot connect to the Docker daemon at /x.\n             {WITHOUT_DOCKER}\n"
        )
    );
}

#[test]
fn a_docker_daemon_that_does_not_answer_or_says_nothing_is_not_waited_for() {
    for (script, why) in [("exec sleep 600", "it does not answer"), ("exit 1", "it fails without a word")] {
        let said = Machine::new().with("docker", script).refused(&[("LOCALSTACK_MODE", "docker")]);
        assert!(said.starts_with(&format!("integration: Docker cannot be used: {why}\n")), "{said}");
    }
}

#[test]
fn a_machine_without_docker_is_told_so_with_the_alternative() {
    assert_eq!(
        Machine::new().refused(&[("LOCALSTACK_MODE", "docker")]),
        format!("integration: Docker cannot be used: there is no docker command\n             {WITHOUT_DOCKER}\n")
    );
}

/// A daemon that answers all that is asked before anything is fetched.
fn docker(host: &str, security: &str, pull: &str) -> String {
    format!(
        r#"case "$1" in
  version) echo 28.0.0 ;;
  context) echo {host} ;;
  info) echo {security} ;;
  image) exit 1 ;;
  pull) {pull} ;;
  *) exit 9 ;;
esac"#
    )
}

#[test]
fn a_docker_daemon_that_is_elsewhere_or_rootless_is_not_used() {
    for (host, security, why) in [
        ("tcp://10.1.2.3:2375", "[]", "its daemon is not on this machine, but at tcp://10.1.2.3:2375"),
        (
            "unix:///run/user/1/docker.sock",
            "[name=rootless]",
            "its daemon is rootless, and containers do not reach this",
        ),
    ] {
        let said =
            Machine::new().with("docker", &docker(host, security, "exit 9")).refused(&[("LOCALSTACK_MODE", "docker")]);
        assert!(said.starts_with(&format!("integration: Docker cannot be used: {why}")), "{said}");
        assert!(said.ends_with(&format!("{WITHOUT_DOCKER}\n")), "{said}");
    }
}

#[test]
fn an_image_that_cannot_be_pulled_is_named_with_the_alternative() {
    let docker = docker("unix:///var/run/docker.sock", "[]", "echo 'no route to host' >&2; exit 1");
    let said = Machine::new().with("docker", &docker).refused(&[]);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(lines[0].starts_with("integration: fetching localstack/localstack:4."), "{said}");
    assert!(said.contains("no route to host\n"), "{said}");
    assert!(said.contains("cannot be pulled; the lines above say why.\n"), "{said}");
    assert!(said.ends_with(&format!("{WITHOUT_DOCKER}\n")), "{said}");
}

#[test]
fn without_docker_and_without_the_right_python_both_are_asked_for_by_name() {
    let said = Machine::new().with("python3", &python("3.11")).refused(&[]);
    assert!(said.starts_with("integration: no Docker (there is no docker command)"), "{said}");
    assert!(said.contains("setup: LocalStack without Docker needs Python 3.13.\n"), "{said}");
    assert!(said.contains("make test-localstack LOCALSTACK_PYTHON=/path/to/python3.13\n"), "{said}");
    assert!(said.contains("Or start Docker"), "{said}");
}

#[test]
fn a_python_that_was_named_and_is_another_one_is_named_with_its_version() {
    let machine = Machine::new().with("my python", &python("3.12"));
    let said = machine.refused(&[("LOCALSTACK_MODE", "host"), ("LOCALSTACK_PYTHON", "my python")]);
    assert!(said.contains("needs Python 3.13: LOCALSTACK_PYTHON=my python is Python 3.12.\n"), "{said}");
    let said = machine.refused(&[("LOCALSTACK_MODE", "host"), ("LOCALSTACK_PYTHON", "/nowhere")]);
    assert!(said.contains("needs Python 3.13: LOCALSTACK_PYTHON=/nowhere is no Python that runs.\n"), "{said}");
}

#[test]
fn a_mode_that_there_is_not_is_refused_with_those_that_there_are() {
    let said = Machine::new().refused(&[("LOCALSTACK_MODE", "podman")]);
    assert!(
        said.starts_with("integration: LOCALSTACK_MODE is podman; it must be docker, host, or nothing.\n"),
        "{said}"
    );
}
