//! The commands.

mod attention;
mod completions;
mod consent;
mod console;
mod demo;
mod follow;
mod graph;
mod lab;
mod list;
mod load;
mod local;
mod reconcile;
mod recover;
mod redrive;
mod session;
mod show;
mod start;
mod target;
mod told;
mod watch;

use crate::cli::Command;
use crate::exit::Exit;

pub(crate) async fn run(command: Command) -> Exit {
    match command {
        Command::Console(arguments) => console::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Graph(arguments) => graph::run(arguments).await,
        Command::Load(arguments) => load::run(arguments).await,
        Command::Lab(arguments) => lab::run(arguments).await,
        Command::Local(arguments) => local::run(arguments).await,
        Command::Reconcile(arguments) => reconcile::run(arguments).await,
        Command::Start(arguments) => start::run(arguments).await,
        Command::Show(arguments) => show::run(arguments).await,
        Command::List(arguments) => list::run(arguments).await,
        Command::Recover(arguments) => recover::run(arguments).await,
        Command::Redrive(arguments) => redrive::run(arguments).await,
        Command::Attention(arguments) => attention::run(arguments).await,
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
