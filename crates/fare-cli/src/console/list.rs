//! Executions and fares as one list, newest first, while any page looks at it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::FareStatus;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::feed::Parts;
use super::shared::Shared;
use super::{interfere, queues};
use crate::amount::display_amount;
use crate::error::{Error, Result};
use crate::execution::{ExecutionArn, millis};
use crate::fares::{ListedFare, Wanted, fares};
use crate::observe::FareRecord;
use crate::report::{decision, visible};

/// How soon is looked again: on this machine, and in an account.
const PAUSE: (Duration, Duration) = (Duration::from_millis(700), Duration::from_secs(5));
/// A look takes at most this part of the time.
const SHARE: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How many executions and how many fares are listed, newest first.
pub(super) const LISTED: usize = 1000;
/// How many undecided fares of an account are listed, oldest first: there, reading the whole table would cost its price.
const UNDECIDED: usize = 200;

/// What is told of the list as a whole: no execution and no fare has such a name.
const ABOUT: &str = "*";

/// Looks again and again while anybody wants to know.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut known = Parts::new();
    loop {
        shared.list.until_wanted().await;
        let began = Instant::now();
        match shared.heard(shared.in_time(look(&shared)).await) {
            Ok(parts) => known = parts,
            // What was known stays on the page, which says what is wrong.
            Err(error) => {
                let about = known.entry(ABOUT.to_owned()).or_insert_with(|| json!({}));
                if let Some(fields) = about.as_object_mut() {
                    fields.insert("problem".to_owned(), json!(visible(&error.in_full())));
                }
            }
        }
        shared.list.publish(known.clone());
        let pause = shared.pace(PAUSE.0, PAUSE.1).max(began.elapsed().saturating_mul(SHARE).min(LONGEST_PAUSE));
        shared.rest(pause).await;
    }
}

