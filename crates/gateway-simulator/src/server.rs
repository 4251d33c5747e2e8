//! The gateway behind HTTP: a clock, a lock around the core, and the delivery of answers.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, Method as HttpMethod, Response, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::gateway::Gateway;
use crate::reply::{Delivery, Reply};
use crate::request::{Method, Request};

/// The largest request body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How long answers that are under way may take after the shutdown.
const GRACE: Duration = Duration::from_secs(1);

/// Serves the gateway until `shutdown` completes, and at most a second longer: late answers are not waited for.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    gateway: Gateway,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = Router::new()
        .fallback(answer)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(Mutex::new(gateway)));
    let stopped = Arc::new(Notify::new());
    let stopping = Arc::clone(&stopped);
    let graceful = axum::serve(listener, app).with_graceful_shutdown(async move {
        shutdown.await;
        stopping.notify_one();
    });
    tokio::select! {
        finished = graceful => finished,
        () = async { stopped.notified().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

async fn answer(
    State(gateway): State<Arc<Mutex<Gateway>>>,
    method: HttpMethod,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    let request = request(&method, &uri, &headers, body);
    // The core never panics half-way through a change, so a poisoned lock would still guard a whole state.
    let reply = gateway.lock().unwrap_or_else(PoisonError::into_inner).handle(&request, now_ms());
    match reply.delivery {
        Delivery::AtOnce => {}
        Delivery::After { milliseconds } => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
    }
    response(&reply)
}

fn request(method: &HttpMethod, uri: &Uri, headers: &HeaderMap, body: String) -> Request {
    let header = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Request {
        method: match *method {
            HttpMethod::GET => Method::Get,
            HttpMethod::POST => Method::Post,
            _ => Method::Other,
        },
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        idempotency_key: header("idempotency-key"),
        body,
    }
}

fn response(reply: &Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body.to_string()));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.try_into()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The wall clock. The core sees to it that it never goes back.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
