//! AWS clients, with one HTTP stack and one TLS provider for all of them.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudformation::config::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::error::{Error, Result};
use crate::stack::setting;

/// The region of a local stack.
pub(crate) const DEFAULT_REGION: &str = "us-east-1";

/// The clients of the services that a stack is driven and observed through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Finds the stack.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// Reads the tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Reads the gateway's key.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// Starts and follows executions.
    pub sfn: aws_sdk_sfn::Client,
    /// Reads the queues.
    pub sqs: aws_sdk_sqs::Client,
}

impl Clients {
    /// Clients from the usual AWS environment: `AWS_ENDPOINT_URL`, `AWS_REGION`, credentials, or a profile that names
    /// them.
    ///
    /// # Errors
    /// [`Error::NoRegion`], [`Error::EndpointUrl`] and [`Error::NoCredentials`], before anything is asked of AWS itself.
    pub async fn from_environment() -> Result<Self> {
        let loader = aws_config::defaults(BehaviorVersion::latest());
        let config = loader.http_client(http_client()).timeout_config(timeouts()).load().await;
        let is_region =
            |region: &Region| region.as_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !config.region().is_some_and(|region| !region.as_ref().is_empty() && is_region(region)) {
            return Err(Error::NoRegion);
        }
        if let Some(url) = setting("AWS_ENDPOINT_URL")
            && !reqwest::Url::parse(&url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
        {
            return Err(Error::EndpointUrl);
        }
        let provider = config.credentials_provider().ok_or(Error::NoCredentials { source: None })?;
        provider.provide_credentials().await.map_err(|error| {
            // Where none were found, it would say the list of all places that were looked at.
            let found = !matches!(error, CredentialsError::CredentialsNotLoaded(_));
            Error::NoCredentials { source: found.then(|| error.into()) }
        })?;
        Ok(Self::new(&config))
    }

    /// Clients of an engine on this machine, with credentials that open nothing else. The environment is not read, so a
    /// profile that happens to be active is never used.
    pub async fn local(endpoint: &str) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(DEFAULT_REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "local engine"))
            .endpoint_url(endpoint);
        Self::new(&loader.http_client(http_client()).timeout_config(timeouts()).load().await)
    }

    fn new(config: &SdkConfig) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::from_conf(
                aws_sdk_cloudformation::config::Builder::from(config).timeout_config(first_timeouts()).build(),
            ),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
            sfn: aws_sdk_sfn::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
        }
    }
}

/// Somebody who takes a question and never answers does not hold anybody up for ever. Some engines answer late: a stop only
/// when the task that runs has ended.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(100))
        .operation_timeout(Duration::from_secs(150))
        .build()
}

/// CloudFormation is asked first, so whoever does not answer it will answer nothing.
fn first_timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_secs(25))
        .build()
}

fn http_client() -> aws_sdk_cloudformation::config::SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
