//! The gateway simulator as a process of its own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::environment::bare;
use super::process::{Output, Program, Supervised, Supervisor};
use super::project::sibling;
use super::run::Run;
use crate::error::Result;

const READY_LIMIT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(20);
const READY_LINE: &str = "gateway-simulator listening on ";

/// Docker's name, inside a container, for the machine that the container runs on.
const MACHINE_OF_A_CONTAINER: &str = "host.docker.internal";

/// From where functions call the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// They are processes of this machine.
    ThisMachine,
    /// They are in containers, to which this machine has this address, if it has one that it can listen at.
    Containers {
        /// The address of this machine's end of Docker's bridge.
        bridge: Option<IpAddr>,
    },
}

impl Place {
    /// Where the simulator listens.
    fn listens_at(self) -> IpAddr {
        match self {
            Self::ThisMachine => Ipv4Addr::LOCALHOST.into(),
            Self::Containers { bridge } => bridge.unwrap_or(Ipv4Addr::LOCALHOST.into()),
        }
    }

    fn arguments(self) -> Vec<String> {
        let address = self.listens_at();
        let mut arguments = vec!["--listen".to_owned(), format!("{address}:0")];
        if !address.is_loopback() {
            arguments.push("--allow-non-loopback".to_owned());
        }
        arguments
    }

    /// The simulator's address, as functions have it.
    pub(super) fn seen_from(self, url: &str) -> String {
        match (self, url.rsplit_once(':')) {
            (Self::Containers { .. }, Some((_, port))) => format!("http://{MACHINE_OF_A_CONTAINER}:{port}"),
            (Self::ThisMachine, _) | (Self::Containers { .. }, None) => url.to_owned(),
        }
    }
}

/// Starts the simulator on a free port, where functions reach it; gives the process and its address on this machine.
///
/// # Errors
/// When it is not built, ends, or does not become ready in time.
pub(super) async fn start(supervisor: &Supervisor, run: &Run, place: Place) -> Result<(Arc<Supervised>, String)> {
    let simulator = supervisor.start(Program {
        name: "gateway-simulator",
        executable: sibling("gateway-simulator")?,
        arguments: place.arguments().into_iter().map(Into::into).collect(),
        environment: bare(),
        directory: run.scratch().to_owned(),
        output: Output::Log,
        grace: Program::USUAL_GRACE,
    })?;
    let listening = async {
        let deadline = Instant::now() + READY_LIMIT;
        loop {
            if let Some(url) = announced(&simulator.said()) {
                return Ok(url);
            }
            if Instant::now() >= deadline {
                return Err(simulator.not_ready(READY_LIMIT));
            }
            sleep(POLL_INTERVAL).await;
        }
    };
    tokio::select! {
        answer = listening => answer.map(|url| (Arc::clone(&simulator), url)),
        _ended = simulator.ended() => Err(simulator.ended_early()),
    }
}

/// The address in the simulator's ready line, once that line is whole.
fn announced(said: &str) -> Option<String> {
    let whole_lines = said.rsplit_once('\n').map_or("", |(lines, _)| lines);
    let url = whole_lines.lines().find_map(|line| line.strip_prefix(READY_LINE))?;
    Some(url.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_ready_line() {
        let said = "a warning\ngateway-simulator listening on http://127.0.0.1:4242\n";
        assert_eq!(announced(said).as_deref(), Some("http://127.0.0.1:4242"));
    }

    #[test]
    fn functions_in_containers_reach_this_machine_under_a_name_of_dockers() {
        let bridge: IpAddr = "172.17.0.1".parse().unwrap();
        let containers = Place::Containers { bridge: Some(bridge) };
        assert_eq!(containers.arguments(), ["--listen", "172.17.0.1:0", "--allow-non-loopback"]);
        assert_eq!(containers.seen_from("http://172.17.0.1:4242"), "http://host.docker.internal:4242");
        assert_eq!(Place::Containers { bridge: None }.arguments(), ["--listen", "127.0.0.1:0"]);
        assert_eq!(Place::ThisMachine.seen_from("http://127.0.0.1:4242"), "http://127.0.0.1:4242");
    }

    #[test]
    fn half_a_ready_line_is_not_read() {
        assert_eq!(announced("gateway-simulator listening on http://127.0.0.1:4"), None);
        assert_eq!(announced(""), None);
    }
}
