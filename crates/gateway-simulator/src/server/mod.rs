//! The gateway behind HTTP: who is let in, a desk that answers, and the delivery of answers.

mod answer;
mod desk;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::StringRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method as HttpMethod, Response, Uri};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::access::{self, ExpectedKey};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Method, Request};

pub use desk::{Desk, InMemory};

/// The largest request body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How long answers that are under way may take after the shutdown.
const GRACE: Duration = Duration::from_secs(1);

/// How the gateway is served.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// The one key that opens the gateway, its views and its admin routes; only `/_simulator/health` needs none. Without
    /// it any well-formed key opens the gateway, and the rest is open to all who can reach the server.
    pub expected_key: Option<ExpectedKey>,
}

/// The routes of the gateway and of the simulator, answered by `desk`.
///
/// Answers are delivered as their [`Delivery`](crate::Delivery) says. To close a connection, the response's body ends in an
/// error, which hyper's server answers by closing; where no connection is at hand, the error is the caller's to handle.
pub fn router<D: Desk>(desk: D, options: ServerOptions) -> Router {
    Router::new()
        .fallback(handle::<D>)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(Front { desk, options }))
}

/// Serves an application until `shutdown` completes, and at most a second longer: late answers are not waited for.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
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

struct Front<D> {
    desk: D,
    options: ServerOptions,
}

async fn handle<D: Desk>(
    State(front): State<Arc<Front<D>>>,
    method: HttpMethod,
    uri: Uri,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Response<Body> {
    let body = match readable(&headers, body) {
        Ok(body) => body,
        Err(refused) => return answer::deliver(&refused).await,
    };
    let request = request(&method, &uri, &headers, body);
    let reply = match access::turn_away(&request, front.options.expected_key.as_ref(), now_ms()) {
        Some(refused) => refused,
        None => front.desk.handle(request).await,
    };
    answer::deliver(&reply).await
}

/// The body, if it is a form or empty.
fn readable(headers: &HeaderMap, body: Result<String, StringRejection>) -> Result<String, Box<Reply>> {
    let refused = |message| Reply::refused(&Refusal::malformed(message), None);
    let body = body.map_err(|rejection| {
        let refused = refused("The body must be text in UTF-8, of 1 MiB at most.");
        Box::new(Reply { status: rejection.status().as_u16(), ..refused })
    })?;
    let is_form =
        headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if is_form || body.is_empty() {
        Ok(body)
    } else {
        Err(Box::new(refused("The body must be a form: application/x-www-form-urlencoded.")))
    }
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
        stripe_version: header("stripe-version"),
        body,
    }
}

/// The wall clock. The core sees to it that it never goes back.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
