//! What every command does around its own work: listens for interruption, and stops and tidies whatever happens.

use fare_cli::local::{EngineChoice, Interrupt, Project, Run, StandingStack, Supervisor};
use fare_cli::{Error, Result};

use crate::cli::Place;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

/// What a command works with.
pub(super) struct Session {
    pub(super) run: Run,
    pub(super) supervisor: Supervisor,
    pub(super) progress: Progress,
}

impl Session {
    /// Puts a stack on this machine, to be gone when the session is over.
    pub(super) async fn stack(
        &self,
        engine: &EngineChoice,
        project: &Project,
        step: impl Fn(&'static str),
    ) -> Result<StandingStack> {
        StandingStack::start(engine, &self.supervisor, project, &self.run, step).await
    }
}

/// Does the work; stops it when a signal comes. Whatever happens, no child is left when this returns.
pub(super) async fn session(work: impl AsyncFnOnce(&Session) -> Result<Exit>) -> Exit {
    let mut interrupt = match Interrupt::listen() {
        Ok(interrupt) => interrupt,
        Err(error) => {
            say::problem(&format!("cannot listen for signals: {error}"));
            return Exit::Problem;
        }
    };
    let run = match Run::begin() {
        Ok(run) => run,
        Err(error) => {
            say::problem(&error.in_full());
            return Exit::Problem;
        }
    };
    let supervisor = Supervisor::new(run.logs().to_owned());
    let session = Session { run, supervisor, progress: Progress::begin() };

    let outcome = tokio::select! {
        outcome = work(&session) => outcome,
        () = interrupt.came() => Ok(Exit::Interrupted),
    };

    if outcome.as_ref().is_ok_and(|exit| *exit == Exit::Interrupted) {
        session.progress.step("interrupted: stopping what was started");
    }
    // From here on further signals are listened to and ignored. Children take a few seconds at most, half a minute where
    // they are containers; stacks on an engine that outlives this take a minute at most.
    session.supervisor.stop_all().await;
    if !session.run.deployed().is_empty() {
        session.progress.step("deleting what was deployed");
    }
    let deleted = session.run.deployed().delete_all().await;
    session.progress.clear();
    let exit = outcome.unwrap_or_else(|error| {
        say::problem(&error.in_full());
        Exit::from(&error)
    });
    let exit = deleted.map_or_else(
        |error| {
            say::problem(&error.in_full());
            exit.or_problem()
        },
        |()| exit,
    );
    let spoke = std::fs::read_dir(session.run.logs()).is_ok_and(|mut logs| logs.next().is_some());
    if let Some(logs) = session.run.finish(exit.keeps_logs() && spoke) {
        say::note(&format!("logs: {}", logs.display()));
    }
    exit
}

/// The project that the arguments name.
pub(super) fn project(place: &Place) -> Result<Project> {
    let here = std::env::current_dir().map_err(|source| Error::File { path: ".".into(), source })?;
    Project::find(place.project.clone(), &here, place.tools_dir.clone())
}
