//! The store in DynamoDB. Key `fareId`; no TTL, because a record that expires no longer protects.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use fare_values::{
    Conditional, CustomerId, FareId, FareRequest, FareStatus, Millis, Money, PayloadHash, PaymentMethod, RECORD_SCHEMA,
    Rejection, StoreUnavailable,
};
use function_host::{Item, number, put_if_absent, read_number, read_text, text, update_if};

use super::{FareRecord, FareStore};

/// A decision keeps what registration wrote, and writes it where there was none.
const DECIDE: &str = "SET #status = :status, decidedAt = if_not_exists(decidedAt, :decidedAt), \
    payloadHash = if_not_exists(payloadHash, :payloadHash), customerId = if_not_exists(customerId, :customerId), \
    amount = if_not_exists(amount, :amount), currency = if_not_exists(currency, :currency), \
    paymentMethod = if_not_exists(paymentMethod, :paymentMethod), #schema = if_not_exists(#schema, :schema)";
const UNDECIDED_OR_SO_ALREADY: &str = "payloadHash = :payloadHash AND #status IN (:registered, :status)";

/// Fares in a DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamoDbFares {
    client: Client,
    table: String,
}

impl DynamoDbFares {
    /// The fares in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    async fn decide(&self, record: FareRecord, condition: String) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        let values = attributes(&record)
            .into_iter()
            .filter(|(name, _)| name != "fareId")
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
        put_if_absent(&self.client, &self.table, "fareId", attributes(&record)).await?.try_map(|item| record_of(&item))
    }

    async fn complete(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.decide(record, UNDECIDED_OR_SO_ALREADY.to_owned()).await
    }

    async fn fail(&self, record: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
        self.decide(record, format!("attribute_not_exists(fareId) OR ({UNDECIDED_OR_SO_ALREADY})")).await
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
