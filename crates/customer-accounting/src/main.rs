//! The Lambda function `customer-accounting`.

use std::sync::Arc;

use customer_accounting::CustomerAccounting;
use customer_accounting::store::DynamoDbLedger;
use fare_values::{FaultTriggers, SystemClock, WireErrorName};
use function_host::{dynamodb_client, required_setting, serve, setting, start_logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let ledger = DynamoDbLedger::new(dynamodb_client().await, required_setting("LEDGER_TABLE")?);
    let triggers = FaultTriggers::from_setting(setting("FAULT_TRIGGERS").as_deref());
    let service = Arc::new(CustomerAccounting::new(ledger, SystemClock, triggers));
    serve(WireErrorName::LedgerUnavailable, |event| {
        let service = Arc::clone(&service);
        async move { service.handle(event).await }
    })
    .await
}
