//! Records that nobody can read for a while.
//!
//! A function that meets one answers that its store is unavailable, and the state machine tries again: the execution stays
//! where it is for as long as a test likes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use fare_values::FareStatus;

use crate::world::{Fare, World};

type Item = HashMap<String, AttributeValue>;

/// A record that is only its key until the gate opens.
pub(crate) struct Gate {
    table: String,
    key: Item,
    kept: Option<Item>,
}

impl Gate {
    /// No decision can be made about the fare.
    pub(crate) async fn before_decision(world: &World, fare: &Fare) -> Self {
        Self::close(world, &world.stack.outputs.fares_table, [("fareId", fare.id.clone())]).await
    }

    /// The fare's payment can be neither made nor undone.
    pub(crate) async fn before_payment(world: &World, fare: &Fare) -> Self {
        Self::close(world, &world.stack.outputs.payments_table, [("fareId", fare.id.clone())]).await
    }

    /// The fare can be neither credited nor debited.
    pub(crate) async fn before_ledger(world: &World, fare: &Fare) -> Self {
        let key = [("pk", format!("FARE#{}", fare.id)), ("sk", "CREDIT".to_owned())];
        Self::close(world, &world.stack.outputs.ledger_table, key).await
    }

    async fn close<const N: usize>(world: &World, table: &str, key: [(&str, String); N]) -> Self {
        let key = Item::from(key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value))));
        let read = world.clients().dynamodb.get_item().table_name(table).set_key(Some(key.clone()));
        let found = read.consistent_read(true).send().await.expect("the table answers");
        put(world, table, key.clone()).await;
        Self { table: table.to_owned(), key, kept: found.item }
    }

    /// Leaves the record as it was found.
    pub(crate) async fn open(self, world: &World) {
        match self.kept {
            Some(item) => put(world, &self.table, item).await,
            None => {
                let request = world.clients().dynamodb.delete_item().table_name(&self.table);
                request.set_key(Some(self.key)).send().await.map(drop).expect("the table answers");
            }
        }
    }

    /// Leaves a fare's record as if somebody had decided it so meanwhile.
    pub(crate) async fn open_as(self, world: &World, decision: FareStatus) {
        let mut item = self.kept.expect("the fare was registered");
        item.insert("status".to_owned(), AttributeValue::S(decision.as_str().to_owned()));
        item.insert("decidedAt".to_owned(), item["registeredAt"].clone());
        put(world, &self.table, item).await;
    }
}

async fn put(world: &World, table: &str, item: Item) {
    let request = world.clients().dynamodb.put_item().table_name(table).set_item(Some(item));
    request.send().await.map(drop).expect("the table answers");
}
