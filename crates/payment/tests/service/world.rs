//! A store, a gateway and a line between them that can be told to misbehave.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use fare_values::{Clock, Conditional, FareRequest, FaultTriggers, Millis, PaymentStatus, StoreUnavailable, WireError};
use gateway_simulator::{
    Delivery, Effect, Fault as GatewayFault, Gateway as Simulator, Holdings, LogEntry, Misbehaviour, Operation, Reply,
    Request, Settings,
};
use payment::gateway::retry::PauseRange;
use payment::gateway::{Gateway, GatewayRequest, GatewayResponse, Method, Pause, Transport, TransportError};
use payment::store::{InMemoryPayments, PaymentRecord, PaymentStore, Transition};
use payment::{Action, Payment};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// 2026-01-01, so that no time in a test is near zero.
const START: i64 = 1_767_225_600_000;
pub(crate) const MINUTE: i64 = 60 * 1000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
const REFERENCE: &str = "test-stack/wr_563";

/// How long one answer is waited for.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(8);

/// How long an invocation has, in milliseconds.
pub(crate) const INVOCATION: i64 = 80_000;

/// What befalls a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The request never leaves.
    NotSent,
    /// The client gives up, and the request arrives when the test says so.
    ArrivesLate,
    /// Something else answers in the gateway's place.
    Answered(u16, Value),
    /// The gateway's answer is changed on its way.
    Changed(&'static str, Value),
    /// The gateway misbehaves.
    Gateway(GatewayFault),
}

/// No effect, and no answer.
pub(crate) const REQUEST_LOST: Fault = Fault::Gateway(GatewayFault::RequestLost);
/// The effect, and no answer.
pub(crate) const ANSWER_LOST: Fault = Fault::Gateway(GatewayFault::AnswerLost);

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: InMemoryPayments,
    line: Arc<Mutex<Line>>,
    now: Arc<Mutex<i64>>,
    killed: Arc<Notify>,
}

struct Line {
    simulator: Simulator,
    plans: Vec<Plan>,
    under_way: Vec<Request>,
    kill: Option<Kill>,
    lost_writes: Vec<LostWrite>,
    last_key: Option<String>,
    pace: Option<fastrand::Rng>,
}

/// The process ends at one of its requests to the gateway.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kill {
    /// How many requests it sends before that one.
    pub(crate) after: u32,
    /// Whether that one still reaches the gateway.
    pub(crate) sent: bool,
}

/// The table gives no answer to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LostWrite {
    /// Nothing was written.
    Before,
    /// It was written.
    After,
}

