//! What the three DynamoDB adapters share: conditional writes, and reading and writing attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use fare_values::{Conditional, StoreUnavailable};

/// A DynamoDB item.
pub type Item = HashMap<String, AttributeValue>;

/// Puts a record's item if there is none under its key, of which `key` is an attribute. One round trip. An item that stands
/// there already is read.
///
/// # Errors
/// [`StoreUnavailable`]: the item may have been written.
pub async fn put_if_absent<T>(
    client: &Client,
    table: &str,
    key: &str,
    (record, item): (T, Item),
    read: impl FnOnce(&Item) -> Result<T, StoreUnavailable>,
) -> Result<Conditional<T>, StoreUnavailable> {
    let put = client
        .put_item()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression(format!("attribute_not_exists({key})"))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    // Boxed, since it is large, and would be copied with every future around it.
    let answer = Box::pin(put.send()).await;
    match answer {
        Ok(_) => Ok(Conditional::Written(record)),
        Err(error) => match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Conditional::Refused(failed.item().map(read).transpose()?))
            }
            _ => Err(store_unavailable(&error)),
        },
    }
}

/// Sends an update that has a condition. One round trip, which brings back the item as it stands either way.
///
/// # Errors
/// [`StoreUnavailable`]: the item may have been written.
pub async fn update_if(update: UpdateItemFluentBuilder) -> Result<Conditional<Item>, StoreUnavailable> {
    let update = update
        .return_values(ReturnValue::AllNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    // Boxed, since it is large, and would be copied with every future around it.
    let answer = Box::pin(update.send()).await;
    match answer {
        Ok(written) => Ok(Conditional::Written(written.attributes.unwrap_or_default())),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Conditional::Refused(failed.item().cloned()))
            }
            _ => Err(store_unavailable(&error)),
        },
    }
}

/// A string attribute.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
#[must_use]
pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Reads a string attribute.
///
/// # Errors
/// [`StoreUnavailable`] naming the attribute: a record that cannot be read is not acted upon.
pub fn read_text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreUnavailable> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or_else(|| unreadable(name))
}

/// Reads a whole number attribute.
///
/// # Errors
/// [`StoreUnavailable`] naming the attribute.
pub fn read_number(item: &Item, name: &str) -> Result<i64, StoreUnavailable> {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok()).ok_or_else(|| unreadable(name))
}

fn unreadable(name: &str) -> StoreUnavailable {
    StoreUnavailable::because(format!("the record's attribute `{name}` cannot be read"))
}

/// Any failure of a call that is not the failed condition the caller asked about.
pub fn store_unavailable<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> StoreUnavailable {
    let reason = match error {
        SdkError::TimeoutError(_) => "timed out",
        SdkError::DispatchFailure(_) => "could not be reached",
        SdkError::ConstructionFailure(_) => "the request could not be built",
        SdkError::ResponseError(_) => "the response could not be read",
        SdkError::ServiceError(_) | _ => error.code().unwrap_or("answered with an unnamed error"),
    };
    StoreUnavailable::because(reason)
}
