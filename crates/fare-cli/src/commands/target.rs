//! What every command does that works on a stack which stands: finds it, and ends when it is told to.

use fare_cli::local::Interrupt;
use fare_cli::{Clients, Error, Result, Stack, setting, stack_name};

use crate::cli::Target;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

/// The stack that the arguments name or describe, or else the environment, or `samconfig.toml`.
pub(super) async fn stack(target: &Target) -> Result<Stack> {
    let view = setting("GATEWAY_VIEW_URL");
    // Set to nothing is not set.
    let named = target.stack.as_deref().filter(|name| !name.is_empty());
    if let Some(file) = &target.outputs {
        return Stack::from_outputs(file, named, Clients::from_environment().await?, view);
    }
    let name = match named {
        Some(name) => name.to_owned(),
        None => {
            let here = std::env::current_dir().map_err(|source| Error::File { path: ".".into(), source })?;
            stack_name(&here)?.ok_or(Error::NoStackNamed)?
        }
    };
    Stack::find(name, Clients::from_environment().await?, view).await
}

/// Does the work, and leaves it where a signal comes. Nothing has to be tidied up then.
pub(super) async fn interruptible(work: impl AsyncFnOnce(&Progress) -> Result<Exit>) -> Exit {
    let mut interrupt = match Interrupt::listen() {
        Ok(interrupt) => interrupt,
        Err(error) => {
            say::problem(&format!("cannot listen for signals: {error}"));
            return Exit::Problem;
        }
    };
    let progress = Progress::begin();
    let outcome = tokio::select! {
        outcome = work(&progress) => outcome,
        () = interrupt.came() => Ok(Exit::Interrupted),
    };
    progress.clear();
    if let (Ok(Exit::Interrupted), Some(line)) = (&outcome, progress.parting()) {
        say::note(&line);
    }
    outcome.unwrap_or_else(|error| {
        say::problem(&error.in_full());
        Exit::from(&error)
    })
}
