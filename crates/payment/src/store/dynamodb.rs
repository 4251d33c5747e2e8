//! The store in DynamoDB. Key `fareId`; no TTL, because a record that expires no longer protects.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use fare_values::{Conditional, FareId, Millis, Money, PayloadHash, RECORD_SCHEMA, Rejection, StoreUnavailable};
use function_host::{Item, number, put_if_absent, read_number, read_text, text, update_if};

use super::{PaymentRecord, PaymentStore, Transition};
use crate::gateway::Reason;

/// Payments in a DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamoDbPayments {
    client: Client,
    table: String,
}

impl DynamoDbPayments {
    /// The payments in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

impl PaymentStore for DynamoDbPayments {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        put_if_absent(&self.client, &self.table, "fareId", attributes(&record)).await?.try_map(|item| record_of(&item))
    }

    async fn transition(&self, transition: Transition) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("fareId", text(transition.fare_id.as_str()))
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":to", text(transition.to.as_str()))
            .expression_attribute_values(":at", number(transition.at.0))
            .expression_attribute_values(":payloadHash", text(transition.payload_hash.as_str()));
        let mut assignments = vec!["#status = :to".to_owned(), "updatedAt = :at".to_owned()];
        let optional = [
            ("paymentId", transition.payment_id),
            ("refundId", transition.refund_id),
            ("reason", transition.reason.map(|reason| reason.as_str().to_owned())),
        ];
        for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            // Every name gets its placeholder: DynamoDB reserves some hundred words.
            assignments.push(format!("#{name} = :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), text(value));
        }
        let mut states = Vec::new();
        for (position, status) in transition.from.iter().enumerate() {
            states.push(format!(":from{position}"));
            update = update.expression_attribute_values(format!(":from{position}"), text(status.as_str()));
        }
        let update = update
            .update_expression(format!("SET {}", assignments.join(", ")))
            .condition_expression(format!("payloadHash = :payloadHash AND #status IN ({})", states.join(", ")));
        update_if(update).await?.try_map(|item| record_of(&item))
    }
}

fn attributes(record: &PaymentRecord) -> Item {
    let mut item = HashMap::from([
        ("fareId".to_owned(), text(record.fare_id.as_str())),
        ("payloadHash".to_owned(), text(record.payload_hash.as_str())),
        ("status".to_owned(), text(record.status.as_str())),
        ("generation".to_owned(), number(record.generation)),
        ("amount".to_owned(), number(record.amount.amount())),
        ("currency".to_owned(), text(record.amount.currency().code())),
        ("createdAt".to_owned(), number(record.created_at.0)),
        ("updatedAt".to_owned(), number(record.updated_at.0)),
        ("schema".to_owned(), number(RECORD_SCHEMA)),
    ]);
    let optional = [
        ("paymentId", record.payment_id.as_deref()),
        ("refundId", record.refund_id.as_deref()),
        ("reason", record.reason.as_ref().map(Reason::as_str)),
    ];
    item.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))));
    item
}

fn record_of(item: &Item) -> Result<PaymentRecord, StoreUnavailable> {
    let unreadable = |fault: Rejection| StoreUnavailable::because(format!("the record's {fault}"));
    let optional = |name: &str| item.get(name).map(|_| read_text(item, name)).transpose();
    Ok(PaymentRecord {
        fare_id: FareId::new(read_text(item, "fareId")?).map_err(unreadable)?,
        payload_hash: PayloadHash::from_stored(read_text(item, "payloadHash")?),
        status: read_text(item, "status")?
            .parse()
            .map_err(|_| StoreUnavailable::because("the record's `status` is unknown"))?,
        generation: read_number(item, "generation")?,
        amount: Money::from_stored(read_number(item, "amount")?, read_text(item, "currency")?).map_err(unreadable)?,
        payment_id: optional("paymentId")?.map(str::to_owned),
        refund_id: optional("refundId")?.map(str::to_owned),
        reason: optional("reason")?.map(Reason::new),
        created_at: Millis(read_number(item, "createdAt")?),
        updated_at: Millis(read_number(item, "updatedAt")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fare_values::FareRequest;
    use serde_json::json;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let input =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let pending = PaymentRecord::pending(&FareRequest::from_json(&input).unwrap(), Millis(17));
        assert_eq!(record_of(&attributes(&pending)), Ok(pending.clone()));
        let full = PaymentRecord {
            payment_id: Some("pi_1".to_owned()),
            refund_id: Some("re_1".to_owned()),
            reason: Some(Reason::new("expired_card")),
            ..pending
        };
        assert_eq!(record_of(&attributes(&full)), Ok(full));
    }

    #[test]
    fn a_record_that_lacks_an_attribute_is_not_acted_upon() {
        let error = record_of(&Item::new()).unwrap_err();
        assert!(error.to_string().contains("`fareId` cannot be read"), "{error}");
    }
}
