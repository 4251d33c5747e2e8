//! `fare local`.

mod command;
mod guide;

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
                stood = true;
                say::result(&guide::guide(&local))?;
                Err(local.broken().await)
            }
            Some((executable, rest)) => tokio::select! {
                status = command::run(&session.supervisor, executable, rest, &local) => status.map(Exit::OfCommand),
                broken = local.broken() => Err(broken),
            },
        }
    })
    .await;
    // Ctrl-C is how a stack that stood is meant to be ended.
    if stood && exit == Exit::Interrupted { Exit::AsExpected } else { exit }
}
