//! How the functions call AWS.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{RetryConfig, SharedAsyncSleep, TimeoutConfig};

use crate::roots::aws_roots;
use crate::settings::{required_setting, setting};

/// How long one attempt at an operation may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1500);

/// How long all attempts at one operation may take.
pub const OPERATION_TIMEOUT: Duration = Duration::from_millis(4000);

/// AWS configuration from what Lambda gives a function: its region and the credentials of its role, as environment
/// variables (Lambda developer guide, "Defined runtime environment variables"). Timeouts are bounded, and the one TLS stack
/// is rustls with ring. `AWS_ENDPOINT_URL` names another endpoint for all services, such as a local engine's.
///
/// Profiles, the instance's and the container's credentials are not looked for, since a function has none: without the
/// chain that does, it starts sooner and is smaller.
///
/// # Errors
/// Names the variable that is missing.
pub fn sdk_config() -> Result<SdkConfig, lambda_runtime::Error> {
    let region = required_setting("AWS_REGION")?;
    let credentials = Credentials::new(
        required_setting("AWS_ACCESS_KEY_ID")?,
        required_setting("AWS_SECRET_ACCESS_KEY")?,
        setting("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let tls = TlsContext::builder().with_trust_store(aws_roots(&region)).build()?;
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https();
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3));
    config.set_endpoint_url(setting("AWS_ENDPOINT_URL"));
    Ok(config.build())
}
