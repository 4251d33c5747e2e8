//! Reading a secret.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use secrecy::SecretString;

/// A secret could not be read. The reason repeats nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SecretUnavailable {
    /// What went wrong.
    pub reason: String,
}

/// What [`read_secret`] asks of the secret, as IAM names it.
pub const SECRET_CALLS: [&str; 1] = ["secretsmanager:GetSecretValue"];

/// The plain text of the secret with this name or ARN, as AWS Secrets Manager has it now.
///
/// # Errors
/// [`SecretUnavailable`].
pub async fn read_secret(client: &Client, secret_id: &str) -> Result<SecretString, SecretUnavailable> {
    let unavailable = |reason: &str| SecretUnavailable { reason: reason.to_owned() };
    let answer = client.get_secret_value().secret_id(secret_id).send().await;
    let value = answer.map_err(|error| unavailable(failure(&error)))?;
    value.secret_string.map(SecretString::from).ok_or_else(|| unavailable("the secret has no plain text"))
}

fn failure<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    match error {
        SdkError::TimeoutError(_) => "Secrets Manager timed out",
        SdkError::DispatchFailure(_) => "Secrets Manager could not be reached",
        SdkError::ConstructionFailure(_) | SdkError::ResponseError(_) => "Secrets Manager's answer could not be read",
        SdkError::ServiceError(_) | _ => error.code().unwrap_or("Secrets Manager answered with an unnamed error"),
    }
}
