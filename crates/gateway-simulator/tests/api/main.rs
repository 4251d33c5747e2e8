//! The core, driven through its public interface on a clock that the tests move.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod admin;
mod authorise;
mod capture_and_void;
mod delivery;
mod every_fault;
mod idempotency;
mod journal;
mod log_and_holdings;
mod pagination;
mod payment_methods;
mod planning;
mod queries;
mod refunds;
mod requests;
mod slow;

use gateway_simulator::{Fault, Gateway, Misbehaviour, Operation, Reply, Request, Settings};

/// Any time that looks like one.
pub(crate) const NOON: u64 = 1_763_800_000_000;

/// A gateway, a clock and the requests a test wants to make.
pub(crate) struct Merchant {
    pub(crate) gateway: Gateway,
    pub(crate) now_ms: u64,
}

impl Merchant {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self { gateway: Gateway::new(settings), now_ms: NOON }
    }

    pub(crate) fn send(&mut self, request: Request) -> Reply {
        self.gateway.handle(&request.with_api_key("sk_test_simulator"), self.now_ms)
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(Request::post(path, form))
    }

    pub(crate) fn post_under(&mut self, key: &str, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(Request::post(path, form).with_idempotency_key(key))
    }

    pub(crate) fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Reply {
        self.send(Request::get(path, query))
    }

    /// Plans this fault for the next request of this kind.
    pub(crate) fn misbehave(&mut self, operation: Operation, fault: Fault) {
        self.gateway.misbehave(Misbehaviour { fault, operation: Some(operation), skip: 0, times: 1 });
    }

    /// Held, captured and refunded on the fare's reference.
    pub(crate) fn money(&self) -> (u64, u64, u64) {
        let holdings = self.gateway.holdings("test/wr_563");
        (holdings.held, holdings.captured, holdings.refunded)
    }

    /// Holds 20 dollars with this method.
    pub(crate) fn hold(&mut self, method: &str) -> Reply {
        self.post("/v1/payment_intents", &hold_form(method))
    }

    /// Holds 20 dollars with this method and returns the intent's id.
    pub(crate) fn held(&mut self, method: &str) -> String {
        let reply = self.hold(method);
        assert_eq!(reply.body["status"], "requires_capture", "{}", reply.body);
        id(&reply)
    }

    /// Holds and captures 20 dollars with this method and returns the intent's id.
    pub(crate) fn captured(&mut self, method: &str) -> String {
        let intent = self.held(method);
        assert_eq!(self.capture(&intent, &[]).status, 200);
        intent
    }

    pub(crate) fn capture(&mut self, intent: &str, form: &[(&str, &str)]) -> Reply {
        self.post(&format!("/v1/payment_intents/{intent}/capture"), form)
    }

    pub(crate) fn cancel(&mut self, intent: &str) -> Reply {
        self.post(&format!("/v1/payment_intents/{intent}/cancel"), &[])
    }

    pub(crate) fn refund(&mut self, intent: &str, more: &[(&str, &str)]) -> Reply {
        self.post("/v1/refunds", &[&[("payment_intent", intent)], more].concat())
    }

    pub(crate) fn intent(&mut self, intent: &str) -> Reply {
        self.get(&format!("/v1/payment_intents/{intent}"), &[])
    }
}

/// The form that the payment service sends.
pub(crate) fn hold_form(method: &str) -> [(&str, &str); 7] {
    [
        ("amount", "2000"),
        ("currency", "usd"),
        ("payment_method", method),
        ("capture_method", "manual"),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("metadata[fare_reference]", "test/wr_563"),
    ]
}

pub(crate) fn id(reply: &Reply) -> String {
    reply.body["id"].as_str().expect("an object with an id").to_owned()
}

/// Status and error code of a refusal.
pub(crate) fn refusal(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}
