//! The simulator behind HTTP on a virtual clock, and the service in front of it with its real transport.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fare_values::{Clock, FareRequest, FaultTriggers, Millis, WireError};
use gateway_simulator::server::{self, Desk, ServerOptions};
use gateway_simulator::{Gateway as Simulator, Holdings, LogEntry, Misbehaviour, Reply, Request, Settings};
use payment::gateway::retry::PauseRange;
use payment::gateway::{Authorities, Gateway, HttpTransport, InMemoryApiKeys, Pause};
use payment::store::{InMemoryPayments, PaymentRecord};
use payment::{Action, Payment};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// 2026-01-01.
const START: u64 = 1_767_225_600_000;

/// How long the service waits for one answer. Long enough for a busy machine, short against [`LATE`].
const TIME_LIMIT: Duration = Duration::from_millis(400);

/// When late answers come, in milliseconds.
pub(crate) const LATE: u64 = 5_000;

/// How long an invocation has on the virtual clock, in milliseconds.
const INVOCATION: i64 = 80_000;

pub(crate) const REFERENCE: &str = "test-stack/wr_563";

/// Time in milliseconds since the epoch, which passes only in pauses and when it is told to.
#[derive(Clone, Debug)]
pub(crate) struct VirtualTime(Arc<AtomicU64>);

impl VirtualTime {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START)))
    }

    pub(crate) fn pass(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn milliseconds(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> Millis {
        Millis(i64::try_from(self.milliseconds()).unwrap())
    }
}

impl Pause for VirtualTime {
    async fn pause(&self, range: PauseRange) {
        self.pass(u64::try_from(range.at_most.as_millis()).unwrap());
    }
}

/// The simulator, as the server asks it.
#[derive(Clone)]
struct TimedDesk {
    simulator: Arc<Mutex<Simulator>>,
    time: VirtualTime,
}

impl Desk for TimedDesk {
    async fn handle(&self, request: Request) -> Reply {
        self.simulator.lock().unwrap().handle_admitted(&request, self.time.milliseconds())
    }
}

pub(crate) struct Bench {
    pub(crate) time: VirtualTime,
    simulator: Arc<Mutex<Simulator>>,
    store: InMemoryPayments,
    service: Payment<InMemoryPayments, HttpTransport<InMemoryApiKeys>, VirtualTime>,
    fare: FareRequest,
    server: JoinHandle<()>,
}

impl Bench {
    pub(crate) async fn start(payment_method: &str) -> Self {
        let time = VirtualTime::new();
        // The search lags behind, as the real one does.
        let settings = Settings { search_lag_ms: 60_000, ..Settings::default() };
        let simulator = Arc::new(Mutex::new(Simulator::new(settings)));
        let desk = TimedDesk { simulator: Arc::clone(&simulator), time: time.clone() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = server::router(desk, ServerOptions::default());
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.unwrap();
        });
        let transport =
            HttpTransport::new(&url, Authorities::Mozilla, InMemoryApiKeys::new(["sk_test_simulator"])).unwrap();
        let store = InMemoryPayments::default();
        let gateway = Gateway::new(transport, "test-stack", TIME_LIMIT);
        let service = Payment::new(store.clone(), gateway, time.clone(), FaultTriggers::Disabled);
        let fare = json!({
            "fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": payment_method,
        });
        Self { time, simulator, store, service, fare: FareRequest::from_json(&fare).unwrap(), server }
    }

    /// Carries out an action; gives the status, or the name of the error.
    pub(crate) async fn act(&self, action: Action) -> String {
        let answer_by = Millis(self.time.now().0 + INVOCATION);
        match self.service.act(action, self.fare.clone(), answer_by).await {
            Ok(receipt) => receipt.status.to_string(),
            Err(error) => WireError::from(error).name.to_string(),
        }
    }

    pub(crate) fn plan(&self, misbehaviour: Misbehaviour) {
        self.simulator.lock().unwrap().misbehave(misbehaviour);
    }

    pub(crate) fn behave(&self) {
        self.simulator.lock().unwrap().behave();
    }

    pub(crate) fn holdings(&self) -> Holdings {
        let mut simulator = self.simulator.lock().unwrap();
        simulator.advance_to(self.time.milliseconds());
        simulator.holdings(REFERENCE)
    }

    pub(crate) fn log(&self) -> Vec<LogEntry> {
        self.simulator.lock().unwrap().log().to_vec()
    }

    pub(crate) fn record(&self) -> Option<PaymentRecord> {
        self.store.get(self.fare.fare_id())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.server.abort();
    }
}
