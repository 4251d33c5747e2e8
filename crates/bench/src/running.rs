//! One process of a program under test, from its start to its end.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::error::{BenchError, Result};
use crate::proc_text::{peak_resident_kib_of, time_on_processor_of};
use crate::runtime_api::{Answer, Poll, RuntimeApi};
use crate::statistics::nanoseconds;
use crate::subjects::Subject;

/// No program that is measured here needs so long for anything.
const LIMIT: Duration = Duration::from_secs(30);

/// A process that waits for an event. It is killed when it is dropped.
pub(crate) struct Running<'a> {
    subject: &'a Subject,
    process: Child,
    pid: u32,
    api: RuntimeApi,
    waiting: Option<Poll>,
    words: std::path::PathBuf,
    /// How long it took from its start until it waited for its first event, in nanoseconds.
    pub(crate) start_ns: u64,
}

impl<'a> Running<'a> {
    /// Starts a process and waits until it waits for an event. Its log lines go nowhere, since reading them would take
    /// time from what is measured; what it says on standard error is kept in `scratch` for as long as that stands.
    pub(crate) async fn start(subject: &'a Subject, scratch: &Path) -> Result<Self> {
        let api = RuntimeApi::start().await?;
        let words = scratch.join(format!("{}.stderr", subject.name));
        let stderr = std::fs::File::create(&words).map_err(BenchError::file("write", &words))?;
        let mut command = Command::new(&subject.program);
        command.args(&subject.arguments).env_clear().envs(subject.environment.iter().cloned());
        command.env("AWS_LAMBDA_RUNTIME_API", api.address().to_string()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        let begun = Instant::now();
        let process = command.spawn().map_err(BenchError::file("start", &subject.program))?;
        let pid = process.id().ok_or(BenchError::Untold { name: subject.name })?;
        let mut running = Self { subject, process, pid, api, waiting: None, words, start_ns: 0 };
        let poll = running.polled().await?;
        running.start_ns = nanoseconds(poll.at.saturating_duration_since(begun));
        running.waiting = Some(poll);
        Ok(running)
    }

    /// Has it handle one event about this fare, and waits until it waits for the next one; gives the time from the event
    /// to the answer in nanoseconds.
    ///
    /// # Errors
    /// Also if the answer is not the right one.
    pub(crate) async fn invoke(&mut self, fare_id: &str) -> Result<u64> {
        let poll = match self.waiting.take() {
            Some(poll) => poll,
            None => self.polled().await?,
        };
        poll.hand_out(self.subject.workload.event(fare_id).to_string().into());
        let answer = self.answered().await?;
        let shown = || (fare_id.to_owned(), String::from_utf8_lossy(&answer.body).into_owned());
        let name = self.subject.name;
        if !answer.is_success {
            let (fare_id, answer) = shown();
            return Err(BenchError::Failed { name, fare_id, answer });
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !self.subject.workload.is_right(&body, fare_id) {
            let (fare_id, answer) = shown();
            return Err(BenchError::WrongAnswer { name, fare_id, answer });
        }
        self.waiting = Some(self.polled().await?);
        Ok(nanoseconds(answer.took))
    }

    /// The most memory that it was given so far, in KiB.
    pub(crate) fn peak_resident_kib(&self) -> Result<u64> {
        peak_resident_kib_of(self.pid).ok_or(BenchError::Untold { name: self.subject.name })
    }

    /// How long its threads were on a processor so far, in nanoseconds.
    pub(crate) fn time_on_processor(&self) -> Result<u64> {
        time_on_processor_of(self.pid).ok_or(BenchError::Untold { name: self.subject.name })
    }

    /// Stops it and waits until it is gone.
    pub(crate) async fn stop(mut self) {
        // One that cannot be killed is gone already.
        let _gone = self.process.kill().await;
    }

    async fn polled(&mut self) -> Result<Poll> {
        let poll = tokio::select! {
            poll = timeout(LIMIT, self.api.polls.recv()) => poll,
            status = self.process.wait() => return Err(self.ended(status.ok())),
        };
        poll.ok().flatten().ok_or(BenchError::TooLate { name: self.subject.name, doing: "ask for an event" })
    }

    async fn answered(&mut self) -> Result<Answer> {
        let answer = tokio::select! {
            answer = timeout(LIMIT, self.api.answers.recv()) => answer,
            status = self.process.wait() => return Err(self.ended(status.ok())),
        };
        answer.ok().flatten().ok_or(BenchError::TooLate { name: self.subject.name, doing: "answer" })
    }

    fn ended(&self, status: Option<ExitStatus>) -> BenchError {
        let status = status.map_or_else(|| "an unknown status".to_owned(), |status| status.to_string());
        let words = std::fs::read_to_string(&self.words).unwrap_or_default();
        let words = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("none").to_owned();
        BenchError::EndedEarly { name: self.subject.name, status, words }
    }
}
