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
    /// What the store asks of the table, as IAM names it.
    pub const CALLS: [&str; 2] = ["dynamodb:PutItem", "dynamodb:UpdateItem"];

    /// The payments in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

impl PaymentStore for DynamoDbPayments {
    async fn insert(&self, record: PaymentRecord) -> Result<Conditional<PaymentRecord>, StoreUnavailable> {
        let item = attributes(&record);
        put_if_absent(&self.client, &self.table, "fareId", (record, item), record_of).await
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
        let (refund_id, refund_status) =
            transition.refund.map(|refund| (refund.id, <&str>::from(refund.status).to_owned())).unzip();
        let optional = [
            ("paymentId", transition.payment_id.map(text)),
            ("refundId", refund_id.map(text)),
            ("refundStatus", refund_status.map(text)),
            ("reason", transition.reason.map(|reason| text(reason.as_str()))),
            ("generation", transition.next_generation.map(number)),
            ("generationSince", transition.next_generation.map(|_| number(transition.at.0))),
        ];
        for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            // Every name gets its placeholder: DynamoDB reserves some hundred words.
            assignments.push(format!("#{name} = :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        let mut states = Vec::new();
        for (position, status) in transition.from.iter().enumerate() {
            states.push(format!(":from{position}"));
            update = update.expression_attribute_values(format!(":from{position}"), text(status.as_str()));
        }
        let mut condition = format!("payloadHash = :payloadHash AND #status IN ({})", states.join(", "));
        if let Some(generation) = transition.generation {
            condition.push_str(" AND generation = :ofGeneration");
            update = update.expression_attribute_values(":ofGeneration", number(generation));
        }
        let update =
            update.update_expression(format!("SET {}", assignments.join(", "))).condition_expression(condition);
        update_if(update).await?.try_map(|item| record_of(&item))
    }
}

fn attributes(record: &PaymentRecord) -> Item {
    let mut item = HashMap::from([
        ("fareId".to_owned(), text(record.fare_id.as_str())),
        ("payloadHash".to_owned(), text(record.payload_hash.as_str())),
        ("status".to_owned(), text(record.status.as_str())),
        ("generation".to_owned(), number(record.generation)),
        ("generationSince".to_owned(), number(record.generation_since.0)),
        ("amount".to_owned(), number(record.amount.amount())),
        ("currency".to_owned(), text(record.amount.currency().code())),
        ("createdAt".to_owned(), number(record.created_at.0)),
        ("updatedAt".to_owned(), number(record.updated_at.0)),
        ("schema".to_owned(), number(RECORD_SCHEMA)),
    ]);
    let optional = [
        ("paymentId", record.payment_id.as_deref()),
        ("refundId", record.refund_id.as_deref()),
        ("refundStatus", record.refund_status.map(<&str>::from)),
        ("reason", record.reason.as_ref().map(Reason::as_str)),
    ];
    item.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))));
    item
}

fn record_of(item: &Item) -> Result<PaymentRecord, StoreUnavailable> {
    let unreadable = |fault: Rejection| StoreUnavailable::because(format!("the record's {fault}"));
    let unknown = |name: &str| StoreUnavailable::because(format!("the record's `{name}` is unknown"));
    let optional = |name: &str| item.get(name).map(|_| read_text(item, name)).transpose();
    Ok(PaymentRecord {
        fare_id: FareId::new(read_text(item, "fareId")?).map_err(unreadable)?,
        payload_hash: PayloadHash::from_stored(read_text(item, "payloadHash")?),
        status: read_text(item, "status")?.parse().map_err(|_| unknown("status"))?,
        generation: read_number(item, "generation")?,
        // Records from before generations were raised have only their first.
        generation_since: Millis(match item.get("generationSince") {
            Some(_) => read_number(item, "generationSince")?,
            None => read_number(item, "createdAt")?,
        }),
        amount: Money::from_stored(read_number(item, "amount")?, read_text(item, "currency")?).map_err(unreadable)?,
        payment_id: optional("paymentId")?.map(str::to_owned),
        refund_id: optional("refundId")?.map(str::to_owned),
        refund_status: match optional("refundStatus")? {
            Some(status) => Some(status.parse().map_err(|_| unknown("refundStatus"))?),
            None => None,
        },
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

    use crate::gateway::RefundStatus;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let input =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let pending = PaymentRecord::pending(&FareRequest::from_json(&input).unwrap(), Millis(17));
        assert_eq!(record_of(&attributes(&pending)), Ok(pending.clone()));
        let full = PaymentRecord {
            payment_id: Some("pi_1".to_owned()),
            refund_id: Some("re_1".to_owned()),
            refund_status: Some(RefundStatus::Failed),
            generation: 2,
            generation_since: Millis(18),
            reason: Some(Reason::new("expired_card")),
            ..pending
        };
        assert_eq!(record_of(&attributes(&full)), Ok(full));
    }

    #[test]
    fn a_record_from_before_generations_were_raised_is_understood() {
        let input =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let pending = PaymentRecord::pending(&FareRequest::from_json(&input).unwrap(), Millis(17));
        let mut item = attributes(&pending);
        item.remove("generationSince");
        assert_eq!(record_of(&item), Ok(pending));
    }

    #[test]
    fn a_record_that_lacks_an_attribute_is_not_acted_upon() {
        let error = record_of(&Item::new()).unwrap_err();
        assert!(error.to_string().contains("`fareId` cannot be read"), "{error}");
    }
}
