//! The commands.

mod demo;
mod load;
mod local;
mod reconcile;
mod session;
mod target;

use crate::cli::Command;
use crate::exit::Exit;

pub(crate) async fn run(command: Command) -> Exit {
    match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Load(arguments) => load::run(arguments).await,
        Command::Local(arguments) => local::run(arguments).await,
        Command::Reconcile(arguments) => reconcile::run(arguments).await,
    }
}
