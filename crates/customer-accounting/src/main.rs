//! The Lambda function `customer-accounting`.

use std::sync::Arc;

use customer_accounting::CustomerAccounting;
use customer_accounting::store::DynamoDbLedger;
use fare_values::{FaultTriggers, SystemClock, WireErrorName};
use function_host::{required_setting, sdk_config, serve, setting, start_logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let ledger = DynamoDbLedger::new(aws_sdk_dynamodb::Client::new(&sdk_config()?), required_setting("LEDGER_TABLE")?);
    let triggers = FaultTriggers::from_setting(setting("FAULT_TRIGGERS").as_deref());
    let service = Arc::new(CustomerAccounting::new(ledger, SystemClock, triggers));
    serve(WireErrorName::LedgerUnavailable, |event, _| {
        let service = Arc::clone(&service);
        async move { service.handle(event).await }
    })
    .await
}
