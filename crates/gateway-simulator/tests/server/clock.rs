//! Everything that time brings about follows the clock that tests can put forward.

use gateway_simulator::{HOLD_LIFETIME_MS, KEY_LIFETIME_MS, Settings};

use crate::process::{Server, id};

#[tokio::test]
async fn the_clock_shows_the_time_and_how_far_it_is_ahead() {
    let server = Server::start();
    let before = server.view("clock").await;
    server.advance(3_600_000).await;
    let after = server.view("clock").await;
    assert_eq!(
        (before["ahead_milliseconds"].as_u64(), after["ahead_milliseconds"].as_u64()),
        (Some(0), Some(3_600_000))
    );
    assert!(after["now"].as_u64().unwrap() >= before["now"].as_u64().unwrap() + 3_600_000);
}

#[tokio::test]
async fn a_key_is_forgotten_after_24_hours() {
    let server = Server::start();
    let first = id(server.hold("pm_card_visa").await).await;
    // A minute is left, which the wall clock does not use up.
    server.advance(KEY_LIFETIME_MS - 60_000).await;
    assert_eq!(id(server.hold("pm_card_visa").await).await, first);
    server.advance(60_000).await;
    assert_ne!(id(server.hold("pm_card_visa").await).await, first);
}

#[tokio::test]
async fn a_hold_expires_after_seven_days() {
    let server = Server::start();
    let intent = id(server.hold("pm_card_visa").await).await;
    server.advance(HOLD_LIFETIME_MS - 60_000).await;
    assert_eq!(server.money().await, [2000, 0, 0]);
    server.advance(60_000).await;
    assert_eq!(server.money().await, [0, 0, 0]);
    assert_eq!(server.get(&format!("/v1/payment_intents/{intent}")).await["status"], "canceled");
}

#[tokio::test]
async fn a_refund_settles() {
    for (method, at_first, in_the_end) in
        [("pm_card_refundFail", "succeeded", "failed"), ("pm_card_pendingRefund", "pending", "succeeded")]
    {
        let server = Server::start();
        let intent = id(server.hold(method).await).await;
        server.post(&format!("/v1/payment_intents/{intent}/capture"), "capture", &[]).await;
        let refund = id(server.post("/v1/refunds", "refund", &[("payment_intent", &intent)]).await).await;
        let path = format!("/v1/refunds/{refund}");
        assert_eq!(server.get(&path).await["status"], at_first, "{method}");
        server.advance(Settings::default().refund_settles_after_ms).await;
        assert_eq!(server.get(&path).await["status"], in_the_end, "{method}");
    }
}

#[tokio::test]
async fn a_search_lags() {
    let server = Server::start_with(&["--search-lag-milliseconds", "60000"], None);
    server.hold("pm_card_visa").await;
    let search = "/v1/payment_intents/search?query=metadata%5B%27fare_reference%27%5D%3A%27test%2Fwr_563%27";
    assert_eq!(server.get(search).await["data"].as_array().map(Vec::len), Some(0));
    server.advance(60_000).await;
    assert_eq!(server.get(search).await["data"].as_array().map(Vec::len), Some(1));
}
