//! Child processes that never outlive this one.
//!
//! Each child runs in a process group of its own, so that Ctrl-C on the terminal reaches only `fare`, which then stops
//! the children in its own order. A small shell leads the group (see `guardian.sh`) and holds one end of a pipe; when the
//! other end closes, because the child is to be stopped or because `fare` was killed, the shell asks the child to stop,
//! waits a little, and kills whatever of the group is left, function processes included.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{sleep, timeout};

use super::functions::FunctionProcess;
use crate::error::{Error, Result};

const GUARDIAN: &str = include_str!("guardian.sh");
/// The guardian needs no longer than the child's grace; so long past it, something is badly wrong with it.
const GUARDIAN_MARGIN: Duration = Duration::from_secs(3);
/// Where nobody collects orphans, their empty entries stay for ever; they are not waited for.
const CLEARING_LIMIT: Duration = Duration::from_secs(2);
const CLEARING_INTERVAL: Duration = Duration::from_millis(10);

/// Where a child's words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Into a log file of the run.
    Log,
    /// Where this process's own words go.
    Inherited,
}

/// What to start.
#[derive(Debug)]
pub struct Program {
    /// What it is called in messages; also the stem of its log file.
    pub name: &'static str,
    /// The executable.
    pub executable: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment: nothing else is passed on.
    pub environment: Vec<(OsString, OsString)>,
    /// Where it runs.
    pub directory: PathBuf,
    /// Where its words go.
    pub output: Output,
    /// How long it may take to stop by itself when it is asked to.
    pub grace: Duration,
}

impl Program {
    /// Enough for what only closes its connections.
    pub const USUAL_GRACE: Duration = Duration::from_secs(3);
}

/// Starts children and stops them all.
#[derive(Debug)]
pub struct Supervisor {
    logs: PathBuf,
    children: Mutex<Vec<Arc<Supervised>>>,
}

impl Supervisor {
    /// A supervisor without children, which keeps their logs in this directory.
    #[must_use]
    pub fn new(logs: PathBuf) -> Self {
        Self { logs, children: Mutex::default() }
    }

    /// Starts a child.
    ///
    /// # Errors
    /// When its log cannot be made or the process cannot be started.
    pub fn start(&self, program: Program) -> Result<Arc<Supervised>> {
        let mut children = self.children.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.logs.join(format!("{}-{}", children.len(), program.name));
        let supervised = Arc::new(Supervised::start(program, &place)?);
        children.push(Arc::clone(&supervised));
        Ok(supervised)
    }

    /// Stops every child and everything they started; returns when they are gone. May be called again.
    pub async fn stop_all(&self) {
        let children = self.children.lock().unwrap_or_else(PoisonError::into_inner).clone();
        join_all(children.iter().rev().map(|child| child.stop())).await;
    }
}

/// A running child. Letting go of it stops it too, but does not wait until it is gone.
#[derive(Debug)]
pub struct Supervised {
    name: &'static str,
    log: PathBuf,
    report: PathBuf,
    lifeline: Mutex<Option<ChildStdin>>,
    guardian: tokio::sync::Mutex<Child>,
    group: Option<Pid>,
    grace: Duration,
}

