//! The Lambda function `payment`.

use std::sync::Arc;
use std::time::Duration;

use fare_values::{FaultTriggers, WireErrorName};
use function_host::{names_own_roots, required_setting, sdk_config, serve, setting, start_logging};
use payment::Payment;
use payment::gateway::{Authorities, Gateway, HttpTransport, SecretsManagerKey};
use payment::store::DynamoDbPayments;
use payment::time::SystemTime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let config = sdk_config()?;
    let payments_table = required_setting("PAYMENTS_TABLE")?;
    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    let api_key = SecretsManagerKey::new(secrets, required_setting("GATEWAY_SECRET_ID")?);
    let authorities = if names_own_roots() { Authorities::System } else { Authorities::Mozilla };
    let transport = HttpTransport::new(&required_setting("GATEWAY_URL")?, authorities, api_key)?;
    let time_limit = Duration::from_millis(required_setting("GATEWAY_TIMEOUT_MILLISECONDS")?.parse()?);
    // The rest is made while the key is on its way. What is polled first begins the connection; yielding lets it be made and the
    // first of it be sent, before this thread is busy.
    let ((), payments) = tokio::join!(biased; transport.prepare(), async {
        tokio::task::yield_now().await;
        DynamoDbPayments::new(aws_sdk_dynamodb::Client::new(&config), payments_table)
    });
    let gateway = Gateway::new(transport, required_setting("GATEWAY_NAMESPACE")?, time_limit);
    let triggers = FaultTriggers::from_setting(setting("FAULT_TRIGGERS").as_deref());
    let service = Arc::new(Payment::new(payments, gateway, SystemTime, triggers));
    serve(WireErrorName::PaymentOutcomeUnknown, |event, answer_by| {
        let service = Arc::clone(&service);
        async move { service.handle(event, answer_by).await }
    })
    .await
}