struct Plan {
    ending: &'static str,
    fault: Fault,
    has_struck: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let line = Line {
            simulator: Simulator::new(settings),
            plans: Vec::new(),
            under_way: Vec::new(),
            kill: None,
            lost_writes: Vec::new(),
            last_key: None,
            pace: None,
        };
        Self {
            store: InMemoryPayments::default(),
            line: Arc::new(Mutex::new(line)),
            now: Arc::new(Mutex::new(START)),
            killed: Arc::default(),
        }
    }

    /// Lets a fault befall the requests whose method and path end so, every attempt at them, throughout the next
    /// invocation that sends any.
    pub(crate) fn next(&self, ending: &'static str, fault: Fault) -> &Self {
        self.line().plans.push(Plan { ending, fault, has_struck: false });
        self
    }

    /// Lets the gateway misbehave at its next request of this kind.
    pub(crate) fn misbehave(&self, operation: Operation, fault: GatewayFault) -> &Self {
        self.plan(Misbehaviour { fault, operation: Some(operation), skip: 0, times: 1 })
    }

    /// Lets the gateway misbehave some time.
    pub(crate) fn plan(&self, misbehaviour: Misbehaviour) -> &Self {
        self.line().simulator.misbehave(misbehaviour);
        self
    }

    pub(crate) fn pass(&self, milliseconds: i64) {
        *self.now.lock().unwrap() += milliseconds;
    }

    /// Lets everything arrive that is still on its way to the gateway.
    pub(crate) fn deliver_late_requests(&self) {
        let now = u64::try_from(self.now().0).unwrap();
        let mut line = self.line();
        for request in std::mem::take(&mut line.under_way) {
            line.simulator.handle(&request, now);
        }
    }

    /// Carries out an action; gives the status, or the name of the error.
    pub(crate) async fn act(&self, action: Action, request: &FareRequest) -> String {
        self.act_within(INVOCATION, action, request).await
    }

    /// Carries out an action in an invocation that has so many milliseconds.
    pub(crate) async fn act_within(&self, milliseconds: i64, action: Action, request: &FareRequest) -> String {
        let answer_by = Millis(self.now().0 + milliseconds);
        let answer = self.invoke(action, request, answer_by).await;
        assert!(self.now() <= answer_by, "the answer comes in time");
        answer
    }

    /// Carries out an action; gives the status, the name of the error, or `killed`.
    pub(crate) async fn invoke(&self, action: Action, request: &FareRequest, answer_by: Millis) -> String {
        let gateway = Gateway::new(self.clone(), "test-stack", TIME_LIMIT);
        let service = Payment::new(self.clone(), gateway, self.clone(), FaultTriggers::Enabled);
        let answer = tokio::select! {
            answer = service.act(action, request.clone(), answer_by) => answer,
            () = self.killed.notified() => return "killed".to_owned(),
        };
        let mut line = self.line();
        line.plans.retain(|plan| !plan.has_struck);
        line.kill = None;
        drop(line);
        match answer {
            Ok(receipt) => receipt.status.to_string(),
            Err(error) => WireError::from(error).name.to_string(),
        }
    }

    /// Ends the process of the next invocation at one of its requests.
    pub(crate) fn kill(&self, kill: Kill) {
        self.line().kill = Some(kill);
    }

    /// Loses the answers to the next writes.
    pub(crate) fn lose_writes(&self, lost: LostWrite, times: usize) {
        self.line().lost_writes.extend(std::iter::repeat_n(lost, times));
    }

    /// Lets nothing go wrong any more.
    pub(crate) fn calm(&self) {
        let mut line = self.line();
        line.simulator.behave();
        line.plans.clear();
        line.lost_writes.clear();
        line.kill = None;
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap()
    }

    /// Counts a request towards the process's end; the end has come if it says so.
    fn dies(&self, sent: bool) -> bool {
        let mut line = self.line();
        match &mut line.kill {
            Some(kill) if kill.sent == sent && kill.after == 0 => {
                line.kill = None;
                true
            }
            Some(kill) if kill.sent == sent => {
                kill.after -= 1;
                false
            }
            _ => false,
        }
    }

    /// Lets invocations at the same time go at changing paces.
    pub(crate) fn vary_pace(&self, seed: u64) {
        self.line().pace = Some(fastrand::Rng::with_seed(seed));
    }

    /// Here a twin may come in between, and get ahead.
    async fn give_way(&self) {
        let steps = self.line().pace.as_mut().map_or(1, |pace| pace.u8(0..8));
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
    }

    async fn die(&self) -> ! {
        self.killed.notify_one();
        std::future::pending().await
    }

    pub(crate) async fn charge(&self) -> String {
        self.act(Action::Charge, &wr_563()).await
    }

    pub(crate) async fn refund(&self) -> String {
        self.act(Action::Refund, &wr_563()).await
    }

    pub(crate) fn record(&self) -> Option<PaymentRecord> {
        self.store.get(wr_563().fare_id())
    }

    pub(crate) fn status(&self) -> Option<PaymentStatus> {
        self.record().map(|record| record.status)
    }

    /// What the gateway holds, has captured and has refunded.
    pub(crate) fn money(&self) -> (u64, u64, u64) {
        let Holdings { held, captured, refunded, .. } = self.holdings();
        (held, captured, refunded)
    }

    pub(crate) fn holdings(&self) -> Holdings {
        let mut line = self.line();
        line.simulator.advance_to(u64::try_from(self.now().0).unwrap());
        line.simulator.holdings(REFERENCE)
    }

    /// How many requests had this effect.
    pub(crate) fn count(&self, effect: Effect) -> usize {
        self.log().iter().filter(|entry| entry.effect == effect).count()
    }

    pub(crate) fn log(&self) -> Vec<LogEntry> {
        self.line().simulator.log().to_vec()
    }

    /// The key of the last request that the service sent, whether it arrived or not.
    pub(crate) fn last_key(&self) -> Option<String> {
        self.line().last_key.clone()
    }

    /// How many requests of any kind reached the gateway.
    pub(crate) fn requests(&self) -> usize {
        self.log().len()
    }

    /// The requests that reached the gateway, with their keys.
    pub(crate) fn keys(&self) -> Vec<(Operation, Option<String>)> {
        self.log().into_iter().map(|entry| (entry.operation, entry.idempotency_key)).collect()
    }

    /// The keys of the requests of this kind that reached the gateway.
    pub(crate) fn keys_of(&self, operation: Operation) -> Vec<String> {
        self.keys().into_iter().filter(|(asked, _)| *asked == operation).filter_map(|(_, key)| key).collect()
    }

    /// Lets time pass until the reply is there, or the client has given up.
    fn delivered(&self, reply: &Reply, time_limit: Duration) -> Result<GatewayResponse, TransportError> {
        let body = reply.delivered_body();
        let bytes = u64::try_from(body.len()).unwrap();
        let lasts = match reply.delivery {
            Delivery::After { milliseconds } => milliseconds,
            Delivery::Drip { milliseconds } => milliseconds * bytes,
            _ => 0,
        };
        let waited = lasts.min(u64::try_from(time_limit.as_millis()).unwrap());
        self.pass(i64::try_from(waited).unwrap());
        let failure = match reply.delivery {
            _ if waited < lasts => Some("timed out"),
            Delivery::Lost | Delivery::Truncated => Some("the connection broke"),
            Delivery::Huge => Some("the answer is too large"),
            _ => None,
        };
        match failure {
            Some(reason) => Err(TransportError::NoAnswer { reason: reason.to_owned() }),
            None => Ok(GatewayResponse {
                status: reply.status,
                should_retry: reply.should_retry,
                retry_after: reply.retry_after_seconds.map(Duration::from_secs),
                replayed: reply.idempotent_replayed,
                body,
            }),
        }
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        Millis(*self.now.lock().unwrap())
    }
}

