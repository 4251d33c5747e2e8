//! The store in DynamoDB. Key `fareId`; no TTL, because a record that expires no longer protects.
//!
//! A fare on which nothing is decided has an attribute `undecided`, and only such a fare is in the index of that name. Its
//! value spreads the fares over as many partitions as it has values, since one takes a thousand writes a second at most.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use fare_values::{
    Conditional, CustomerId, FareId, FareRequest, FareStatus, Millis, Money, PayloadHash, PaymentMethod, RECORD_SCHEMA,
    Rejection, StoreUnavailable,
};
use function_host::{Item, number, put_if_absent, read_number, read_text, store_unavailable, text, update_if};
use futures::future::try_join_all;

use super::{FareRecord, FareStore, UndecidedFares};

/// The index of the fares on which nothing is decided.
const UNDECIDED: &str = "undecided";

/// The values of the attribute `undecided`: the first digits that a payload hash can have.
const SHARDS: &str = "0123456789abcdef";

/// How many fares of a shard are looked at at a time.
const OLDEST: i32 = 25;

/// A decision keeps what registration wrote, and writes it where there was none.
const DECIDE: &str = "SET #status = :status, decidedAt = if_not_exists(decidedAt, :decidedAt), \
    payloadHash = if_not_exists(payloadHash, :payloadHash), customerId = if_not_exists(customerId, :customerId), \
    amount = if_not_exists(amount, :amount), currency = if_not_exists(currency, :currency), \
    paymentMethod = if_not_exists(paymentMethod, :paymentMethod), #schema = if_not_exists(#schema, :schema) \
    REMOVE undecided";
const UNDECIDED_OR_SO_ALREADY: &str = "payloadHash = :payloadHash AND #status IN (:registered, :status)";

/// Fares in a DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamoDbFares {
    client: Client,
    table: String,
}

impl DynamoDbFares {
    /// What the store asks of the table, as IAM names it.
    pub const CALLS: [&str; 2] = ["dynamodb:PutItem", "dynamodb:UpdateItem"];

    /// What [`UndecidedFares`] asks of the index `undecided`, as IAM names it.
    pub const INDEX_CALLS: [&str; 1] = ["dynamodb:Query"];

    /// The fares in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    async fn decide(&self, record: FareRecord, condition: String) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        let values = attributes(&record)
            .into_iter()
            .filter(|(name, _)| name != "fareId" && name != UNDECIDED)
            .map(|(name, value)| (format!(":{name}"), value));
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("fareId", text(record.request.fare_id().as_str()))
            .update_expression(DECIDE)
            .condition_expression(condition)
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#schema", "schema")
            .set_expression_attribute_values(Some(values.collect()))
            .expression_attribute_values(":registered", text(FareStatus::Registered.as_str()));
        update_if(update).await?.try_map(|item| record_of(&item))
    }
}

impl FareStore for DynamoDbFares {
    async fn insert(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        let item = attributes(&record);
        put_if_absent(&self.client, &self.table, "fareId", (record, item), record_of).await
    }

    async fn complete(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.decide(record, UNDECIDED_OR_SO_ALREADY.to_owned()).await
    }

    async fn fail(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.decide(record, format!("attribute_not_exists(fareId) OR ({UNDECIDED_OR_SO_ALREADY})")).await
    }
}

impl UndecidedFares for DynamoDbFares {
    async fn oldest(&self) -> Result<Option<Millis>, StoreUnavailable> {
        let shards = SHARDS.char_indices().filter_map(|(start, _)| SHARDS.get(start..=start));
        let oldest = try_join_all(shards.map(|shard| self.oldest_in(shard))).await?;
        Ok(oldest.into_iter().flatten().min())
    }
}

impl DynamoDbFares {
    /// When the oldest undecided fare of a shard was registered. A release that knows nothing of the index leaves decided
    /// fares in it, so that their status is asked too.
    async fn oldest_in(&self, shard: &str) -> Result<Option<Millis>, StoreUnavailable> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(UNDECIDED)
            .key_condition_expression("undecided = :shard")
            .filter_expression("#status = :registered")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":registered", text(FareStatus::Registered.as_str()))
            // The first one is enough, if it is not one of those.
            .limit(OLDEST)
            .into_paginator()
            .items()
            .send();
        match pages.next().await {
            None => Ok(None),
            Some(Ok(item)) => read_number(&item, "registeredAt").map(Millis).map(Some),
            Some(Err(error)) => Err(store_unavailable(&error)),
        }
    }
}

fn attributes(record: &FareRecord) -> Item {
    let request = &record.request;
    let mut item = HashMap::from([
        ("fareId".to_owned(), text(request.fare_id().as_str())),
        ("customerId".to_owned(), text(request.customer_id().as_str())),
        ("amount".to_owned(), number(request.amount().amount())),
        ("currency".to_owned(), text(request.amount().currency().code())),
        ("paymentMethod".to_owned(), text(request.payment_method().as_str())),
        ("payloadHash".to_owned(), text(record.payload_hash.as_str())),
        ("status".to_owned(), text(record.status.as_str())),
        ("schema".to_owned(), number(RECORD_SCHEMA)),
    ]);
    for (name, time) in [("registeredAt", record.registered_at), ("decidedAt", record.decided_at)] {
        if let Some(Millis(at)) = time {
            item.insert(name.to_owned(), number(at));
        }
    }
    let shard = record.payload_hash.as_str().get(..1).unwrap_or_default();
    if record.status == FareStatus::Registered {
        item.insert(UNDECIDED.to_owned(), text(shard));
    }
    item
}

fn record_of(item: &Item) -> Result<FareRecord, StoreUnavailable> {
    let time = |name: &str| item.get(name).map(|_| read_number(item, name).map(Millis)).transpose();
    Ok(FareRecord {
        request: request_of(item)?.map_err(|fault| StoreUnavailable::because(format!("the record's {fault}")))?,
        payload_hash: PayloadHash::from_stored(read_text(item, "payloadHash")?),
        status: read_text(item, "status")?
            .parse()
            .map_err(|_| StoreUnavailable::because("the record's `status` is unknown"))?,
        registered_at: time("registeredAt")?,
        decided_at: time("decidedAt")?,
    })
}

fn request_of(item: &Item) -> Result<Result<FareRequest, Rejection>, StoreUnavailable> {
    let (fare_id, customer_id) = (read_text(item, "fareId")?, read_text(item, "customerId")?);
    let (amount, currency) = (read_number(item, "amount")?, read_text(item, "currency")?);
    let payment_method = read_text(item, "paymentMethod")?;
    let request = || {
        Ok(FareRequest::from_parts(
            FareId::new(fare_id)?,
            CustomerId::new(customer_id)?,
            Money::from_stored(amount, currency)?,
            PaymentMethod::new(payment_method)?,
        ))
    };
    Ok(request())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let input =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let request = FareRequest::from_json(&input).unwrap();
        let registered = FareRecord::registered(&request, Millis(17));
        assert_eq!(record_of(&attributes(&registered)), Ok(registered));
        let failed = FareRecord::failed(&request, Millis(18));
        assert_eq!(record_of(&attributes(&failed)), Ok(failed));
    }

    #[test]
    fn a_record_that_lacks_an_attribute_is_not_acted_upon() {
        let error = record_of(&Item::new()).unwrap_err();
        assert!(error.to_string().contains("`fareId` cannot be read"), "{error}");
    }
}
