//! Requests that take their time: what they exclude while they are being executed.

use crate::refusal::Refusal;

/// A request that is still being executed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Running {
    until_ms: u64,
    key: Option<String>,
    intent: Option<String>,
}

/// The requests that are still being executed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct UnderWay {
    running: Vec<Running>,
}

impl UnderWay {
    /// Lets those end whose time is over.
    pub(crate) fn advance_to(&mut self, now_ms: u64) {
        self.running.retain(|request| request.until_ms > now_ms);
    }

    /// A request under this key, on this intent, has begun.
    pub(crate) fn begin(&mut self, until_ms: u64, key: Option<&str>, intent: Option<&str>) {
        self.running.push(Running { until_ms, key: key.map(str::to_owned), intent: intent.map(str::to_owned) });
    }

    /// Refuses a key under which a request is being executed (Stripe's API reference, Idempotent requests).
    pub(crate) fn check_key(&self, key: &str) -> Result<(), Refusal> {
        let used = self.running.iter().any(|request| request.key.as_deref() == Some(key));
        if used { Err(Refusal::key_in_use(Some(key))) } else { Ok(()) }
    }

    /// Refuses an intent on which a request is being executed (Stripe's documentation, Rate limits, Object lock timeouts).
    pub(crate) fn check_intent(&self, intent: &str) -> Result<(), Refusal> {
        let locked = self.running.iter().any(|request| request.intent.as_deref() == Some(intent));
        if locked { Err(Refusal::lock_timeout()) } else { Ok(()) }
    }
}
