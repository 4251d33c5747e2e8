//! The key that opens the gateway: the plain text of a secret.

use std::future::Future;

use aws_sdk_secretsmanager::Client;
use function_host::read_secret;
use gateway_simulator::ExpectedKey;
use secrecy::ExposeSecret;

/// The key could not be fetched, or is none. The reason never repeats any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gateway's key is not available: {reason}")]
pub struct KeyUnavailable {
    /// What went wrong.
    pub reason: String,
}

/// Where the key is kept.
pub trait KeySource: Send + Sync {
    /// Fetches the key as it is now.
    ///
    /// # Errors
    /// [`KeyUnavailable`].
    fn fetch(&self) -> impl Future<Output = Result<ExpectedKey, KeyUnavailable>> + Send;
}

/// A secret in AWS Secrets Manager.
#[derive(Clone, Debug)]
pub struct SecretsManagerKey {
    client: Client,
    secret_id: String,
}

impl SecretsManagerKey {
    /// The secret with this name or ARN.
    pub fn new(client: Client, secret_id: impl Into<String>) -> Self {
        Self { client, secret_id: secret_id.into() }
    }
}

impl KeySource for SecretsManagerKey {
    async fn fetch(&self) -> Result<ExpectedKey, KeyUnavailable> {
        let secret = read_secret(&self.client, &self.secret_id).await.map_err(|error| unavailable(&error.reason))?;
        key(secret.expose_secret())
    }
}

/// The key in a secret's plain text.
fn key(text: &str) -> Result<ExpectedKey, KeyUnavailable> {
    ExpectedKey::new(text.trim()).map_err(|invalid| unavailable(&invalid.to_string()))
}

fn unavailable(reason: &str) -> KeyUnavailable {
    KeyUnavailable { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_key_and_nothing_else() {
        assert_eq!(key("generated0key"), Ok(ExpectedKey::new("generated0key").unwrap()));
        assert_eq!(key("generated0key\n"), key("generated0key"));
        for bad in ["", "short", "{\"key\": \"generated0key\"}", "sk_live_generated0key"] {
            let error = key(bad).unwrap_err().to_string();
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }
}
