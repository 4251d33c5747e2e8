//! Events of a function URL, and who is let in.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gateway_simulator::server::{Desk, InMemory};
use gateway_simulator::{ExpectedKey, Gateway, Request, Settings};
use gateway_simulator_function::{Front, KeySource, KeyUnavailable, NoResponse};
use lambda_http::http::Response;
use lambda_http::lambda_runtime::Diagnostic;
use lambda_http::{Body, Context, RequestExt};
use serde_json::{Value, json};

use crate::authorise;

const KEY: &str = "generated0key0of0the0stack";
const NEWER: &str = "generated0key0after0that";

/// Keys that are fetched one after the other, the last one for ever.
#[derive(Clone, Debug)]
struct Keys(Arc<Mutex<VecDeque<&'static str>>>);

impl Keys {
    fn of(keys: impl IntoIterator<Item = &'static str>) -> Self {
        Self(Arc::new(Mutex::new(keys.into_iter().collect())))
    }
}

impl KeySource for Keys {
    async fn fetch(&self) -> Result<ExpectedKey, KeyUnavailable> {
        let mut keys = self.0.lock().unwrap();
        let next = if keys.len() > 1 { keys.pop_front() } else { keys.front().copied() };
        let reason = "there is none".to_owned();
        next.map(|key| ExpectedKey::new(key).unwrap()).ok_or(KeyUnavailable { reason })
    }
}

fn desk() -> InMemory {
    InMemory::new(Gateway::new(Settings::default()))
}

/// The event as Lambda sends it for this request (Lambda developer guide, "Function URLs", payload format 2.0).
fn event(request: &Request, key: Option<&str>) -> lambda_http::Request {
    let method = if request.body.is_empty() { "GET" } else { "POST" };
    let mut headers = json!({ "host": "abc.lambda-url.us-east-1.on.aws" });
    if let Some(key) = key {
        headers["authorization"] = format!("Bearer {key}").into();
    }
    if let Some(key) = &request.idempotency_key {
        headers["idempotency-key"] = key.as_str().into();
    }
    headers["content-type"] = "application/x-www-form-urlencoded".into();
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abc",
            "domainName": "abc.lambda-url.us-east-1.on.aws",
            "domainPrefix": "abc",
            "http": {
                "method": method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390_i64,
        },
        "body": request.body,
        "isBase64Encoded": false,
    });
    lambda_http::request::from_str(&event.to_string()).expect("an event of a function URL")
}

