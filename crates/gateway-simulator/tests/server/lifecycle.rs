//! Starting, serving and stopping.

use std::process::Command;
use std::time::Duration;

use crate::process::{BINARY, Server, id};

#[tokio::test]
async fn a_fare_is_held_captured_and_refunded_over_http() {
    let server = Server::start();
    let held = server.hold("pm_card_visa").await;
    assert_eq!(held.status(), 200);
    assert!(held.headers().contains_key("request-id"));
    assert_eq!(held.headers()["content-type"], "application/json");
    let intent = id(held).await;

    let replay = server.hold("pm_card_visa").await;
    assert_eq!(replay.headers()["idempotent-replayed"], "true");
    assert_eq!(id(replay).await, intent);

    let captured = server.post(&format!("/v1/payment_intents/{intent}/capture"), "capture", &[]).await;
    assert_eq!(captured.status(), 200);
    let refunded = server.post("/v1/refunds", "refund", &[("payment_intent", &intent), ("amount", "500")]).await;
    assert_eq!(refunded.status(), 200);

    let holdings = server.view("holdings?fare_reference=test%2Fwr_563").await;
    assert_eq!((holdings["captured"].as_u64(), holdings["refunded"].as_u64()), (Some(2000), Some(500)));
    let log = server.view("log?fare_reference=test%2Fwr_563").await;
    assert_eq!(log["entries"].as_array().unwrap().len(), 4);
    assert!(server.stops_on("-TERM"));
}

#[tokio::test]
async fn a_late_answer_outlasts_the_clients_patience_but_not_the_server() {
    let server = Server::start();
    let intent = id(server.hold("pm_sim_capture_answer_late").await).await;
    let path = format!("/v1/payment_intents/{intent}/capture");
    let impatient = server.client.post(format!("{}{path}", server.url)).bearer_auth("sk_test_simulator");
    let impatient = impatient.header("Idempotency-Key", "capture").timeout(Duration::from_millis(300));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    assert_eq!(server.view("holdings?fare_reference=test/wr_563").await["captured"], 2000);

    // A second client waits for another late answer while the server is told to stop.
    let slow = server.tell("faults", &[("fault", "answer_late"), ("operation", "list")]).await;
    assert_eq!(slow.status(), 200);
    let list = server.client.get(format!("{}/v1/payment_intents", server.url)).bearer_auth("sk_test_simulator");
    let waiting = tokio::spawn(list.send());
    while server.view("log").await["entries"].as_array().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(server.stops_on("-INT"));
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    let server = Server::start();
    let form = [("description", &*"x".repeat(1024 * 1024))];
    assert_eq!(server.post("/v1/payment_intents", "large", &form).await.status(), 413);
    assert_eq!(server.view("health").await["status"], "ok");
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let output = Command::new(BINARY).args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--allow-non-loopback"));
}