impl Supervised {
    fn start(program: Program, place: &Path) -> Result<Self> {
        let name = program.name;
        let log = place.with_extension("log");
        let report = place.with_extension("status");
        let (stdout, stderr) = match program.output {
            Output::Log => {
                let failed = |source| Error::File { path: log.clone(), source };
                let file = File::create(&log).map_err(failed)?;
                (file.try_clone().map_err(failed)?.into(), file.into())
            }
            Output::Inherited => (Stdio::inherit(), Stdio::inherit()),
        };
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(GUARDIAN).arg(format!("fare: {name}")).arg(tenths(program.grace)).arg(&report);
        command.arg(&program.executable).args(&program.arguments);
        command.env_clear().envs(program.environment).current_dir(&program.directory);
        command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr).process_group(0);
        let mut guardian = command.spawn().map_err(|source| Error::NotStarted { name: name.to_owned(), source })?;
        let lifeline = Mutex::new(guardian.stdin.take());
        let group = guardian.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        Ok(Self { name, log, report, lifeline, guardian: guardian.into(), group, grace: program.grace })
    }

    /// The file with what the child said.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The processes of functions that this child has started.
    ///
    /// # Errors
    /// When the system's processes cannot be listed.
    pub(super) fn functions(&self) -> Result<Vec<FunctionProcess>> {
        self.group.map_or_else(|| Ok(vec![]), FunctionProcess::all_of)
    }

    /// Waits until the child has ended by itself and gives its exit status; `None` if it left none.
    pub async fn ended(&self) -> Option<i32> {
        // A guardian that cannot be waited for is one that is gone already.
        let _gone = self.guardian.lock().await.wait().await;
        std::fs::read_to_string(&self.report).ok()?.trim().parse().ok()
    }

    /// Stops the child and all of its group; returns when they are gone.
    pub async fn stop(&self) {
        drop(self.lifeline.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut guardian = self.guardian.lock().await;
        if timeout(self.grace.saturating_add(GUARDIAN_MARGIN), guardian.wait()).await.is_err() {
            if let Some(group) = self.group {
                let _gone = kill_process_group(group, Signal::KILL);
            }
            let _gone = guardian.wait().await;
        }
        // The rest of the group was killed with its leader; the system needs a moment to clear it away.
        let _cleared = timeout(CLEARING_LIMIT, self.group_is_gone()).await;
    }

    async fn group_is_gone(&self) {
        while self.group.is_some_and(|group| test_kill_process_group(group).is_ok()) {
            sleep(CLEARING_INTERVAL).await;
        }
    }

    /// The error of a child that ended while it was needed.
    #[must_use]
    pub fn ended_early(&self) -> Error {
        Error::EndedEarly { name: self.name.to_owned(), log: self.log.clone(), tail: self.last_words() }
    }

    /// The error of a child that runs and is not ready.
    #[must_use]
    pub fn not_ready(&self, limit: Duration) -> Error {
        Error::NotReady { name: self.name.to_owned(), limit, log: self.log.clone() }
    }

    /// The last line that the child wrote, cut to what fits into a message.
    #[must_use]
    pub fn last_words(&self) -> String {
        let said = self.said();
        let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        last.chars().take(200).collect()
    }

    /// Everything that the child wrote so far.
    #[must_use]
    pub fn said(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

/// As the guardian counts.
fn tenths(grace: Duration) -> String {
    (grace.as_millis() / 100).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Program {
        Program {
            name: "child",
            executable: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap())],
            directory: std::env::temp_dir(),
            output: Output::Log,
            grace: Program::USUAL_GRACE,
        }
    }

    fn supervisor() -> (tempfile::TempDir, Supervisor) {
        let directory = tempfile::tempdir().unwrap();
        let supervisor = Supervisor::new(directory.path().to_owned());
        (directory, supervisor)
    }

    async fn said(child: &Supervised, what: &str) -> String {
        for _ in 0..200 {
            if child.said().contains(what) {
                return child.said();
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the child never said {what}: {}", child.said());
    }

    fn lives(pid: &str) -> bool {
        std::process::Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[tokio::test]
    async fn a_child_that_ends_by_itself_leaves_its_status_and_its_words() {
        let (_directory, supervisor) = supervisor();
        let child = supervisor.start(shell("echo one; echo two >&2; exit 7")).unwrap();
        assert_eq!(child.ended().await, Some(7));
        assert_eq!(child.last_words(), "two");
    }

    #[tokio::test]
    async fn stopping_a_child_takes_what_it_started_along() {
        let (_directory, supervisor) = supervisor();
        let child = supervisor.start(shell("sleep 600 & echo \"grandchild $!.\"; wait")).unwrap();
        let words = said(&child, ".").await;
        let grandchild = words.trim().trim_start_matches("grandchild ").trim_end_matches('.').to_owned();
        assert!(lives(&grandchild));
        supervisor.stop_all().await;
        assert!(!lives(&grandchild));
    }

    #[tokio::test]
    async fn a_child_that_ignores_the_request_is_killed_after_the_grace() {
        let (_directory, supervisor) = supervisor();
        let child = supervisor.start(shell("trap '' TERM; echo \"pid $$.\"; while :; do sleep 1; done")).unwrap();
        let words = said(&child, ".").await;
        let pid = words.trim().trim_start_matches("pid ").trim_end_matches('.').to_owned();
        let began = Instant::now();
        supervisor.stop_all().await;
        assert!(!lives(&pid));
        assert!(began.elapsed() < Program::USUAL_GRACE + GUARDIAN_MARGIN, "the guardian itself had to be killed");
    }

    #[tokio::test]
    async fn a_child_whose_supervisor_vanishes_ends() {
        let (_directory, supervisor) = supervisor();
        let child = supervisor.start(shell("echo \"pid $$.\"; sleep 600")).unwrap();
        let words = said(&child, ".").await;
        let pid = words.trim().trim_start_matches("pid ").trim_end_matches('.').to_owned();
        drop((child, supervisor));
        for _ in 0..300 {
            if !lives(&pid) {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the child outlived its supervisor");
    }

    #[tokio::test]
    async fn stopping_twice_is_stopping_once() {
        let (_directory, supervisor) = supervisor();
        supervisor.start(shell("sleep 600")).unwrap();
        supervisor.stop_all().await;
        supervisor.stop_all().await;
    }
}
