//! The Lambda function `register-fare`.

use std::sync::Arc;

use fare_values::{FaultTriggers, SystemClock, WireErrorName};
use function_host::{required_setting, sdk_config, serve, setting, start_logging};
use register_fare::store::DynamoDbFares;
use register_fare::{RegisterFare, Watch, asks_to_watch};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let fares = DynamoDbFares::new(aws_sdk_dynamodb::Client::new(&sdk_config()?), required_setting("FARES_TABLE")?);
    let triggers = FaultTriggers::from_setting(setting("FAULT_TRIGGERS").as_deref());
    let watch = Arc::new(Watch::new(fares.clone(), SystemClock));
    let service = Arc::new(RegisterFare::new(fares, SystemClock, triggers));
    serve(WireErrorName::FareStoreUnavailable, |event, _| {
        let (service, watch) = (Arc::clone(&service), Arc::clone(&watch));
        async move { if asks_to_watch(&event) { watch.look().await } else { service.handle(event).await } }
    })
    .await
}
