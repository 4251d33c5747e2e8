//! Fares by status and age, out of the fares table.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use fare_values::FareStatus;
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};

use crate::error::{Error, Result};
use crate::observe::{self, FareRecord, Item, fare_of};
use crate::stack::Stack;

/// The index of the fares on which nothing is decided.
const UNDECIDED: &str = "undecided";
/// The values that its key has: a fare is under one of them by its payload's hash.
const SHARDS: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];
/// How many questions are under way at a time.
const AT_A_TIME: usize = 16;
/// How many fares of the index are asked for at a time.
const LARGEST_PAGE: i32 = 500;
/// What is read of a fare. Nothing of how it is paid.
const READ: &str = "fareId, customerId, amount, currency, #status, registeredAt, decidedAt";
/// When a fare is from: its registration, or its decision where it was cancelled before it came.
const BEFORE: &str = "(registeredAt <= :before OR (attribute_not_exists(registeredAt) AND decidedAt <= :before))";

/// Which fares.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Of this status only.
    pub status: Option<FareStatus>,
    /// From then or before, in milliseconds since the epoch.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: usize,
    /// The newest rather than the oldest.
    pub newest: bool,
}

/// One fare of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFare {
    /// The fare's id.
    pub id: String,
    /// What is on record; `None` where that is none of this version's.
    pub record: Option<FareRecord>,
}

impl ListedFare {
    /// When it was registered, or decided where it was cancelled before it came, in milliseconds since the epoch.
    #[must_use]
    pub fn since(&self) -> Option<i64> {
        let record = self.record.as_ref()?;
        record.registered_at.or(record.decided_at)
    }
}

/// The fares that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FareList {
    /// The oldest first, or the newest.
    pub fares: Vec<ListedFare>,
    /// Whether there are more than were wanted.
    pub more: bool,
}

/// The fares that are wanted, by age. Undecided ones are found in their index; for others the whole table is read, page by
/// page, and `read` is told how many fares have been seen; no more than wanted are kept.
///
/// # Errors
/// When DynamoDB cannot be asked or a record is not one of this version's.
pub async fn fares(stack: &Stack, wanted: Wanted, read: impl Fn(usize)) -> Result<FareList> {
    match wanted.status {
        Some(FareStatus::Registered) => undecided(stack, wanted).await,
        Some(FareStatus::Completed | FareStatus::Failed) | None => scanned(stack, wanted, read).await,
    }
}

async fn scanned(stack: &Stack, wanted: Wanted, read: impl Fn(usize)) -> Result<FareList> {
    let mut filters = Vec::new();
    let mut values = HashMap::new();
    if let Some(status) = wanted.status {
        filters.push("#status = :status");
        values.insert(":status".to_owned(), AttributeValue::S(status.as_str().to_owned()));
    }
    if let Some(before) = wanted.before {
        filters.push(BEFORE);
        values.insert(":before".to_owned(), AttributeValue::N(before.to_string()));
    }
    let request = stack.clients.dynamodb.scan().table_name(&stack.outputs.fares_table).consistent_read(true);
    let request = request.projection_expression(READ).expression_attribute_names("#status", "status");
    let request = request
        .set_filter_expression((!filters.is_empty()).then(|| filters.join(" AND ")))
        .set_expression_attribute_values((!values.is_empty()).then_some(values));
    let mut pages = request.into_paginator().send();
    let mut kept = Kept::new(wanted);
    let mut seen: usize = 0;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::aws("Scan")(error.into()))?;
        seen = seen.saturating_add(usize::try_from(page.scanned_count()).unwrap_or_default());
        read(seen);
        for item in page.items() {
            let id = id_of(item)?;
            let record = readable(fare_of(&id, item))?;
            kept.add(ListedFare { id, record });
        }
    }
    Ok(kept.list())
}