fn json_of(response: &Response<Body>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

async fn status(front: &Front<InMemory, Keys>, key: Option<&str>) -> u16 {
    let request = Request::get("/v1/payment_intents", &[]);
    front.answer(event(&request, key)).await.expect("a response").status().as_u16()
}

/// Lets this fault strike the next authorisation.
async fn plan(desk: &InMemory, fault: &str, more: &[(&str, &str)]) {
    let form = [&[("fault", fault), ("operation", "authorise")], more].concat();
    assert_eq!(desk.handle(Request::post("/_simulator/faults", &form)).await.status, 200, "{fault}");
}

#[tokio::test]
async fn a_request_is_answered_as_by_the_server() {
    let front = Front::new(desk(), Keys::of([KEY]));
    let response = front.answer(event(&authorise("key"), Some(KEY))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("request-id") && !response.headers().contains_key("content-length"));
    let id = json_of(&response)["id"].clone();

    let replayed = front.answer(event(&authorise("key"), Some(KEY))).await.unwrap();
    assert_eq!(replayed.headers()["idempotent-replayed"], "true");

    let found = Request::get("/_simulator/log", &[("fare_reference", "test/wr_563")]);
    let log = json_of(&front.answer(event(&found, Some(KEY))).await.unwrap());
    assert_eq!(log["entries"][0]["payment_intent"], id);
}

#[tokio::test]
async fn nobody_comes_in_without_the_key_but_to_see_whether_it_is_well() {
    let front = Front::new(desk(), Keys::of([KEY]));
    for key in [None, Some("sk_test_anything"), Some(NEWER)] {
        for path in ["/v1/payment_intents", "/_simulator/log", "/_simulator/faults", "/"] {
            let response = front.answer(event(&Request::get(path, &[]), key)).await.unwrap();
            assert_eq!(response.status(), 401, "{path}");
        }
    }
    let health = front.answer(event(&Request::get("/_simulator/health", &[]), None)).await.unwrap();
    assert_eq!((health.status().as_u16(), json_of(&health)), (200, json!({ "status": "ok" })));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_rotated_is_taken_within_seconds_and_the_old_one_refused() {
    let front = Front::new(desk(), Keys::of([KEY, NEWER]));
    assert_eq!(status(&front, Some(KEY)).await, 200);
    assert_eq!(status(&front, Some(NEWER)).await, 401, "not looked up so soon");
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(status(&front, Some(NEWER)).await, 200);
    assert_eq!(status(&front, Some(KEY)).await, 401);
}

#[tokio::test(start_paused = true)]
async fn an_old_key_does_not_open_for_ever() {
    let front = Front::new(desk(), Keys::of([KEY, NEWER]));
    assert_eq!(status(&front, Some(KEY)).await, 200);
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(status(&front, Some(KEY)).await, 401);
}

#[tokio::test]
async fn without_a_key_to_compare_with_nothing_happens() {
    let desk = desk();
    let front = Front::new(desk.clone(), Keys::of([]));
    let error = front.answer(event(&authorise("key"), Some(KEY))).await.unwrap_err();
    assert_eq!(Diagnostic::from(error).error_type, "KeyUnavailable");
    let log = desk.handle(Request::get("/_simulator/log", &[])).await.body;
    assert_eq!(log["entries"], json!([]));
}

#[tokio::test]
async fn an_answer_that_is_lost_or_cut_off_is_an_error_of_the_function() {
    for fault in ["answer_lost", "truncated"] {
        let desk = desk();
        plan(&desk, fault, &[]).await;
        let front = Front::new(desk, Keys::of([KEY]));
        let lost = front.answer(event(&authorise("key"), Some(KEY))).await;
        assert_eq!(lost.unwrap_err(), NoResponse::ConnectionClosed, "{fault}");
        let replayed = front.answer(event(&authorise("key"), Some(KEY))).await.unwrap();
        assert_eq!(replayed.headers()["idempotent-replayed"], "true", "{fault}");
    }
}

#[tokio::test]
async fn a_huge_answer_is_as_large_as_lambda_lets_out_and_still_json() {
    let desk = desk();
    plan(&desk, "huge", &[]).await;
    let response = Front::new(desk, Keys::of([KEY])).answer(event(&authorise("key"), Some(KEY))).await.unwrap();
    assert_eq!(response.body().len(), 5 * 1024 * 1024);
    assert_eq!(json_of(&response)["status"], "requires_capture");
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_waited_for() {
    let desk = desk();
    plan(&desk, "answer_late", &[("milliseconds", "20000")]).await;
    let before = tokio::time::Instant::now();
    let response = Front::new(desk, Keys::of([KEY])).answer(event(&authorise("key"), Some(KEY))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(before.elapsed() >= Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_later_than_the_functions_deadline_is_an_error_of_the_function() {
    let desk = desk();
    plan(&desk, "answer_late", &[("milliseconds", "20000")]).await;
    let mut context = Context::default();
    let soon = std::time::SystemTime::now() + Duration::from_secs(10);
    let since_epoch = soon.duration_since(std::time::UNIX_EPOCH).unwrap();
    context.deadline = u64::try_from(since_epoch.as_millis()).unwrap();
    let request = event(&authorise("key"), Some(KEY)).with_lambda_context(context);
    let late = Front::new(desk, Keys::of([KEY])).answer(request).await;
    assert_eq!(late.unwrap_err(), NoResponse::HeldBack);
}
