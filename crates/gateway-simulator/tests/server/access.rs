//! Who is let in, and to what.

use std::process::Command;

use reqwest::Method;

use crate::process::{BINARY, Server};

const KEY: &str = "AGeneratedKey0123456789";

async fn status(server: &Server, method: Method, path: &str, key: Option<&str>) -> u16 {
    let request = server.client.request(method, format!("{}{path}", server.url));
    let request = key.into_iter().fold(request, |request, key| request.bearer_auth(key));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_request_without_a_key_is_401_and_says_so_in_json() {
    let server = Server::start();
    let response = server.client.get(format!("{}/v1/payment_intents", server.url)).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(response.headers().contains_key("request-id"));
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(body["error"]["type"], "invalid_request_error");
}

#[tokio::test]
async fn an_expected_key_guards_the_api_and_the_simulators_pages_but_not_its_health() {
    let server = Server::start_with(&[], Some(KEY));
    for (method, path) in [
        (Method::GET, "/v1/payment_intents"),
        (Method::GET, "/_simulator/log"),
        (Method::GET, "/_simulator/holdings?fare_reference=x"),
        (Method::POST, "/_simulator/faults/clear"),
        (Method::GET, "/_simulator/clock"),
    ] {
        assert_eq!(status(&server, method.clone(), path, None).await, 401, "{path}");
        assert_eq!(status(&server, method.clone(), path, Some("sk_test_simulator")).await, 401, "{path}");
        assert_eq!(status(&server, method, path, Some(KEY)).await, 200, "{path}");
    }
    assert_eq!(status(&server, Method::GET, "/_simulator/health", None).await, 200);
}

#[tokio::test]
async fn what_the_api_does_not_have_is_404_whatever_the_method() {
    let server = Server::start();
    for method in [Method::HEAD, Method::DELETE, Method::PUT, Method::PATCH, Method::OPTIONS] {
        assert_eq!(status(&server, method.clone(), "/v1/refunds", Some("sk_test_simulator")).await, 404, "{method}");
        assert_eq!(status(&server, method, "/_simulator/log", None).await, 404);
    }
}

#[test]
fn a_live_key_is_not_expected() {
    let output = Command::new(BINARY).env("GATEWAY_SIMULATOR_KEY", "sk_live_hidden00").output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("--expected-key") && !told.contains("hidden"), "{told}");
}