/// Each shard of the index is in the order of age, so no more is read of it than may be wanted.
async fn undecided(stack: &Stack, wanted: Wanted) -> Result<FareList> {
    let ids = try_join_all(SHARDS.map(|shard| undecided_in(stack, wanted, shard))).await?;
    let ids = ids.into_iter().flatten();
    let mut kept = Kept::new(wanted);
    let mut fares = stream::iter(ids)
        .map(|id| async move {
            // The index lags behind, and a release that knows nothing of it leaves decided fares there.
            let record = match readable(observe::fare(stack, &id).await)? {
                Some(Some(record)) if record.status == FareStatus::Registered => Some(record),
                Some(_) => return Ok(None),
                None => None,
            };
            Ok::<_, Error>(Some(ListedFare { id, record }))
        })
        .buffer_unordered(AT_A_TIME);
    while let Some(fare) = fares.try_next().await? {
        fare.into_iter().for_each(|fare| kept.add(fare));
    }
    Ok(kept.list())
}

async fn undecided_in(stack: &Stack, wanted: Wanted, shard: &str) -> Result<Vec<String>> {
    let request = stack.clients.dynamodb.query().table_name(&stack.outputs.fares_table).index_name(UNDECIDED);
    let before = wanted.before.unwrap_or(i64::MAX);
    let mut items = request
        .key_condition_expression("undecided = :shard AND registeredAt <= :before")
        .filter_expression("#status = :registered")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":shard", AttributeValue::S(shard.to_owned()))
        .expression_attribute_values(":before", AttributeValue::N(before.to_string()))
        .expression_attribute_values(":registered", AttributeValue::S(FareStatus::Registered.as_str().to_owned()))
        .scan_index_forward(!wanted.newest)
        .limit(i32::try_from(wanted.limit).unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE))
        .into_paginator()
        .items()
        .send();
    let mut ids = Vec::new();
    // One more than wanted tells that there are more.
    while ids.len() <= wanted.limit
        && let Some(item) = items.next().await
    {
        ids.push(id_of(&item.map_err(|error| Error::aws("Query")(error.into()))?)?);
    }
    Ok(ids)
}

/// What cannot be made out is listed without its record: the others are to be seen all the same.
fn readable<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(record) => Ok(Some(record)),
        Err(Error::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn id_of(item: &Item) -> Result<String> {
    let id = item.get("fareId").and_then(|value| value.as_s().ok());
    id.cloned().ok_or_else(|| Error::Malformed { table: "fares", key: String::new(), attribute: "fareId" })
}

/// No more fares than are wanted, of however many.
struct Kept {
    wanted: Wanted,
    /// By age, the wanted ones first.
    fares: BTreeMap<(i64, String), ListedFare>,
    more: bool,
}

impl Kept {
    fn new(wanted: Wanted) -> Self {
        Self { wanted, fares: BTreeMap::new(), more: false }
    }

    fn add(&mut self, fare: ListedFare) {
        // What has no time of its own is as old as can be.
        let since = fare.since().unwrap_or_default();
        let rank = if self.wanted.newest { since.saturating_neg() } else { since };
        self.fares.insert((rank, fare.id.clone()), fare);
        if self.fares.len() > self.wanted.limit {
            self.fares.pop_last();
            self.more = true;
        }
    }

    fn list(self) -> FareList {
        FareList { fares: self.fares.into_values().collect(), more: self.more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(newest: bool, limit: usize, times: &[i64]) -> FareList {
        let mut kept = Kept::new(Wanted { status: None, before: None, limit, newest });
        for (at, number) in times.iter().zip(1..) {
            let record = Some(FareRecord {
                status: FareStatus::Registered,
                customer_id: None,
                amount: None,
                currency: None,
                registered_at: Some(*at),
                decided_at: None,
            });
            kept.add(ListedFare { id: format!("wr_{number}"), record });
        }
        kept.list()
    }

    fn times(list: &FareList) -> Vec<i64> {
        list.fares.iter().filter_map(ListedFare::since).collect()
    }

    #[test]
    fn the_oldest_are_kept_or_the_newest() {
        let oldest = kept(false, 2, &[5, 3, 9, 1]);
        assert_eq!((times(&oldest), oldest.more), (vec![1, 3], true));
        let newest = kept(true, 2, &[5, 3, 9, 1]);
        assert_eq!((times(&newest), newest.more), (vec![9, 5], true));
    }

    #[test]
    fn fares_of_the_same_moment_are_all_listed() {
        let list = kept(false, 9, &[5, 5, 5]);
        assert_eq!((list.fares.len(), list.more), (3, false));
    }
}
