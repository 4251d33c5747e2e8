//! The very DynamoDB request that `customer-accounting` sends to credit a fare, by the same client, and nothing else.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use function_host::{Item, number, required_setting, sdk_config, text};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = &Client::new(&sdk_config()?);
    let table = &required_setting("LEDGER_TABLE")?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let fare_id = event.payload.pointer("/fare/fareId").and_then(Value::as_str).unwrap_or_default();
        let entry = TransactWriteItem::builder().put(entry(table, fare_id)?).build();
        let balance = TransactWriteItem::builder().update(balance(table)?).build();
        client.transact_write_items().transact_items(entry).transact_items(balance).send().await?;
        Ok::<Value, Error>(json!({"fareId": fare_id, "status": "standing"}))
    }))
    .await
}

/// The entry, with the attributes that a credit has, and values as long as its own.
fn entry(table: &str, fare_id: &str) -> Result<Put, Error> {
    let fare_key = format!("FARE#{fare_id}");
    let texts = [
        ("pk", fare_key.as_str()),
        ("sk", "CREDIT"),
        ("fareId", fare_id),
        ("customerId", "bench"),
        ("currency", "usd"),
        ("debitAccount", "fare-revenue"),
        ("creditAccount", "customer/bench"),
        ("payloadHash", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
        ("state", "standing"),
    ];
    let numbers = [("amount", 2_000), ("schema", 1), ("postedAt", 1_767_225_600_017)];
    let texts = texts.map(|(name, value)| (name.to_owned(), text(value)));
    let item: Item = texts.into_iter().chain(numbers.map(|(name, value)| (name.to_owned(), number(value)))).collect();
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    Ok(put.build()?)
}

/// What the credit does to the customer's balance.
fn balance(table: &str) -> Result<Update, Error> {
    let update = Update::builder()
        .table_name(table)
        .key("pk", text("ACCOUNT#bench"))
        .key("sk", text("ACCOUNT"))
        .update_expression(
            "SET #status = if_not_exists(#status, :open), #schema = if_not_exists(#schema, :schema) \
             ADD #balance :amount",
        )
        .condition_expression("attribute_not_exists(pk) OR #status = :open")
        .expression_attribute_names("#status", "status")
        .expression_attribute_names("#schema", "schema")
        .expression_attribute_names("#balance", "balance_usd")
        .expression_attribute_values(":open", text("open"))
        .expression_attribute_values(":schema", number(1))
        .expression_attribute_values(":amount", number(2_000));
    Ok(update.build()?)
}
