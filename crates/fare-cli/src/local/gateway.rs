//! The gateway simulator as a process of its own.

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

/// Starts the simulator on a free port of the loopback interface; gives the process and its address.
///
/// # Errors
/// When it is not built, ends, or does not become ready in time.
pub(super) async fn start(supervisor: &Supervisor, run: &Run) -> Result<(Arc<Supervised>, String)> {
    let simulator = supervisor.start(Program {
        name: "gateway-simulator",
        executable: sibling("gateway-simulator")?,
        arguments: vec!["--listen".into(), "127.0.0.1:0".into()],
        environment: bare(),
        directory: run.scratch().to_owned(),
        output: Output::Log,
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
    fn half_a_ready_line_is_not_read() {
        assert_eq!(announced("gateway-simulator listening on http://127.0.0.1:4"), None);
        assert_eq!(announced(""), None);
    }
}
