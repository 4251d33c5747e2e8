//! The Lambda function `gateway-simulator-function`.

use std::sync::Arc;

use fare_values::{Clock, SystemClock};
use function_host::{required_setting, sdk_config, start_logging};
use gateway_simulator_function::journal::DynamoDbJournal;
use gateway_simulator_function::{Front, JournalledDesk, SecretsManagerKey};
use lambda_http::{Error, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start_logging();
    let config = sdk_config()?;
    let tables = aws_sdk_dynamodb::Client::new(&config);
    let journal = DynamoDbJournal::new(tables, required_setting("GATEWAY_JOURNAL_TABLE")?);
    // Unique to an execution environment, in which a process that crashed may have a successor.
    let name = format!("{} {}", required_setting("AWS_LAMBDA_LOG_STREAM_NAME")?, SystemClock.now().0);
    let desk = JournalledDesk::new(journal, SystemClock, name);
    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    let keys = SecretsManagerKey::new(secrets, required_setting("GATEWAY_SECRET_ID")?);
    let front = Arc::new(Front::new(desk, keys));
    lambda_http::run(service_fn(|request| {
        let front = Arc::clone(&front);
        async move { front.answer(request).await }
    }))
    .await
}
