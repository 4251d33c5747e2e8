//! `fare local`.

mod command;
mod guide;

use fare_cli::Result;
use fare_cli::console::Console;

use super::console;
use super::session::{Session, project, session};
use crate::cli::Local;
use crate::exit::Exit;
use crate::say;

pub(super) async fn run(arguments: Local) -> Exit {
    let mut stood = false;
    let exit = session(async |session: &Session| {
        let project = project(&arguments.place)?;
        let step = |what: &'static str| session.progress.step(what);
        let local = session.stack(&arguments.engine(), &project, step).await?;
        session.progress.clear();
        match arguments.command.split_first() {
            None => {
                let console = console::of_local(&local).await?;
                stood = true;
                say::result(&guide::guide(&local, &console.url()))?;
                tokio::select! {
                    served = console.serve() => served.map(|()| Exit::Problem),
                    broken = local.broken() => Err(broken),
                }
            }
            Some((executable, rest)) => {
                let console = if arguments.console { Some(console::of_local(&local).await?) } else { None };
                let url = console.as_ref().map(Console::url);
                tokio::select! {
                    status = command::run(&session.supervisor, executable, rest, &local, url) =>
                        status.map(Exit::OfCommand),
                    served = serve(console) => served.map(|()| Exit::Problem),
                    broken = local.broken() => Err(broken),
                }
            }
        }
    })
    .await;
    // Ctrl-C is how a stack that stood is meant to be ended.
    if stood && exit == Exit::Interrupted { Exit::AsExpected } else { exit }
}

/// Serves a console, or waits for ever where there is none.
async fn serve(console: Option<Console>) -> Result<()> {
    match console {
        Some(console) => console.serve().await,
        None => std::future::pending().await,
    }
}
