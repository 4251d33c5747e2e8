//! What must not be written down.

use gateway_simulator::Request;
use gateway_simulator::server::Desk;
use gateway_simulator_function::journal::InMemoryJournal;

use crate::{authorise, instance, log};

/// A number that passes for a card's.
const CARD: &str = "4242424242424242";

/// Everything in the journal, as it would be stored.
fn stored(journal: &InMemoryJournal) -> String {
    journal.entries().iter().map(|entry| serde_json::to_string(&entry.request).unwrap()).collect()
}

#[tokio::test]
async fn card_data_is_refused_and_not_written_down() {
    let path = format!("/v1/payment_intents/{CARD}/capture");
    let requests = [
        Request::post("/v1/payment_intents", &[("payment_method_data[card][number]", CARD)]),
        Request::post("/v1/payment_intents", &[("description", CARD)]),
        Request::get("/v1/payment_intents", &[("customer", CARD)]),
        Request::post("/v1/payment_intents", &[("amount", "2000")]).with_idempotency_key(CARD),
        Request::post("/v1/nothing", &[(CARD, "x")]),
        Request::post(&path, &[("cvc", "123")]),
    ];
    let count = requests.len();
    let journal = InMemoryJournal::default();
    let first = instance(&journal, "first");
    for request in requests {
        assert_eq!(first.handle(request.clone()).await.status, 400, "{request:?}");
    }
    assert!(!stored(&journal).contains(CARD), "{}", stored(&journal));
    let logged = log(&first).await;
    assert_eq!(logged.len(), count);
    assert_eq!(log(&instance(&journal, "fresh")).await, logged);
}

#[tokio::test]
async fn a_clients_key_is_not_written_down() {
    let journal = InMemoryJournal::default();
    instance(&journal, "first").handle(authorise("key").with_api_key("sk_test_hidden00")).await;
    let entry = journal.entries().remove(0);
    assert_eq!(entry.request.authorization, None);
    assert!(!stored(&journal).contains("hidden"));
}

#[tokio::test]
async fn what_is_too_large_to_be_written_down_is_refused() {
    let journal = InMemoryJournal::default();
    let large = "x".repeat(256 * 1024);
    let refused = instance(&journal, "first").handle(Request::post("/v1/refunds", &[("description", &large)])).await;
    assert_eq!((refused.status, refused.should_retry), (413, Some(false)));
    assert!(journal.entries().is_empty());
}
