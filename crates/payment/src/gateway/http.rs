//! The gateway over HTTP.

use std::time::{Duration, Instant};

use reqwest::{Client, Response, StatusCode, Url, redirect};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};

use super::api_key::ApiKey;
use super::{ApiKeySource, ApiKeyUnavailable, GatewayRequest, GatewayResponse, Method, Transport, TransportError};

/// The largest answer that is read, in bytes. A payment intent is a few KiB.
const MAX_BODY_BYTES: usize = 512 * 1024;

/// The version of Stripe's API that requests and answers follow, whatever the account's own default is (API reference,
/// "Versioning").
const API_VERSION: &str = "2024-06-20";

/// A gateway address that must not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGatewayUrl {
    /// It cannot be read as an address.
    #[error("the gateway's address is not a URL")]
    Malformed,
    /// Money and keys would travel in the clear.
    #[error("the gateway's address must be https, except to this very machine")]
    NotEncrypted,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// Which authorities may vouch for the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Those that the system trusts.
    System,
    /// Those that Mozilla trusted when this was built, without reading anything.
    Mozilla,
}

/// Sends requests over HTTP, TLS except to this very machine; follows no redirects.
#[derive(Debug)]
pub struct HttpTransport<K> {
    client: Client,
    base: Url,
    api_key: ApiKey<K>,
}

impl<K: ApiKeySource> HttpTransport<K> {
    /// A transport to the gateway at `base_url`, which it opens with the key of this source.
    ///
    /// # Errors
    /// [`InvalidGatewayUrl`].
    pub fn new(base_url: &str, authorities: Authorities, key_source: K) -> Result<Self, InvalidGatewayUrl> {
        let base = Url::parse(base_url).map_err(|_| InvalidGatewayUrl::Malformed)?;
        if base.scheme() != "https" && !(base.scheme() == "http" && is_this_machine(&base)) {
            return Err(InvalidGatewayUrl::NotEncrypted);
        }
        // The same provider as the AWS client's. A second installation in one process is refused and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(redirect::Policy::none()).https_only(base.scheme() == "https");
        // Without TLS nobody vouches for anybody, and the system's list need not be read.
        let reads_the_systems = authorities == Authorities::System && base.scheme() == "https";
        let client = if reads_the_systems { client } else { client.tls_backend_preconfigured(mozillas()) };
        let client = client.build().map_err(|error| InvalidGatewayUrl::Client(error.without_url().to_string()))?;
        Ok(Self { client, base, api_key: ApiKey::new(key_source) })
    }

    /// Fetches the key before it is needed. Where that fails, the first request tries again, and says so if it still fails.
    pub async fn prepare(&self) {
        if let Err(error) = self.api_key.current().await {
            tracing::warn!(reason = %error, "the first request will ask for the key again");
        }
    }

    async fn send_with(
        &self,
        request: &GatewayRequest,
        key: &SecretString,
        time_limit: Duration,
    ) -> Result<GatewayResponse, TransportError> {
        let mut url = self.base.clone();
        url.set_path(&request.path);
        let mut builder = match request.method {
            Method::Get => self.client.get(url).query(&request.parameters),
            Method::Post => self.client.post(url).form(&request.parameters),
        };
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        builder = builder.header("Stripe-Version", API_VERSION).bearer_auth(key.expose_secret()).timeout(time_limit);
        let mut response = builder.send().await.map_err(failure)?;
        let mut answer = GatewayResponse {
            status: response.status().as_u16(),
            should_retry: header(&response, "stripe-should-retry").and_then(|text| text.parse().ok()),
            retry_after: header(&response, "retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs),
            replayed: header(&response, "idempotent-replayed") == Some("true"),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if answer.body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES {
                return Err(TransportError::NoAnswer { reason: "the answer is too large".to_owned() });
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

fn mozillas() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

/// Whether requests to it never leave the machine. The last name is Docker's, inside a container, for the machine that the
/// container runs on. In production the template lets nobody name a gateway.
fn is_this_machine(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]" | "host.docker.internal"))
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

impl<K: ApiKeySource> Transport for HttpTransport<K> {
    async fn send(&self, request: GatewayRequest, time_limit: Duration) -> Result<GatewayResponse, TransportError> {
        let begun = Instant::now();
        let left = || time_limit.saturating_sub(begun.elapsed());
        let key = self.api_key.current().await.map_err(no_key)?;
        let answer = self.send_with(&request, &key, left()).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        // A refused key has no effect and nothing is kept. The key may have been rotated since it was fetched.
        match self.api_key.instead_of(&key).await.map_err(no_key)? {
            Some(rotated) => self.send_with(&request, &rotated, left()).await,
            None => Ok(answer),
        }
    }
}

fn no_key(error: ApiKeyUnavailable) -> TransportError {
    TransportError::NotSent { reason: error.to_string() }
}

/// Only a connection that was never made proves that nothing was sent.
fn failure(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        return TransportError::NotSent { reason: "no connection".to_owned() };
    }
    let reason = if error.is_timeout() { "timed out" } else { "the connection broke" };
    TransportError::NoAnswer { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::gateway::InMemoryApiKeys;

    /// Has no key when it is asked for the first so many times.
    struct Late {
        refusals: u32,
        asked: AtomicU32,
    }

    impl ApiKeySource for &Late {
        async fn fetch(&self) -> Result<SecretString, ApiKeyUnavailable> {
            if self.asked.fetch_add(1, Ordering::Relaxed) < self.refusals {
                return Err(ApiKeyUnavailable { reason: "not yet".to_owned() });
            }
            Ok("sk_test_secret".into())
        }
    }

    #[tokio::test]
    async fn the_key_is_fetched_ahead_and_once_more_only_if_there_was_none() {
        for (refusals, asked) in [(0, 1), (1, 2)] {
            let source = Late { refusals, asked: AtomicU32::new(0) };
            let transport = HttpTransport::new("https://api.stripe.com", Authorities::Mozilla, &source).unwrap();
            transport.prepare().await;
            assert_eq!(source.asked.load(Ordering::Relaxed), 1);
            transport.api_key.current().await.unwrap();
            assert_eq!(source.asked.load(Ordering::Relaxed), asked);
        }
    }

    fn transport(url: &str) -> Result<HttpTransport<InMemoryApiKeys>, InvalidGatewayUrl> {
        HttpTransport::new(url, Authorities::Mozilla, InMemoryApiKeys::new(["sk_test_secret"]))
    }

    #[test]
    fn only_this_machine_may_be_spoken_to_without_tls() {
        for good in [
            "https://api.stripe.com",
            "http://127.0.0.1:4000",
            "http://localhost:4000",
            "http://[::1]:4000",
            "http://host.docker.internal:4000",
        ] {
            assert!(transport(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.stripe.com",
            "http://127.0.0.1.example.com",
            "http://host.docker.internal.example.com",
            "ftp://127.0.0.1",
        ] {
            assert!(matches!(transport(bad), Err(InvalidGatewayUrl::NotEncrypted)), "{bad}");
        }
        assert!(matches!(transport("api.stripe.com"), Err(InvalidGatewayUrl::Malformed)));
    }
}