impl Pause for World {
    async fn pause(&self, range: PauseRange) {
        self.pass(i64::try_from(range.at_most.as_millis()).unwrap());
    }
}

impl PaymentStore for World {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        self.written(self.store.insert(record)).await
    }

    async fn transition(&self, transition: Transition) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        self.written(self.store.transition(transition)).await
    }
}

impl World {
    async fn written<T>(
        &self,
        write: impl Future<Output = Result<T, StoreUnavailable>>,
    ) -> Result<T, StoreUnavailable> {
        let lost = self.line().lost_writes.pop();
        let no_answer = || StoreUnavailable::because("timed out");
        self.give_way().await;
        match lost {
            Some(LostWrite::Before) => Err(no_answer()),
            Some(LostWrite::After) => write.await.and(Err(no_answer())),
            None => write.await,
        }
    }

    /// What befalls this request and what the gateway replies, if it comes to that.
    fn exchange(&self, request: &GatewayRequest) -> Result<Reply, Result<GatewayResponse, TransportError>> {
        let now = u64::try_from(self.now().0).unwrap();
        let mut line = self.line();
        line.last_key.clone_from(&request.idempotency_key);
        let asked = match request.method {
            Method::Get => format!("GET {}", request.path),
            Method::Post => format!("POST {}", request.path),
        };
        let fault = line.plans.iter_mut().find(|plan| asked.ends_with(plan.ending)).map(|plan| {
            plan.has_struck = true;
            plan.fault.clone()
        });
        let wired = wired(request);
        match &fault {
            Some(Fault::NotSent) => return Err(Err(TransportError::NotSent { reason: "no connection".to_owned() })),
            Some(Fault::ArrivesLate) => {
                line.under_way.push(wired);
                return Err(Err(TransportError::NoAnswer { reason: "timed out".to_owned() }));
            }
            Some(Fault::Answered(status, body)) => {
                let (status, body) = (*status, body.to_string().into_bytes());
                return Err(Ok(GatewayResponse {
                    status,
                    should_retry: None,
                    retry_after: None,
                    replayed: false,
                    body,
                }));
            }
            Some(Fault::Gateway(fault)) => {
                line.simulator.misbehave(Misbehaviour { fault: *fault, operation: None, skip: 0, times: 1 });
            }
            Some(Fault::Changed(..)) | None => {}
        }
        let mut reply = line.simulator.handle(&wired, now);
        if let Some(Fault::Gateway(_)) = fault {
            line.simulator.behave();
        }
        if let Some(Fault::Changed(field, value)) = fault {
            reply.body[field] = value;
        }
        Ok(reply)
    }
}

impl Transport for World {
    async fn send(&self, request: GatewayRequest, time_limit: Duration) -> Result<GatewayResponse, TransportError> {
        self.give_way().await;
        if self.dies(false) {
            self.die().await;
        }
        let exchanged = self.exchange(&request);
        if self.dies(true) {
            self.die().await;
        }
        self.give_way().await;
        match exchanged {
            Ok(reply) => self.delivered(&reply, time_limit),
            Err(without_the_gateway) => without_the_gateway,
        }
    }
}

fn wired(request: &GatewayRequest) -> Request {
    let parameters: Vec<_> = request.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wired = match request.method {
        Method::Get => Request::get(&request.path, &parameters),
        Method::Post => Request::post(&request.path, &parameters),
    };
    let wired = wired.with_api_key("sk_test_simulator");
    match &request.idempotency_key {
        Some(key) => wired.with_idempotency_key(key),
        None => wired,
    }
}

pub(crate) fn fare(amount: &str, payment_method: &str, customer: &str) -> FareRequest {
    let input =
        json!({"fareId": "wr_563", "customerId": customer, "fareAmount": amount, "paymentMethod": payment_method});
    FareRequest::from_json(&input).unwrap()
}

pub(crate) fn fare_with_id(fare_id: &str) -> FareRequest {
    let input = json!({"fareId": fare_id, "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&input).unwrap()
}

pub(crate) fn wr_563() -> FareRequest {
    fare("$20.00", "pm_card_visa", "3")
}
