//! The Lambda function `payment`.

use std::sync::Arc;
use std::time::Duration;

use fare_values::{FaultTriggers, SystemClock, WireErrorName};
use function_host::{dynamodb_client, required_setting, serve, setting, start_logging};
use payment::Payment;
use payment::gateway::{Gateway, HttpTransport};
use payment::store::DynamoDbPayments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let payments = DynamoDbPayments::new(dynamodb_client().await, required_setting("PAYMENTS_TABLE")?);
    let timeout = Duration::from_millis(required_setting("GATEWAY_TIMEOUT_MILLISECONDS")?.parse()?);
    let transport =
        HttpTransport::new(&required_setting("GATEWAY_URL")?, required_setting("GATEWAY_API_KEY")?.into(), timeout)?;
    let gateway = Gateway::new(transport, required_setting("GATEWAY_NAMESPACE")?);
    let triggers = FaultTriggers::from_setting(setting("FAULT_TRIGGERS").as_deref());
    let service = Arc::new(Payment::new(payments, gateway, SystemClock, triggers));
    serve(WireErrorName::PaymentOutcomeUnknown, |event| {
        let service = Arc::clone(&service);
        async move { service.handle(event).await }
    })
    .await
}
