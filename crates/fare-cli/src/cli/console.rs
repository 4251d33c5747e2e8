//! `fare console`.

use std::net::{IpAddr, Ipv4Addr};

use clap::Args;

use super::Target;

pub(super) const HELP: &str = "\
Serves one page on this machine: start fares, watch them go through the state machine, see beside it what became of fare,
card and account, and find any fare again. Reads and starts with the credentials that it is given. On a local engine
executions can be stopped there, and the gateway simulator at GATEWAY_VIEW_URL be made to misbehave.

The address that is printed holds a token of this start. Without it the page shows nothing and does nothing; whoever has it
can do what these credentials can.

Stays until Ctrl-C, which ends it with status 0. `fare local` has a console of its own.";

pub(super) const EXAMPLES: &str = "\
Examples:
  fare console                                  any free port; open the address that is printed
  fare console --port 4711 --stack fare-collection-dev
  fare console --listen 192.0.2.7 --port 4711   for others too: whoever has the address and its token";

#[derive(Debug, Args)]
pub(crate) struct Console {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The port to listen at [default: any that is free]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// The address to listen at; others than this machine's own let others in, over a connection that is not encrypted
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) listen: IpAddr,
}
