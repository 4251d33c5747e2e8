//! The journal in DynamoDB. Key `journal` and `position`; no TTL, because a journal with a hole is none.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use fare_values::{Conditional, StoreUnavailable};
use function_host::{Item, put_if_absent, read_number, read_text, store_unavailable, text};

use super::{Appended, Entry, Journal, Page};

/// The one journal of a table, so that all of it is one partition, which is read and written in order.
const JOURNAL: &str = "gateway";

/// How many entries are read at a time: no more than can be read well within the time for one attempt.
const PAGE: i32 = 500;

/// A journal in a DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamoDbJournal {
    client: Client,
    table: String,
}

impl DynamoDbJournal {
    /// What the journal asks of the table, as IAM names it.
    pub const CALLS: [&str; 2] = ["dynamodb:PutItem", "dynamodb:Query"];

    /// The journal in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

impl Journal for DynamoDbJournal {
    async fn read_after(&self, position: u64) -> Result<Page, StoreUnavailable> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .limit(PAGE)
            .key_condition_expression("#journal = :journal AND #position > :position")
            .expression_attribute_names("#journal", "journal")
            .expression_attribute_names("#position", "position")
            .expression_attribute_values(":journal", text(JOURNAL))
            .expression_attribute_values(":position", AttributeValue::N(position.to_string()))
            .send()
            .await;
        let page = answer.map_err(|error| store_unavailable(&error))?;
        let entries = page.items().iter().map(entry_of).collect::<Result<_, _>>()?;
        Ok(Page { entries, more: page.last_evaluated_key().is_some() })
    }

    async fn append(&self, entry: &Entry) -> Result<Appended, StoreUnavailable> {
        let written = (entry.id.clone(), item_of(entry)?);
        let id_of = |standing: &Item| read_text(standing, "id").map(str::to_owned);
        Ok(match put_if_absent(&self.client, &self.table, "journal", written, id_of).await? {
            Conditional::Written(_) => Appended::Written,
            // The client sends a request again whose answer was lost, and then meets the entry that it wrote.
            Conditional::Refused(Some(standing)) if standing == entry.id => Appended::Written,
            Conditional::Refused(_) => Appended::Taken,
        })
    }
}

fn item_of(entry: &Entry) -> Result<Item, StoreUnavailable> {
    let request = serde_json::to_string(&entry.request)
        .map_err(|_| StoreUnavailable::because("the request cannot be written as JSON"))?;
    Ok(HashMap::from([
        ("journal".to_owned(), text(JOURNAL)),
        ("position".to_owned(), AttributeValue::N(entry.position.to_string())),
        ("id".to_owned(), text(&entry.id)),
        ("at".to_owned(), AttributeValue::N(entry.at_ms.to_string())),
        ("request".to_owned(), text(request)),
    ]))
}

fn entry_of(item: &Item) -> Result<Entry, StoreUnavailable> {
    Ok(Entry {
        position: read_unsigned(item, "position")?,
        id: read_text(item, "id")?.to_owned(),
        at_ms: read_unsigned(item, "at")?,
        request: serde_json::from_str(read_text(item, "request")?).map_err(|_| unreadable("request"))?,
    })
}

fn read_unsigned(item: &Item, name: &str) -> Result<u64, StoreUnavailable> {
    u64::try_from(read_number(item, name)?).map_err(|_| unreadable(name))
}

fn unreadable(name: &str) -> StoreUnavailable {
    StoreUnavailable::because(format!("the entry's attribute `{name}` cannot be read"))
}

#[cfg(test)]
mod tests {
    use gateway_simulator::Request;

    use super::*;

    fn entry() -> Entry {
        Entry {
            position: 7,
            id: "a-b-c".to_owned(),
            at_ms: 1_000,
            request: Request::post("/v1/refunds", &[("payment_intent", "pi_1")]).with_idempotency_key("key"),
        }
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        assert_eq!(entry_of(&item_of(&entry()).unwrap()), Ok(entry()));
    }

    #[test]
    fn no_key_to_the_gateway_is_written() {
        let entry = Entry { request: entry().request.with_api_key("sk_test_secret"), ..entry() };
        assert!(!format!("{:?}", item_of(&entry).unwrap()).contains("secret"));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_not_passed_over() {
        let mut item = item_of(&entry()).unwrap();
        item.insert("request".to_owned(), text("{"));
        let error = entry_of(&item).unwrap_err();
        assert!(error.to_string().contains("`request` cannot be read"), "{error}");
    }
}
