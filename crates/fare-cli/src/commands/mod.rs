//! The commands.

mod demo;
mod local;
mod session;

use crate::cli::Command;
use crate::exit::Exit;

pub(crate) async fn run(command: Command) -> Exit {
    match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Local(arguments) => local::run(arguments).await,
    }
}
