//! Answers that do not come as they should, on a real connection.

use std::time::{Duration, Instant};

use gateway_simulator::HUGE_BYTES;
use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::{Server, id};

const CAPTURED: [u64; 3] = [0, 2000, 0];

/// A server with an intent that brings this fault along for its capture, and the capture's path.
async fn ready(fault: &str) -> (Server, String) {
    let server = Server::start();
    let intent = id(server.hold(&format!("pm_sim_capture_{fault}")).await).await;
    let path = format!("/v1/payment_intents/{intent}/capture");
    (server, path)
}

/// All bytes that come back on a connection until the server closes it.
async fn raw(server: &Server, path: &str) -> Vec<u8> {
    let mut connection = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: simulator\r\nAuthorization: Bearer sk_test_simulator\r\nIdempotency-Key: capture\r\n\
         Content-Length: 0\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let reading = connection.read_to_end(&mut received);
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the server closes").unwrap();
    received
}

/// The same request again tells what happened.
async fn assert_captured(server: &Server, path: &str) {
    assert_eq!(server.money().await, CAPTURED);
    let replay = server.post(path, "capture", &[]).await;
    assert_eq!((replay.status().as_u16(), &replay.headers()["idempotent-replayed"]), (200, &"true".parse().unwrap()));
}

#[tokio::test]
async fn a_lost_request_closes_the_connection_without_a_byte() {
    let (server, path) = ready("request_lost").await;
    assert_eq!(raw(&server, &path).await, b"");
    assert_eq!(server.money().await, [2000, 0, 0]);
    assert_eq!(server.post(&path, "capture", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_lost_answer_closes_the_connection_without_a_byte() {
    let (server, path) = ready("answer_lost").await;
    assert_eq!(raw(&server, &path).await, b"");
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn a_client_sees_that_an_answer_is_lost() {
    let (server, path) = ready("answer_lost").await;
    let request = server.client.post(format!("{}{path}", server.url)).bearer_auth("sk_test_simulator");
    let error = request.header("Idempotency-Key", "capture").send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn a_truncated_answer_ends_in_the_middle() {
    let (server, path) = ready("truncated").await;
    let received = String::from_utf8(raw(&server, &path).await).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let announced: usize =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    assert_eq!(body.len(), announced / 2);
    assert!(body.starts_with('{') && !head.contains("transfer-encoding"));
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn a_client_cannot_read_a_truncated_answer() {
    let (server, path) = ready("truncated").await;
    let response = server.post(&path, "capture", &[]).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn a_huge_answer_is_whole_json() {
    let (server, path) = ready("huge").await;
    let response = server.post(&path, "capture", &[]).await;
    let announced = response.content_length();
    let body = response.bytes().await.unwrap();
    assert_eq!((body.len(), announced), (HUGE_BYTES, u64::try_from(HUGE_BYTES).ok()));
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "succeeded");
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn garbage_is_no_json() {
    let (server, path) = ready("garbage").await;
    let response = server.post(&path, "capture", &[]).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    assert!(response.json::<Value>().await.is_err());
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn a_page_of_html_can_come_with_any_status() {
    for (fault, status) in [("wrong_content_type", 200), ("redirect", 302), ("bad_gateway", 502)] {
        let (server, path) = ready(fault).await;
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let request = client.post(format!("{}{path}", server.url)).bearer_auth("sk_test_simulator");
        let response = request.header("Idempotency-Key", "capture").send().await.unwrap();
        assert_eq!(response.status(), status, "{fault}");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{fault}");
        assert_eq!(response.headers().contains_key("location"), fault == "redirect");
        assert!(response.text().await.unwrap().starts_with("<!doctype html>"), "{fault}");
        if fault == "bad_gateway" {
            assert_eq!(server.money().await, [2000, 0, 0]);
        } else {
            assert_captured(&server, &path).await;
        }
    }
}

#[tokio::test]
async fn a_dripping_answer_comes_byte_by_byte() {
    let server = Server::start();
    let form = [("fault", "slow_drip"), ("operation", "list"), ("milliseconds", "2")];
    server.tell("faults", &form).await;
    let began = Instant::now();
    let list = server.get("/v1/payment_intents").await;
    assert_eq!(list["object"], "list");
    // One pause for each byte of the answer, at least.
    let pauses = u32::try_from(list.to_string().len()).unwrap();
    assert!(began.elapsed() >= Duration::from_millis(2) * pauses, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_slow_request_excludes_its_replay_and_then_answers() {
    let server = Server::start();
    let intent = id(server.hold("pm_card_visa").await).await;
    let path = format!("/v1/payment_intents/{intent}/capture");
    server.tell("faults", &[("fault", "slow"), ("operation", "capture"), ("milliseconds", "700")]).await;
    let first = server.post(&path, "capture", &[]);
    let meanwhile = async {
        while server.money().await != CAPTURED {
            tokio::task::yield_now().await;
        }
        let same = server.post(&path, "capture", &[]).await.status().as_u16();
        let other = server.post(&format!("/v1/payment_intents/{intent}/cancel"), "void", &[]).await.status().as_u16();
        (same, other)
    };
    let (first, excluded) = tokio::join!(first, meanwhile);
    assert_eq!((first.status().as_u16(), excluded), (200, (409, 429)));
    assert_captured(&server, &path).await;
}

#[tokio::test]
async fn an_impatient_client_gets_the_kept_answer_later() {
    let (server, path) = ready("answer_late").await;
    let request = server.client.post(format!("{}{path}", server.url)).bearer_auth("sk_test_simulator");
    let impatient = request.header("Idempotency-Key", "capture").timeout(Duration::from_millis(300));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    assert_captured(&server, &path).await;
}
