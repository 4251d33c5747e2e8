use std::sync::Mutex;

use super::*;
use crate::gateway::GatewayResponse;

/// Each attempt takes as long as it may, unless it is answered; pauses last as long as they may.
struct Scripted {
    outcomes: Mutex<Vec<Result<u16, &'static str>>>,
    time_limits: Mutex<Vec<u128>>,
    now: Mutex<i64>,
}

impl Clock for &Scripted {
    fn now(&self) -> Millis {
        Millis(*self.now.lock().unwrap())
    }
}

impl Pause for &Scripted {
    async fn pause(&self, range: PauseRange) {
        *self.now.lock().unwrap() += i64::try_from(range.at_most.as_millis()).unwrap();
    }
}

impl Transport for &Scripted {
    async fn send(&self, _: GatewayRequest, time_limit: Duration) -> Result<GatewayResponse, TransportError> {
        self.time_limits.lock().unwrap().push(time_limit.as_millis());
        let outcome = self.outcomes.lock().unwrap().remove(0);
        if outcome == Err("timed out") {
            *self.now.lock().unwrap() += i64::try_from(time_limit.as_millis()).unwrap();
        }
        let retry_after = (outcome == Ok(429)).then_some(Duration::from_secs(2));
        let answer =
            |status| GatewayResponse { status, should_retry: None, retry_after, replayed: false, body: Vec::new() };
        outcome.map(answer).map_err(|reason| match reason {
            "no connection" => TransportError::NotSent { reason: reason.to_owned() },
            _ => TransportError::NoAnswer { reason: reason.to_owned() },
        })
    }
}

/// What came last, whether something before it may have happened, and how long each attempt might take.
async fn sent(over_by: i64, outcomes: &[Result<u16, &'static str>]) -> (Result<u16, String>, bool, Vec<u128>) {
    let script =
        Scripted { outcomes: Mutex::new(outcomes.to_vec()), time_limits: Mutex::default(), now: Mutex::new(0) };
    let gateway = Gateway::new(&script, "test-stack", Duration::from_secs(8));
    let answer = gateway.until(Millis(over_by), &&script).send(GatewayRequest::get("/")).await;
    let last = answer.last.map(|response| response.status).map_err(|error| error.to_string());
    drop(gateway);
    (last, answer.may_have_happened_before, script.time_limits.into_inner().unwrap())
}

#[tokio::test]
async fn an_answer_ends_it() {
    assert_eq!(sent(80_000, &[Ok(200)]).await, (Ok(200), false, vec![8000]));
}

#[tokio::test]
async fn what_may_have_happened_before_is_not_forgotten() {
    let (last, may_have_happened_before, _) = sent(80_000, &[Err("timed out"), Ok(409), Ok(429)]).await;
    assert_eq!((last, may_have_happened_before), (Ok(429), true));
    let (last, may_have_happened_before, _) = sent(80_000, &[Err("no connection"), Ok(429), Ok(429)]).await;
    assert_eq!((last, may_have_happened_before), (Ok(429), false));
}

#[tokio::test]
async fn attempts_are_cut_to_the_time_that_is_left() {
    let (last, _, time_limits) = sent(10_000, &[Err("timed out"), Err("timed out")]).await;
    assert!(last.is_err());
    assert_eq!(time_limits, [8000, 1750]);
}

#[tokio::test]
async fn nothing_is_sent_when_no_time_is_left() {
    for over_by in [49, 0, -1000] {
        let (last, may_have_happened_before, time_limits) = sent(over_by, &[]).await;
        assert!(last.unwrap_err().contains("no time is left"));
        assert_eq!((may_have_happened_before, time_limits), (false, vec![]));
    }
}

#[tokio::test]
async fn a_pause_that_would_outlast_the_invocation_is_not_begun() {
    let (last, _, time_limits) = sent(2_200, &[Ok(429)]).await;
    assert_eq!((last, time_limits), (Ok(429), vec![2200]));
}
