//! A gateway that is kept as a journal of its requests.

use gateway_simulator::{Fault, Gateway, Misbehaviour, Operation, Request, Settings};
use proptest::prelude::*;
use proptest::sample::select;

use crate::{Merchant, hold_form};

/// A gateway, and beside it what would be written down, as text.
struct Journaled {
    merchant: Merchant,
    journal: Vec<(u64, String)>,
}

impl Journaled {
    fn new() -> Self {
        Self { merchant: Merchant::with(settings()), journal: Vec::new() }
    }

    fn send(&mut self, request: Request) {
        if let Some(kept) = request.for_journal() {
            self.journal.push((self.merchant.now_ms, serde_json::to_string(&kept).unwrap()));
        }
        self.merchant.send(request);
    }

    /// The gateway that comes of the journal alone, at the same time.
    fn replayed(&self) -> Gateway {
        let mut gateway = Gateway::new(settings());
        for (at_ms, request) in &self.journal {
            gateway.handle_admitted(&serde_json::from_str(request).unwrap(), *at_ms);
        }
        gateway.advance_to(self.merchant.now_ms);
        gateway
    }
}

fn settings() -> Settings {
    Settings { search_lag_ms: 60_000, id_salt: "salt".to_owned(), ..Settings::default() }
}

/// Ids do not depend on anything but the history, so that requests can be made up before it.
fn requests() -> Vec<Request> {
    let mut scout = Merchant::with(settings());
    let intent = scout.held("pm_card_visa");
    let path = |deed: &str| format!("/v1/payment_intents/{intent}/{deed}");
    let keyed = |request: Request| [request.clone(), request.with_idempotency_key("key")];
    let hold = |method| Request::post("/v1/payment_intents", &hold_form(method));
    let mut requests: Vec<Request> = ["pm_card_visa", "pm_sim_capture_answer_lost", "pm_sim_authorise_unavailable_2"]
        .into_iter()
        .chain(["pm_card_visa_chargeDeclined", "pm_card_refundFail", "pm_sim_capture_slow", "pm_nonsense"])
        .flat_map(|method| keyed(hold(method)))
        .collect();
    requests.extend(keyed(Request::post(&path("capture"), &[])));
    requests.extend(keyed(Request::post(&path("cancel"), &[])));
    requests.extend(keyed(Request::post("/v1/refunds", &[("payment_intent", &intent)])));
    requests.extend(Fault::all().map(|fault| Request::post("/_simulator/faults", &[("fault", fault.name())])));
    requests.extend([
        Request::get(&format!("/v1/payment_intents/{intent}"), &[]),
        Request::get("/v1/payment_intents", &[("customer", "cus_1")]),
        Request::get("/_simulator/log", &[]),
        Request::get("/_simulator/nonsense", &[]),
        Request::post("/_simulator/faults/clear", &[]),
        Request::post("/_simulator/clock", &[("advance_milliseconds", "86400000")]),
        Request::post("/v1/payment_intents", &[("card[number]", "4242424242424242")]),
        Request::post("/v1/payment_intents/4242424242424242/capture", &[]).with_idempotency_key("4242424242424242"),
        Request::get("/v1/refunds/4242424242424242", &[("limit", "4242424242424242")]),
        Request { stripe_version: Some("4242424242424242".to_owned()), ..Request::get("/v1/refunds", &[]) },
    ]);
    requests
}

proptest! {
    #[test]
    fn replaying_a_journal_gives_an_equal_gateway(
        history in prop::collection::vec((select(requests()), select(vec![0_u64, 1, 2_000, 60_000])), 1..40)
    ) {
        let mut journaled = Journaled::new();
        for (request, pause) in history {
            journaled.merchant.now_ms += pause;
            journaled.send(request);
        }
        prop_assert_eq!(journaled.replayed(), journaled.merchant.gateway);
    }
}

#[test]
fn nothing_secret_and_nothing_of_a_card_is_written_down() {
    let mut journaled = Journaled::new();
    for request in requests() {
        journaled.send(request);
    }
    let written = format!("{:?}", journaled.journal);
    assert!(written.contains("/v1/refunds"));
    assert!(!written.contains("4242") && !written.contains("sk_test"), "{written}");
    assert_eq!(journaled.replayed(), journaled.merchant.gateway);
}

#[test]
fn a_view_is_not_written_down() {
    for page in ["health", "log", "holdings", "faults", "clock", "nonsense"] {
        assert_eq!(Request::get(&format!("/_simulator/{page}"), &[]).for_journal(), None, "{page}");
    }
}

#[test]
fn a_planned_fault_can_be_written_down() {
    let planned = Misbehaviour {
        fault: Fault::AnswerLate { milliseconds: 250 },
        operation: Some(Operation::Capture),
        skip: 1,
        times: 2,
    };
    let written = serde_json::to_string(&planned).unwrap();
    assert_eq!(written, r#"{"fault":"answer_late","milliseconds":250,"operation":"capture","skip":1,"times":2}"#);
    for fault in Fault::all() {
        let planned = Misbehaviour { fault, ..planned };
        let written = serde_json::to_string(&planned).unwrap();
        assert_eq!(serde_json::from_str::<Misbehaviour>(&written).unwrap(), planned);
    }
}

#[test]
fn a_request_is_read_as_it_was_written_but_for_its_key_to_the_gateway() {
    let request = Request::post("/v1/refunds", &[("payment_intent", "pi_1")]).with_idempotency_key("key");
    let written = serde_json::to_string(&request.clone().with_api_key("sk_test_hidden")).unwrap();
    assert!(!written.contains("hidden"));
    assert_eq!(serde_json::from_str::<Request>(&written).unwrap(), request);
}
