//! The function's parts, over a journal in memory and on clocks that the tests set.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise, in their helpers too"
)]

mod front;
mod instances;
mod mishaps;
mod privacy;
mod time;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fare_values::{Clock, Millis};
use gateway_simulator::server::Desk;
use gateway_simulator::{Reply, Request};
use gateway_simulator_function::JournalledDesk;
use gateway_simulator_function::journal::InMemoryJournal;
use serde_json::Value;

/// Any time that looks like one.
pub(crate) const NOON: i64 = 1_763_800_000_000;

/// A clock that a test sets.
#[derive(Clone, Debug)]
pub(crate) struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub(crate) fn at(now_ms: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now_ms)))
    }

    pub(crate) fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}

/// One instance of the function.
pub(crate) type Instance = JournalledDesk<InMemoryJournal, SetClock>;

/// A new instance over this journal, at noon.
pub(crate) fn instance(journal: &InMemoryJournal, name: &str) -> Instance {
    JournalledDesk::new(journal.clone(), SetClock::at(NOON), name)
}

/// A request for a hold of $20.00 under this key.
pub(crate) fn authorise(key: &str) -> Request {
    let form = [
        ("amount", "2000"),
        ("currency", "usd"),
        ("payment_method", "pm_card_visa"),
        ("payment_method_types[]", "card"),
        ("capture_method", "manual"),
        ("confirm", "true"),
        ("metadata[fare_reference]", "test/wr_563"),
    ];
    Request::post("/v1/payment_intents", &form).with_idempotency_key(key)
}

/// A request to capture or cancel what was authorised.
pub(crate) fn on(authorised: &Reply, verb: &str) -> Request {
    let id = authorised.body["id"].as_str().expect("an intent");
    Request::post(&format!("/v1/payment_intents/{id}/{verb}"), &[]).with_idempotency_key(verb)
}

/// What this instance holds, as held, captured and refunded.
pub(crate) async fn money(instance: &Instance) -> (i64, i64, i64) {
    let view = Request::get("/_simulator/holdings", &[("fare_reference", "test/wr_563")]);
    let body = instance.handle(view).await.body;
    let amount = |name: &str| body[name].as_i64().expect("an amount");
    (amount("held"), amount("captured"), amount("refunded"))
}

/// The log as this instance shows it.
pub(crate) async fn log(instance: &Instance) -> Vec<Value> {
    let body = instance.handle(Request::get("/_simulator/log", &[])).await.body;
    body["entries"].as_array().expect("a log").clone()
}
