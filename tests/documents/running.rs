//! Runs what documents say can be run.

use std::ffi::OsString;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use url::{Host, Url};

const POLL: Duration = Duration::from_millis(50);

/// What a script meets.
pub(crate) struct Shell<'a> {
    /// Where it runs.
    pub(crate) directory: &'a Path,
    /// What it finds under `LAB`: a directory for whatever it writes.
    pub(crate) lab: &'a Path,
    /// Where commands are looked for first.
    pub(crate) commands: &'a Path,
    /// How long it may take.
    pub(crate) limit: Duration,
}

impl Shell<'_> {
    /// Runs a script, which ends at the first of its commands that fails.
    ///
    /// # Errors
    /// How it ended, with the script and all that it wrote.
    pub(crate) fn run(&self, script: &str) -> Result<(), String> {
        let mut written = tempfile::tempfile().expect("a file can be made");
        let share = || written.try_clone().expect("a file can be shared");
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", script]).current_dir(self.directory);
        bash.env("PATH", self.path()).env("LAB", self.lab);
        bash.stdin(Stdio::null()).stdout(share()).stderr(share()).process_group(0);
        let ended = wait(&mut bash.spawn().expect("bash starts"), self.limit);
        let how = match ended {
            Some(status) if status.success() => return Ok(()),
            Some(status) => format!("it ended with {status}"),
            None => format!("it took longer than {} s", self.limit.as_secs()),
        };
        written.rewind().expect("a file can be read again");
        let mut output = Vec::new();
        written.read_to_end(&mut output).expect("it can be read");
        Err(format!("{how}\n--- what was run\n{script}--- what it wrote\n{}", String::from_utf8_lossy(&output)))
    }

    fn path(&self) -> OsString {
        let usual = std::env::var_os("PATH").unwrap_or_default();
        let places = [self.commands.to_owned()].into_iter().chain(std::env::split_paths(&usual));
        std::env::join_paths(places).expect("a path of paths")
    }
}

/// Waits, and stops the process and all that it started where the time is up.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if Instant::now() > deadline {
            kill_process_group(Pid::from_child(child), Signal::KILL).expect("it can be stopped");
            child.wait().expect("it has ended");
            return None;
        }
        std::thread::sleep(POLL);
    }
}

/// What bash finds wrong with a script that it does not run.
pub(crate) fn misspelt(script: &str) -> Option<String> {
    let read = Command::new("bash").args(["-n", "-c", script]).output().expect("bash starts");
    (!read.status.success()).then(|| String::from_utf8_lossy(&read.stderr).into_owned())
}

/// Where documents can be run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On an engine on this machine.
    Here,
    /// There is no stack.
    Nowhere,
    /// On what may be somebody's account.
    Elsewhere,
}

impl Place {
    pub(crate) fn of(stack: Option<&str>, endpoint: Option<&str>) -> Self {
        let is_here = |host: Host<&str>| match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        match (stack, endpoint.map(Url::parse)) {
            (None, _) => Self::Nowhere,
            (Some(_), Some(Ok(engine))) if engine.host().is_some_and(is_here) => Self::Here,
            (Some(_), _) => Self::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn run(script: &str, limit: Duration) -> Result<(), String> {
        let (directory, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(directory.path().join("here"), "").unwrap();
        fs::write(lab.path().join("there"), "").unwrap();
        Shell { directory: directory.path(), lab: lab.path(), commands: Path::new("/first"), limit }.run(script)
    }

    fn soon(script: &str) -> Result<(), String> {
        run(script, Duration::from_secs(60))
    }

    #[test]
    fn a_script_runs_in_its_directory_with_one_for_what_it_writes() {
        assert_eq!(soon("[ -e here ]\n[ -e \"$LAB/there\" ]\n[[ $PATH == /first:* ]]\n"), Ok(()));
    }

    #[test]
    fn the_first_command_that_fails_ends_a_script_and_all_that_was_written_is_told() {
        let told = soon("echo one\necho two >&2\nfalse | cat\necho three\n").unwrap_err();
        assert!(told.starts_with("it ended with exit status: 1\n"), "{told}");
        assert!(told.ends_with("--- what it wrote\none\ntwo\n"), "{told}");
        assert!(soon("echo \"$NOT_SET\"\n").unwrap_err().contains("NOT_SET: unbound variable"));
    }

    #[test]
    fn a_script_that_does_not_end_is_stopped_with_all_that_it_started() {
        let began = Instant::now();
        let told = run("echo one; sleep 600 | cat\n", Duration::from_millis(300)).unwrap_err();
        assert!(told.starts_with("it took longer than 0 s") && told.ends_with("one\n"), "{told}");
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_script_that_bash_cannot_read_is_told_and_is_not_run() {
        assert_eq!(misspelt("exit 1\n"), None);
        assert!(misspelt("for a in b; do\n").unwrap().contains("syntax error"));
    }

    #[test]
    fn documents_are_run_on_an_engine_on_this_machine_and_nowhere_else() {
        for endpoint in ["http://127.0.0.1:4566", "http://localhost:4566/", "http://[::1]:80"] {
            assert_eq!(Place::of(Some("stack"), Some(endpoint)), Place::Here, "{endpoint}");
            assert_eq!(Place::of(None, Some(endpoint)), Place::Nowhere);
        }
        for endpoint in
            [None, Some(""), Some("https://states.eu-west-1.amazonaws.com"), Some("http://127.0.0.1.example.com")]
        {
            assert_eq!(Place::of(Some("stack"), endpoint), Place::Elsewhere, "{endpoint:?}");
        }
    }
}
