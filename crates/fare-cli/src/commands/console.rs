//! `fare console`, and the console of `fare local` and `fare demo`.

use std::net::{IpAddr, Ipv4Addr};

use fare_cli::console::{Console, Options, is_of_this_machine};
use fare_cli::local::StandingStack;
use fare_cli::{Result, Stack, setting};

use super::target::{interruptible, stack};
use crate::cli;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: cli::Console) -> Exit {
    let mut stood = false;
    let exit = interruptible(async |progress: &Progress| {
        progress.step("looking for the stack");
        let stack = stack(&arguments.target).await?;
        let options =
            Options { listen: arguments.listen, port: arguments.port, endpoint: local_endpoint(), functions: None };
        let console = Console::open(stack, options).await?;
        progress.clear();
        if !arguments.listen.is_loopback() {
            say::note(
                "the console listens beyond this machine: whoever has its address can do what these credentials can",
            );
        }
        say::result(&format!("console: {}\n", console.url()))?;
        stood = true;
        console.serve().await?;
        Ok(Exit::Problem)
    })
    .await;
    // Ctrl-C is how a console that stood is meant to be ended.
    if stood && exit == Exit::Interrupted { Exit::AsExpected } else { exit }
}

/// The console of a stack that this process has put on this machine.
pub(super) async fn of_local(local: &StandingStack) -> Result<Console> {
    let endpoint = Some(local.endpoint.clone());
    open(local.stack.clone(), Options { endpoint, functions: local.killer(), ..own_options() }).await
}

/// The console of a stack that stands already.
pub(super) async fn of_stack(stack: Stack) -> Result<Console> {
    open(stack, Options { endpoint: local_endpoint(), ..own_options() }).await
}

async fn open(stack: Stack, options: Options) -> Result<Console> {
    Console::open(stack, options).await
}

fn own_options() -> Options {
    Options { listen: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, endpoint: None, functions: None }
}

/// The engine's address, where the environment names one on this machine.
fn local_endpoint() -> Option<String> {
    let endpoint = setting("AWS_ENDPOINT_URL").filter(|endpoint| is_of_this_machine(endpoint))?;
    Some(endpoint.trim_end_matches('/').to_owned())
}
