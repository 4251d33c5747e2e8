//! Killing the processes in which functions run.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fare_cli::Result;
use fare_cli::local::StandingStack;
use fastrand::Rng;
use tokio::time::sleep;

/// Kills one function process after the other, `a_minute` of them, and counts them. Ends only with an error.
pub(crate) async fn kill(local: &StandingStack, a_minute: u32, mut rng: Rng, killed: &AtomicU32) -> Result<Infallible> {
    let pause = Duration::from_secs(60) / a_minute.max(1);
    loop {
        sleep(pause).await;
        if let Some(process) = rng.choice(local.functions()?) {
            process.kill();
            killed.fetch_add(1, Ordering::Relaxed);
        }
    }
}
