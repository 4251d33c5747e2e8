//! Everything that the three services have on record, for checks that look at all of it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::attributes::{Item, Record};
use super::records::{Account, FareRecord, LedgerEntries, PaymentRecord, account_of, fare_of, keep_entry, payment_of};
use crate::error::{Error, Result};
use crate::stack::Stack;

/// All records of a stack. Not one moment's view: read it when nothing writes any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// By fare id.
    pub fares: BTreeMap<String, FareRecord>,
    /// By fare id.
    pub payments: BTreeMap<String, PaymentRecord>,
    /// By fare id.
    pub entries: BTreeMap<String, LedgerEntries>,
    /// By customer id.
    pub accounts: BTreeMap<String, Account>,
    /// Every text in any attribute.
    pub texts: Vec<String>,
}

/// Reads all three tables, strongly consistent.
///
/// # Errors
/// When DynamoDB cannot be asked or a record is not one of this version's.
pub async fn tables(stack: &Stack) -> Result<Tables> {
    let outputs = &stack.outputs;
    let mut tables = Tables::default();
    for item in scan(stack, &outputs.fares_table).await? {
        let id = Record { table: "fares", key: "", item: &item }.text("fareId")?;
        tables.fares.insert(id.clone(), fare_of(&id, &item)?);
        tables.keep_texts(item);
    }
    for item in scan(stack, &outputs.payments_table).await? {
        let id = Record { table: "payments", key: "", item: &item }.text("fareId")?;
        tables.payments.insert(id.clone(), payment_of(&id, &item)?);
        tables.keep_texts(item);
    }
    for item in scan(stack, &outputs.ledger_table).await? {
        let key = Record { table: "ledger", key: "", item: &item }.text("pk")?;
        match key.split_once('#') {
            Some(("ACCOUNT", customer)) => {
                tables.accounts.insert(customer.to_owned(), account_of(customer, &item)?);
            }
            Some(("FARE", fare)) => keep_entry(tables.entries.entry(fare.to_owned()).or_default(), fare, &item)?,
            Some(_) | None => return Err(Error::Malformed { table: "ledger", key, attribute: "pk" }),
        }
        tables.keep_texts(item);
    }
    Ok(tables)
}

impl Tables {
    fn keep_texts(&mut self, item: Item) {
        let texts =
            item.into_values().filter_map(|value| if let AttributeValue::S(text) = value { Some(text) } else { None });
        self.texts.extend(texts);
    }
}

async fn scan(stack: &Stack, table: &str) -> Result<Vec<Item>> {
    let request = stack.clients.dynamodb.scan().table_name(table).consistent_read(true);
    let mut pages = request.into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.map_err(|error| Error::aws("Scan")(error.into()))?);
    }
    Ok(items)
}
