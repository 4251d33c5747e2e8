//! The gateway over HTTP.

use std::time::Duration;

use reqwest::{Client, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};

use super::{GatewayRequest, GatewayResponse, Method, Transport, TransportError};

/// The largest answer that is read, in bytes. A payment intent is a few KiB.
const MAX_BODY_BYTES: usize = 512 * 1024;

/// A gateway address that must not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGatewayUrl {
    /// It cannot be read as an address.
    #[error("the gateway's address is not a URL")]
    Malformed,
    /// Money and keys would travel in the clear.
    #[error("the gateway's address must be https, except on the loopback interface")]
    NotEncrypted,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// Sends requests over HTTP, TLS except on loopback; follows no redirects.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: Client,
    base: Url,
    api_key: SecretString,
}

impl HttpTransport {
    /// A transport to the gateway at `base_url`, which waits at most `timeout` for an answer.
    ///
    /// # Errors
    /// [`InvalidGatewayUrl`].
    pub fn new(base_url: &str, api_key: SecretString, timeout: Duration) -> Result<Self, InvalidGatewayUrl> {
        let base = Url::parse(base_url).map_err(|_| InvalidGatewayUrl::Malformed)?;
        if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback(&base)) {
            return Err(InvalidGatewayUrl::NotEncrypted);
        }
        // The same provider as the AWS client's. A second installation in one process is refused and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(redirect::Policy::none())
            .https_only(base.scheme() == "https")
            .build()
            .map_err(|error| InvalidGatewayUrl::Client(error.without_url().to_string()))?;
        Ok(Self { client, base, api_key })
    }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

impl Transport for HttpTransport {
    async fn send(&self, request: GatewayRequest) -> Result<GatewayResponse, TransportError> {
        let mut url = self.base.clone();
        url.set_path(&request.path);
        let mut builder = match request.method {
            Method::Get => self.client.get(url).query(&request.parameters),
            Method::Post => self.client.post(url).form(&request.parameters),
        };
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        let mut response = builder.bearer_auth(self.api_key.expose_secret()).send().await.map_err(failure)?;
        let status: StatusCode = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES {
                return Err(TransportError::NoAnswer { reason: "the answer is too large".to_owned() });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(GatewayResponse { status: status.as_u16(), body })
    }
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
    use super::*;

    fn transport(url: &str) -> Result<HttpTransport, InvalidGatewayUrl> {
        HttpTransport::new(url, "sk_test_secret".to_owned().into(), Duration::from_secs(1))
    }

    #[test]
    fn only_the_loopback_interface_may_go_without_tls() {
        for good in ["https://api.stripe.com", "http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000"] {
            assert!(transport(good).is_ok(), "{good}");
        }
        for bad in ["http://api.stripe.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1"] {
            assert!(matches!(transport(bad), Err(InvalidGatewayUrl::NotEncrypted)), "{bad}");
        }
        assert!(matches!(transport("api.stripe.com"), Err(InvalidGatewayUrl::Malformed)));
    }

    #[test]
    fn the_key_is_never_shown() {
        assert!(!format!("{:?}", transport("https://api.stripe.com")).contains("secret"));
    }
}
