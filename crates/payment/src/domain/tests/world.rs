//! A store, a gateway and a line between them that can be told to misbehave.

use std::sync::{Arc, Mutex};

use fare_values::{Clock, FareRequest, FaultTriggers, Millis, PaymentStatus, WireError};
use gateway_simulator::{Effect, Gateway as Simulator, Holdings, Operation, Request, Settings};
use serde_json::{Value, json};

use crate::gateway::{Gateway, GatewayRequest, GatewayResponse, Method, Transport, TransportError};
use crate::store::{InMemoryPayments, PaymentRecord};
use crate::{Action, Payment};

/// 2026-01-01, so that no time in a test is near zero.
const START: i64 = 1_767_225_600_000;
pub(super) const HOUR: i64 = 60 * 60 * 1000;
const REFERENCE: &str = "test-stack/wr_563";

/// What the line does to a request.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The request never leaves.
    NotSent,
    /// The request is lost on its way.
    RequestLost,
    /// The request takes effect and its answer is lost.
    AnswerLost,
    /// The client gives up, and the request arrives when the test says so.
    ArrivesLate,
    /// Something else answers in the gateway's place.
    Answered(u16, Value),
    /// The gateway's answer is changed on its way.
    Changed(&'static str, Value),
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) store: InMemoryPayments,
    line: Arc<Mutex<Line>>,
    now: Arc<Mutex<i64>>,
}

struct Line {
    simulator: Simulator,
    faults: Vec<(&'static str, Fault)>,
    under_way: Vec<Request>,
}

impl World {
    pub(super) fn new() -> Self {
        let line = Line { simulator: Simulator::new(Settings::default()), faults: Vec::new(), under_way: Vec::new() };
        Self { store: InMemoryPayments::default(), line: Arc::new(Mutex::new(line)), now: Arc::new(Mutex::new(START)) }
    }

    /// Makes the next request meet a fault whose method and path end so.
    pub(super) fn next(&self, ending: &'static str, fault: Fault) -> &Self {
        self.line.lock().unwrap().faults.push((ending, fault));
        self
    }

    pub(super) fn pass(&self, milliseconds: i64) {
        *self.now.lock().unwrap() += milliseconds;
    }

    /// Lets everything arrive that is still on its way to the gateway.
    pub(super) fn deliver_late_requests(&self) {
        let now = u64::try_from(self.now().0).unwrap();
        let mut line = self.line.lock().unwrap();
        for request in std::mem::take(&mut line.under_way) {
            line.simulator.handle(&request, now);
        }
    }

    /// Carries out an action; gives the status, or the name of the error.
    pub(super) async fn act(&self, action: Action, request: &FareRequest) -> String {
        let gateway = Gateway::new(self.clone(), "test-stack");
        let service = Payment::new(self.store.clone(), gateway, self.clone(), FaultTriggers::Enabled);
        match service.act(action, request.clone()).await {
            Ok(receipt) => receipt.status.to_string(),
            Err(error) => WireError::from(error).name.to_string(),
        }
    }

    pub(super) async fn charge(&self) -> String {
        self.act(Action::Charge, &wr_563()).await
    }

    pub(super) async fn refund(&self) -> String {
        self.act(Action::Refund, &wr_563()).await
    }

    pub(super) fn record(&self) -> Option<PaymentRecord> {
        self.store.get(wr_563().fare_id())
    }

    pub(super) fn status(&self) -> Option<PaymentStatus> {
        self.record().map(|record| record.status)
    }

    /// What the gateway holds, has captured and has refunded, and how many payments it knows of.
    pub(super) fn money(&self) -> (u64, u64, u64) {
        let Holdings { held, captured, refunded, .. } = self.holdings();
        (held, captured, refunded)
    }

    pub(super) fn holdings(&self) -> Holdings {
        self.line.lock().unwrap().simulator.holdings(REFERENCE)
    }

    /// How many requests had this effect.
    pub(super) fn count(&self, effect: Effect) -> usize {
        self.line.lock().unwrap().simulator.log().iter().filter(|entry| entry.effect == effect).count()
    }

    /// How many requests of any kind reached the gateway.
    pub(super) fn requests(&self) -> usize {
        self.line.lock().unwrap().simulator.log().len()
    }

    pub(super) fn keys(&self) -> Vec<(Operation, Option<String>)> {
        let line = self.line.lock().unwrap();
        line.simulator.log().iter().map(|entry| (entry.operation, entry.idempotency_key.clone())).collect()
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        Millis(*self.now.lock().unwrap())
    }
}

impl Transport for World {
    async fn send(&self, request: GatewayRequest) -> Result<GatewayResponse, TransportError> {
        let now = u64::try_from(self.now().0).unwrap();
        let no_answer = Err(TransportError::NoAnswer { reason: "timed out".to_owned() });
        let mut line = self.line.lock().unwrap();
        let asked = match request.method {
            Method::Get => format!("GET {}", request.path),
            Method::Post => format!("POST {}", request.path),
        };
        let planned = line.faults.iter().position(|(ending, _)| asked.ends_with(ending));
        let fault = planned.map(|position| line.faults.remove(position).1);
        let wired = wired(&request);
        match fault {
            Some(Fault::NotSent) => return Err(TransportError::NotSent { reason: "no connection".to_owned() }),
            Some(Fault::RequestLost) => return no_answer,
            Some(Fault::ArrivesLate) => {
                line.under_way.push(wired);
                return no_answer;
            }
            Some(Fault::Answered(status, body)) => {
                return Ok(GatewayResponse { status, body: body.to_string().into_bytes() });
            }
            Some(Fault::AnswerLost | Fault::Changed(..)) | None => {}
        }
        let mut reply = line.simulator.handle(&wired, now);
        match fault {
            Some(Fault::AnswerLost) => return no_answer,
            Some(Fault::Changed(field, value)) => reply.body[field] = value,
            _ => {}
        }
        Ok(GatewayResponse { status: reply.status, body: reply.body.to_string().into_bytes() })
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

pub(super) fn fare(amount: &str, payment_method: &str, customer: &str) -> FareRequest {
    let input =
        json!({"fareId": "wr_563", "customerId": customer, "fareAmount": amount, "paymentMethod": payment_method});
    FareRequest::from_json(&input).unwrap()
}

pub(super) fn fare_with_id(fare_id: &str) -> FareRequest {
    let input = json!({"fareId": fare_id, "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&input).unwrap()
}

pub(super) fn wr_563() -> FareRequest {
    fare("$20.00", "pm_card_visa", "3")
}