/// One execution of the list.
#[derive(Debug)]
struct Listed {
    arn: ExecutionArn,
    status: ExecutionStatus,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

async fn look(shared: &Shared) -> Result<Parts> {
    let outputs = &shared.stack.outputs;
    let wanted = if shared.is_local() {
        Wanted { status: None, before: None, limit: LISTED, newest: true }
    } else {
        Wanted { status: Some(FareStatus::Registered), before: None, limit: UNDECIDED, newest: false }
    };
    // One after the other: the engine is there for the fares.
    let executions = executions(shared, &outputs.state_machine_arn, LISTED).await?;
    let fares = fares(&shared.stack, wanted, unheard).await?;
    let seen = queues::seen(shared).await?;
    let attention = seen.messages.iter().filter(|message| message.queue == "attention");
    let attention: BTreeSet<&str> = attention.filter_map(|message| message.execution.as_deref()).collect();
    let waiting = seen.counts.iter().find(|(queue, _)| *queue == "attention").map(|(_, count)| *count);
    let mut parts = rows(&executions, &fares.fares, &attention);
    let about = json!({
        "more": executions.len() >= LISTED || fares.more,
        "attention": waiting,
        "faults": interfere::queued(shared).await,
    });
    parts.insert(ABOUT.to_owned(), about);
    Ok(parts)
}

/// Nobody is told how far the reading has come.
fn unheard(_seen: usize) {}

/// The newest executions of a machine.
async fn executions(shared: &Shared, machine: &str, most: usize) -> Result<Vec<Listed>> {
    let request = shared.stack.clients.sfn.list_executions().state_machine_arn(machine);
    let mut pages = request.max_results(i32::try_from(most).unwrap_or(i32::MAX)).into_paginator().send();
    let mut found = Vec::new();
    while found.len() < most
        && let Some(page) = pages.next().await
    {
        let page = page.map_err(|error| Error::aws("ListExecutions")(error.into()))?;
        found.extend(page.executions().iter().map(|execution| Listed {
            arn: ExecutionArn::new(execution.execution_arn()),
            status: execution.status().clone(),
            started_at: millis(Some(execution.start_date())),
            ended_at: millis(execution.stop_date()),
        }));
    }
    found.truncate(most);
    Ok(found)
}

/// A row for each execution, with the fare of its name, and for each other fare.
fn rows(executions: &[Listed], fares: &[ListedFare], attention: &BTreeSet<&str>) -> Parts {
    let by_id: BTreeMap<&str, &ListedFare> = fares.iter().map(|fare| (fare.id.as_str(), fare)).collect();
    let mut rows = Parts::new();
    // The oldest first, so that a number stays what it is when there are newer ones.
    for (number, execution) in executions.iter().rev().enumerate() {
        let name = execution.arn.name();
        let needs_attention = attention.contains(execution.arn.as_str());
        let fare = by_id.get(name).and_then(|fare| fare.record.as_ref());
        rows.insert(key(name, number), row(name, Some(execution), fare, needs_attention));
    }
    for (number, fare) in fares.iter().rev().enumerate() {
        let key = key(&fare.id, executions.len().saturating_add(number));
        rows.entry(key).or_insert_with(|| row(&fare.id, None, fare.record.as_ref(), false));
    }
    rows
}

/// The name of a row. Where that of an execution may not be shown, the page does not get it at all.
fn key(name: &str, number: usize) -> String {
    let shown = visible(name);
    if shown == name { shown } else { format!("{shown} {number}") }
}

fn row(id: &str, execution: Option<&Listed>, fare: Option<&FareRecord>, attention: bool) -> Value {
    let amount = fare.and_then(|fare| Some(display_amount(fare.amount?, fare.currency.as_deref()?)));
    let since = fare.and_then(|fare| fare.registered_at.or(fare.decided_at));
    json!({
        "id": visible(id),
        "execution": execution.map(|execution| execution.status.as_str()),
        "fare": fare.map(|fare| decision(fare.status)),
        "amount": amount,
        "attention": attention,
        "at": execution.and_then(|execution| execution.started_at).or(since),
        "endedAt": execution.and_then(|execution| execution.ended_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str) -> Listed {
        let arn = ExecutionArn::new(format!("arn:aws:states:r:1:execution:m:{name}"));
        Listed { arn, status: ExecutionStatus::Failed, started_at: Some(5), ended_at: Some(9) }
    }

    fn fare(id: &str) -> ListedFare {
        let record = FareRecord {
            status: FareStatus::Registered,
            customer_id: None,
            amount: Some(2000),
            currency: Some("usd".to_owned()),
            registered_at: Some(7),
            decided_at: None,
        };
        ListedFare { id: id.to_owned(), record: Some(record) }
    }

    #[test]
    fn an_execution_and_the_fare_of_its_name_are_one_row() {
        let attention = BTreeSet::from(["arn:aws:states:r:1:execution:m:wr_1"]);
        let rows = rows(&[listed("wr_1"), listed("wr_1_again")], &[fare("wr_1"), fare("wr_2")], &attention);
        assert_eq!(rows.keys().collect::<Vec<_>>(), ["wr_1", "wr_1_again", "wr_2"]);
        let both = &rows["wr_1"];
        assert_eq!((&both["execution"], &both["fare"]), (&json!("FAILED"), &json!("undecided")));
        assert_eq!((&both["attention"], &both["amount"], &both["at"]), (&json!(true), &json!("$20.00"), &json!(5)));
        assert_eq!((&rows["wr_1_again"]["fare"], &rows["wr_2"]["at"]), (&Value::Null, &json!(7)));
    }

    #[test]
    fn a_name_that_may_not_be_shown_does_not_reach_the_page() {
        let rows = rows(&[listed("4242424242424242"), listed("a\u{202e}b")], &[], &BTreeSet::new());
        assert_eq!(rows.len(), 2);
        let told = json!(rows).to_string();
        assert!(!told.contains("4242") && !told.contains('\u{202e}'), "{told}");
    }
}
