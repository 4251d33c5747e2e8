//! The very DynamoDB request that `register-fare` sends to register a fare, by the same client, and nothing else.

use aws_sdk_dynamodb::Client;
use fare_values::Conditional;
use function_host::{Item, number, put_if_absent, required_setting, sdk_config, text};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = &Client::new(&sdk_config()?);
    let table = &required_setting("FARES_TABLE")?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let fare_id = event.payload.pointer("/fare/fareId").and_then(Value::as_str).unwrap_or_default();
        match put_if_absent(client, table, "fareId", ((), item(fare_id)), |_| Ok(())).await? {
            Conditional::Written(_) => Ok::<Value, Error>(json!({"fareId": fare_id, "status": "registered"})),
            Conditional::Refused(_) => Err("the fare is there already".into()),
        }
    }))
    .await
}

/// An item with the attributes that a registered fare has, and values as long as its own.
fn item(fare_id: &str) -> Item {
    let texts = [
        ("fareId", fare_id),
        ("customerId", "bench"),
        ("currency", "usd"),
        ("paymentMethod", "pm_card_visa"),
        ("payloadHash", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
        ("status", "registered"),
        ("undecided", "6"),
    ];
    let numbers = [("amount", 2_000), ("schema", 1), ("registeredAt", 1_767_225_600_017)];
    let texts = texts.map(|(name, value)| (name.to_owned(), text(value)));
    texts.into_iter().chain(numbers.map(|(name, value)| (name.to_owned(), number(value)))).collect()
}
