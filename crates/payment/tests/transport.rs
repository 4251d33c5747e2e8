//! What travels between the service and the gateway over HTTP.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fare_values::{FareId, Millis};
use gateway_simulator::server::{self, InMemory, ServerOptions};
use gateway_simulator::{ExpectedKey, Gateway as Simulator, Settings};
use payment::gateway::{Authorities, Gateway, GatewayError, HttpTransport, InMemoryApiKeys};
use payment::time::SystemTime;
use tokio::net::TcpListener;

const OLD_KEY: &str = "sk_test_the_old_one";
const NEW_KEY: &str = "sk_test_the_new_one";
const FOR_EVER: Millis = Millis(i64::MAX);

/// Serves on a free port; gives the address.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

fn gateway(url: &str, keys: &[&'static str]) -> Gateway<HttpTransport<InMemoryApiKeys>> {
    let transport = HttpTransport::new(url, Authorities::Mozilla, InMemoryApiKeys::new(keys.iter().copied())).unwrap();
    Gateway::new(transport, "test-stack", Duration::from_secs(10))
}

/// A gateway that only the new key opens.
async fn simulator() -> String {
    let options = ServerOptions { expected_key: Some(ExpectedKey::new(NEW_KEY).unwrap()) };
    serve(server::router(InMemory::new(Simulator::new(Settings::default())), options)).await
}

#[tokio::test]
async fn a_rotated_key_is_picked_up_when_the_gateway_refuses_the_old_one() {
    let gateway = gateway(&simulator().await, &[OLD_KEY, NEW_KEY]);
    let found = gateway.until(FOR_EVER, &SystemTime).search(&FareId::new("wr_563").unwrap()).await;
    assert_eq!(found, Ok(Vec::new()));
}

#[tokio::test]
async fn a_refused_key_is_no_outcome_and_is_repeated_nowhere() {
    let gateway = gateway(&simulator().await, &[OLD_KEY]);
    let error = gateway.until(FOR_EVER, &SystemTime).retrieve("pi_1").await.unwrap_err();
    assert!(matches!(error, GatewayError::Unavailable { .. }), "{error:?}");
    for shown in [error.to_string(), format!("{error:?}"), format!("{gateway:?}")] {
        assert!(!shown.contains("the_old_one"), "{shown}");
    }
}

#[tokio::test]
async fn a_gateway_that_nobody_serves_has_done_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = gateway(&url, &[NEW_KEY]).until(FOR_EVER, &SystemTime).retrieve("pi_1").await.unwrap_err();
    assert!(matches!(error, GatewayError::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_write_carries_its_key_the_api_version_and_the_bearer_token() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let writes_down = Arc::clone(&seen);
    let url = serve(Router::new().fallback(async move |request: Request| {
        let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        let names = ["authorization", "idempotency-key", "stripe-version", "content-type"];
        writes_down.lock().unwrap().push(names.map(header));
        StatusCode::BAD_REQUEST
    }))
    .await;
    let gateway = gateway(&url, &[NEW_KEY]);
    let fare_id = FareId::new("wr_563").unwrap();
    assert!(gateway.until(FOR_EVER, &SystemTime).void("pi_1", &fare_id, 1).await.is_err());
    let expected =
        ["Bearer sk_test_the_new_one", "test-stack/wr_563/void/1", "2024-06-20", "application/x-www-form-urlencoded"];
    assert_eq!(*seen.lock().unwrap(), [expected.map(str::to_owned)]);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let asked = Arc::new(Mutex::new(0));
    let counts = Arc::clone(&asked);
    let url = serve(Router::new().fallback(async move |_: Request| -> Response {
        *counts.lock().unwrap() += 1;
        (StatusCode::TEMPORARY_REDIRECT, [("Location", "/v1/payment_intents/pi_2")]).into_response()
    }))
    .await;
    let error = gateway(&url, &[NEW_KEY]).until(FOR_EVER, &SystemTime).retrieve("pi_1").await.unwrap_err();
    assert!(matches!(error, GatewayError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(*asked.lock().unwrap(), 1);
}
