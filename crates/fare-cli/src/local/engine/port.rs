//! Free ports, and what is done where somebody else was quicker.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::StandingEngine;
use crate::error::{Error, Result};
use crate::local::process::Supervised;

const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// Another process may take a free port before the engine does.
const ATTEMPTS: u32 = 3;
/// What engines and Docker say of a port that somebody else has.
const TAKEN: [&str; 2] = ["already in use", "already allocated"];

/// Starts an engine on a free port of the loopback interface, with another one if somebody else was quicker. `is_ready`
/// is given the endpoint and the engine, and must not take somebody else's engine for it.
pub(super) async fn on_free_port(
    limit: Duration,
    start: impl Fn(u16) -> Result<Arc<Supervised>>,
    is_ready: impl AsyncFn(&str, &Supervised) -> bool,
) -> Result<StandingEngine> {
    let mut attempt = 1;
    loop {
        let port = free_port()?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let engine = start(port)?;
        let answering = async {
            let deadline = Instant::now() + limit;
            while !is_ready(&endpoint, &engine).await {
                if Instant::now() >= deadline {
                    return Err(engine.not_ready(limit));
                }
                sleep(POLL_INTERVAL).await;
            }
            Ok(())
        };
        let answer = tokio::select! {
            answer = answering => answer,
            _ended = engine.ended() => Err(engine.ended_early()),
        };
        match answer {
            Err(Error::EndedEarly { .. }) if attempt < ATTEMPTS && is_taken(&engine.said()) => {
                attempt = attempt.saturating_add(1);
            }
            answer => return answer.map(|()| StandingEngine { endpoint, process: Some(engine) }),
        }
    }
}

fn is_taken(said: &str) -> bool {
    TAKEN.iter().any(|words| said.contains(words))
}

fn free_port() -> Result<u16> {
    let failed = |source| Error::NotStarted { name: "engine".to_owned(), source };
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    Ok(listener.local_addr().map_err(failed)?.port())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::local::process::{Output, Program, Supervisor};

    fn saying(supervisor: &Supervisor, words: &str) -> Result<Arc<Supervised>> {
        supervisor.start(Program {
            name: "engine",
            executable: "/bin/sh".into(),
            arguments: vec!["-c".into(), format!("echo '{words}'; exit 1").into()],
            environment: vec![],
            directory: std::env::temp_dir(),
            output: Output::Log,
            grace: Program::USUAL_GRACE,
        })
    }

    #[tokio::test]
    async fn an_engine_whose_port_was_taken_is_tried_again_and_not_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        let supervisor = Supervisor::new(directory.path().to_owned());
        let starts = std::sync::atomic::AtomicU32::new(0);
        let start = |_| {
            starts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            saying(&supervisor, "[Errno 98] Address already in use")
        };
        let error = on_free_port(Duration::from_secs(20), start, async |_, _| false).await.unwrap_err();
        assert!(error.to_string().contains("Address already in use"), "{error}");
        assert_eq!(starts.into_inner(), ATTEMPTS);
    }

    #[tokio::test]
    async fn an_engine_that_ends_for_another_reason_is_not_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let supervisor = Supervisor::new(directory.path().to_owned());
        let starts = std::sync::atomic::AtomicU32::new(0);
        let start = |_| {
            starts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            saying(&supervisor, "no such module")
        };
        let error = on_free_port(Duration::from_secs(20), start, async |_, _| false).await.unwrap_err();
        assert!(error.to_string().contains("no such module"), "{error}");
        assert_eq!(starts.into_inner(), 1);
    }
}
