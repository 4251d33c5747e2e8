//! Records as they lie in a table, attribute by attribute.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use fare_values::FareId;
use function_host::Item;

use crate::client::Table;
use crate::draw::Names;

/// How many keys one request may ask for (DynamoDB API reference, BatchGetItem).
const KEYS_AT_A_TIME: usize = 100;

/// Attributes by name; texts in quotation marks, numbers without.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn row<const N: usize>(attributes: [(&str, String); N]) -> Row {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(crate) fn text(value: &str) -> String {
    format!("{value:?}")
}

fn shown(value: &AttributeValue) -> String {
    let of_text = value.as_s().map(|value| text(value));
    of_text.or_else(|value| value.as_n().cloned()).unwrap_or_else(|value| format!("{value:?}"))
}

/// The rows under these keys, for those that are there, which are there no more afterwards. Every attribute of the key must be
/// among `key_names`.
pub(crate) async fn take(table: &Table, key_names: &[&str], keys: Vec<Row>) -> BTreeMap<Row, Row> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(KEYS_AT_A_TIME) {
        let keys = keys.iter().map(as_key).collect();
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut left = HashMap::from([(table.name.clone(), wanted.expect("there are keys"))]);
        while !left.is_empty() {
            let answer =
                table.client.batch_get_item().set_request_items(Some(left)).send().await.expect("the table answers");
            for item in answer.responses().and_then(|tables| tables.get(&table.name)).into_iter().flatten() {
                let row: Row = item.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
                let key = row.iter().filter(|(name, _)| key_names.contains(&name.as_str()));
                found.insert(key.map(|(name, value)| (name.clone(), value.clone())).collect(), row);
            }
            left = answer.unprocessed_keys.unwrap_or_default();
        }
    }
    table.take_away(found.keys().map(as_key).collect()).await;
    found
}

/// The rows of a table whose key is `fareId`, for every fare under these names.
pub(crate) async fn by_fare(table: &Table, names: &[Names]) -> Vec<Vec<Option<Row>>> {
    let key = |fare: FareId| row([("fareId", text(fare.as_str()))]);
    let keys = names.iter().flat_map(Names::fares).map(key).collect();
    let found = take(table, &["fareId"], keys).await;
    names.iter().map(|names| names.fares().map(|fare| found.get(&key(fare)).cloned()).collect()).collect()
}

fn as_key(key: &Row) -> Item {
    key.iter().map(|(name, value)| (name.clone(), AttributeValue::S(value.trim_matches('"').to_owned()))).collect()
}
