//! AWS clients, with one HTTP stack and one TLS provider for all of them.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudformation::config::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

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
    pub async fn from_environment() -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest());
        Self::new(&loader.http_client(http_client()).load().await)
    }

    /// Clients of an engine on this machine, with credentials that open nothing else. The environment is not read, so a
    /// profile that happens to be active is never used.
    pub async fn local(endpoint: &str) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(DEFAULT_REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "local engine"))
            .endpoint_url(endpoint);
        Self::new(&loader.http_client(http_client()).load().await)
    }

    fn new(config: &SdkConfig) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
            sfn: aws_sdk_sfn::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
        }
    }
}

fn http_client() -> aws_sdk_cloudformation::config::SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
