//! From a function URL's event to the gateway's router and back.

use std::time::{Duration, SystemTime};

use axum::body::to_bytes;
use gateway_simulator::ExpectedKey;
use gateway_simulator::server::{self, Desk, ServerOptions};
use lambda_http::http::header::CONTENT_LENGTH;
use lambda_http::http::{Request, Response, StatusCode};
use lambda_http::lambda_runtime::Diagnostic;
use lambda_http::{Body, Context, RequestExt, Service};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::key::{KeySource, KeyUnavailable};

/// The largest body that is let out, in bytes: Lambda takes responses of 6 MB (Developer Guide, "Lambda quotas").
const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;

/// How long before Lambda's own deadline a function gives its answer.
const TIME_TO_ANSWER: Duration = Duration::from_millis(500);

/// How long a key that was fetched opens the gateway, at most.
const KEY_LIFETIME: Duration = Duration::from_secs(300);

/// How old it must be to be fetched again because somebody sent another one, which anybody can.
const REFUSING_LIFETIME: Duration = Duration::from_secs(5);

/// Why there is no response. Lambda then answers 502, as a server in front of a broken one does (Developer Guide,
/// "Lambda function URLs").
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoResponse {
    /// The simulator was told to close the connection. Lambda has none to close; this is the nearest to it.
    #[error("the connection is meant to close here")]
    ConnectionClosed,
    /// The simulator was told to hold an answer back for longer than the function runs.
    #[error("the answer is held back for longer than the function runs")]
    HeldBack,
    /// It cannot be said who may come in.
    #[error(transparent)]
    KeyUnavailable(#[from] KeyUnavailable),
}

impl From<NoResponse> for Diagnostic {
    fn from(error: NoResponse) -> Self {
        let name = match error {
            NoResponse::ConnectionClosed => "ConnectionClosed",
            NoResponse::HeldBack => "HeldBack",
            NoResponse::KeyUnavailable(_) => "KeyUnavailable",
        };
        Self { error_type: name.to_owned(), error_message: error.to_string() }
    }
}

/// Lets in whoever has the key, and gives the rest to the desk.
#[derive(Debug)]
pub struct Front<D, K> {
    desk: D,
    keys: K,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone, Debug)]
struct Kept {
    key: ExpectedKey,
    since: Instant,
}

impl<D: Desk, K: KeySource> Front<D, K> {
    /// A front that has fetched no key yet.
    pub fn new(desk: D, keys: K) -> Self {
        Self { desk, keys, kept: Mutex::new(None) }
    }

    /// Answers one request; in time for the invocation's deadline, if the request tells of one.
    ///
    /// # Errors
    /// [`NoResponse`].
    pub async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, NoResponse> {
        let Some(deadline) = request.lambda_context_ref().map(Context::deadline) else {
            return self.answer_in_full(request).await;
        };
        let limit = deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(TIME_TO_ANSWER);
        tokio::time::timeout(limit, self.answer_in_full(request)).await.unwrap_or(Err(NoResponse::HeldBack))
    }

    /// A key that is not the expected one may be the one that has replaced it.
    async fn answer_in_full(&self, request: Request<Body>) -> Result<Response<Body>, NoResponse> {
        let key = self.key(KEY_LIFETIME).await?;
        let response = self.ask(&key, request.clone()).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            let newer = self.key(REFUSING_LIFETIME).await?;
            if newer != key {
                return self.ask(&newer, request).await;
            }
        }
        Ok(response)
    }

    /// The expected key, fetched if the one at hand is older than that.
    async fn key(&self, lifetime: Duration) -> Result<ExpectedKey, NoResponse> {
        let mut kept = self.kept.lock().await;
        if let Some(Kept { key, since }) = kept.as_ref()
            && since.elapsed() < lifetime
        {
            return Ok(key.clone());
        }
        let key = self.keys.fetch().await?;
        *kept = Some(Kept { key: key.clone(), since: Instant::now() });
        Ok(key)
    }

    async fn ask(&self, key: &ExpectedKey, request: Request<Body>) -> Result<Response<Body>, NoResponse> {
        let mut router = server::router(self.desk.clone(), ServerOptions { expected_key: Some(key.clone()) });
        let Ok(response) = router.call(request).await;
        let (mut parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| NoResponse::ConnectionClosed)?;
        // Lambda says how long the body is. The one that is too long for it ends in blanks, which nobody misses.
        parts.headers.remove(CONTENT_LENGTH);
        let bytes = bytes.get(..MAX_BODY_BYTES).unwrap_or(&bytes);
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }
}
