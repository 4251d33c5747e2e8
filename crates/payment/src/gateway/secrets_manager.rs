//! The gateway's key in AWS Secrets Manager: the secret's plain text is the key.

use aws_sdk_secretsmanager::Client;
use function_host::read_secret;
use secrecy::SecretString;

use super::{ApiKeySource, ApiKeyUnavailable};

/// One secret.
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

impl ApiKeySource for SecretsManagerKey {
    async fn fetch(&self) -> Result<SecretString, ApiKeyUnavailable> {
        let read = read_secret(&self.client, &self.secret_id).await;
        read.map_err(|unavailable| ApiKeyUnavailable { reason: unavailable.reason })
    }
}
