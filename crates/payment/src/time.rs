//! The machine's own time.

use fare_values::{Clock, Millis, SystemClock};

use crate::gateway::Pause;
use crate::gateway::retry::PauseRange;

/// The machine's clock, and real waiting.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTime;

impl Clock for SystemTime {
    fn now(&self) -> Millis {
        SystemClock.now()
    }
}

impl Pause for SystemTime {
    async fn pause(&self, PauseRange { at_least, at_most }: PauseRange) {
        let width = u64::try_from(at_most.saturating_sub(at_least).as_millis()).unwrap_or(u64::MAX);
        tokio::time::sleep(at_least + std::time::Duration::from_millis(fastrand::u64(0..=width))).await;
    }
}
