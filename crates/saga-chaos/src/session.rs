//! What stands around the work: it is stopped when a signal comes, and no child is left whatever happens.

use std::io::{ErrorKind, Write, stderr, stdout};

use fare_cli::local::{Interrupt, Run, Supervisor};
use fare_cli::{Error, Result};

use crate::exit::Exit;
use crate::progress::Progress;

/// What the work has at hand.
pub(crate) struct Session {
    pub(crate) run: Run,
    pub(crate) supervisor: Supervisor,
    pub(crate) progress: Progress,
}

/// Does the work; stops it when a signal comes.
pub(crate) async fn session(work: impl AsyncFnOnce(&Session) -> Result<Exit>) -> Exit {
    let begun = Interrupt::listen()
        .map_err(|error| format!("cannot listen for signals: {error}"))
        .and_then(|interrupt| Run::begin().map(|run| (interrupt, run)).map_err(|error| error.in_full()));
    let (mut interrupt, run) = match begun {
        Ok(begun) => begun,
        Err(reason) => {
            problem(&reason);
            return Exit::Problem;
        }
    };
    let supervisor = Supervisor::new(run.logs().to_owned());
    let session = Session { run, supervisor, progress: Progress::begin() };

    let outcome = tokio::select! {
        outcome = work(&session) => outcome,
        () = interrupt.came() => Ok(Exit::Interrupted),
    };

    session.progress.step("stopping what was started");
    // From here on further signals are listened to and ignored; this takes a few seconds at most.
    session.supervisor.stop_all().await;
    session.progress.clear();
    let exit = outcome.unwrap_or_else(|error| {
        problem(&error.in_full());
        Exit::Problem
    });
    if let Some(logs) = session.run.finish(exit.keeps_logs()) {
        note(&format!("logs and evidence: {}", logs.display()));
    }
    exit
}

/// A result, on standard output. A reader that has gone away is no reason to fail: the exit status tells.
pub(crate) fn result(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(Error::ResultNotWritten { source }),
        _ => Ok(()),
    }
}

/// A line about what is going on, on standard error.
pub(crate) fn note(line: &str) {
    let _reader_may_be_gone = writeln!(stderr(), "{line}");
}

/// What went wrong, on standard error.
pub(crate) fn problem(line: &str) {
    note(&format!("saga-chaos: {line}"));
}
