//! One invocation's conversation with the gateway: attempts, pauses, and the time by which it has to end.

use std::time::{Duration, Instant};

use decision_log::gateway_answered;
use fare_values::{Clock, Millis};

use super::answer::{Answer, may_have_happened};
use super::retry::{self, Advice, PauseRange};
use super::{Gateway, GatewayRequest, Method, Transport, TransportError};

/// An attempt that has less time than this is not begun: it would end as unknown for nothing.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(50);

/// Waits.
pub trait Pause: Send + Sync {
    /// Waits for a time drawn at random from this range, both ends included.
    fn pause(&self, range: PauseRange) -> impl Future<Output = ()> + Send;
}

/// The gateway, for one invocation: whatever is asked through it is over in time for the invocation to answer.
#[derive(Debug)]
pub struct Session<'a, T, C> {
    pub(super) gateway: &'a Gateway<T>,
    pub(super) time: &'a C,
    pub(super) over_by: Millis,
}

impl<T: Transport, C: Clock + Pause> Session<'_, T, C> {
    /// Sends a request, several times if need be and while there is time.
    pub(super) async fn send(&self, request: GatewayRequest) -> Answer {
        let mut may_have_happened_before = false;
        let mut attempt = 0;
        let mut last = Err(TransportError::NotSent { reason: "no time is left for it".to_owned() });
        loop {
            let left = self.time_left();
            if left < SHORTEST_ATTEMPT {
                return Answer { last, may_have_happened_before };
            }
            attempt += 1;
            let begun = Instant::now();
            last = self.gateway.transport.send(request.clone(), left.min(self.gateway.time_limit)).await;
            if last.is_ok() {
                gateway_answered(operation(&request), begun.elapsed());
            }
            let Advice::Again(range) = retry::advice(attempt, &last) else {
                return Answer { last, may_have_happened_before };
            };
            if range.at_most.saturating_add(SHORTEST_ATTEMPT) > self.time_left() {
                return Answer { last, may_have_happened_before };
            }
            may_have_happened_before |= may_have_happened(&last);
            self.time.pause(range).await;
        }
    }

    fn time_left(&self) -> Duration {
        Duration::from_millis(self.over_by.since(self.time.now()).unsigned_abs())
    }
}

/// What a request is measured as.
fn operation(request: &GatewayRequest) -> &'static str {
    match (request.method, request.path.rsplit('/').next()) {
        (Method::Get, _) => "look",
        (Method::Post, Some("capture")) => "capture",
        (Method::Post, Some("cancel")) => "void",
        (Method::Post, Some("refunds")) => "refund",
        (Method::Post, _) => "authorise",
    }
}

#[cfg(test)]
mod tests;
