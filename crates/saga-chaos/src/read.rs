//! Reading the truth from where it is true: the tables, the gateway's log and holdings, and the queues.

use std::collections::{BTreeMap, HashMap};

use fare_cli::observe::{self, GatewayView, Holdings, LogEntry, Mailbox, Notice, Tables};
use fare_cli::{Result, Stack};
use futures::{StreamExt, TryStreamExt, stream};

use crate::plan::{CARD_NUMBER, FarePlan};
use crate::play::Started;
use crate::settle::Ends;
use crate::snapshot::{ExecutionSnapshot, FareSnapshot, Snapshot};

/// How many questions are asked at the same time.
const QUESTIONS: usize = 8;

/// Everything that is true of the fares that were played, and what else there is.
pub(crate) async fn snapshot(
    stack: &Stack,
    view: &GatewayView,
    mailbox: &Mailbox,
    plans: &[FarePlan],
    started: &[Started],
    ends: &Ends,
) -> Result<Snapshot> {
    mailbox.settle().await?;
    let notices = mailbox.addressed().await;
    let log = view.log(None).await?;
    let mut tables = observe::tables(stack).await?;
    let mut snapshot = Snapshot {
        card_numbers: card_numbers(&tables, &notices, &log),
        dead_letters: mailbox.dead_letters().await?,
        accounts: std::mem::take(&mut tables.accounts),
        ..Snapshot::default()
    };

    let mut executions = by_fare(plans.len(), started, ends, notices, &mut snapshot.strangers);
    snapshot.strangers.extend(mailbox.unaddressed().await.into_iter().map(|notice| format!("notice {}", notice.body)));
    let mut logs: HashMap<String, Vec<LogEntry>> = HashMap::new();
    for entry in log {
        if let Some(reference) = entry.fare_reference.clone() {
            logs.entry(reference).or_default().push(entry);
        }
    }
    let holdings: Vec<Holdings> = stream::iter(plans)
        .map(async |plan| view.holdings(&stack.fare_reference(&plan.id)).await)
        .buffered(QUESTIONS)
        .try_collect()
        .await?;
    for ((plan, holdings), executions) in plans.iter().zip(holdings).zip(executions.drain(..)) {
        snapshot.fares.push(FareSnapshot {
            id: plan.id.clone(),
            story: plan.story,
            payloads: plan.payloads.clone(),
            executions,
            fare: tables.fares.remove(&plan.id),
            payment: tables.payments.remove(&plan.id),
            entries: tables.entries.remove(&plan.id).unwrap_or_default(),
            holdings,
            log: logs.remove(&stack.fare_reference(&plan.id)).unwrap_or_default(),
        });
    }
    snapshot.strangers.extend(strangers(tables, logs));
    Ok(snapshot)
}

/// The executions of each fare, with what was sent in their names. What names none of them is a stranger.
fn by_fare(
    fares: usize,
    started: &[Started],
    ends: &Ends,
    notices: Vec<Notice>,
    strangers: &mut Vec<String>,
) -> Vec<Vec<ExecutionSnapshot>> {
    let mut sent: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
    for notice in notices {
        sent.entry(notice.text("execution").unwrap_or_default().to_owned()).or_default().push(notice);
    }
    let mut executions: Vec<Vec<ExecutionSnapshot>> = vec![vec![]; fares];
    for one in started {
        if let Some(fare) = executions.get_mut(one.fare) {
            fare.push(ExecutionSnapshot {
                arn: one.arn.clone(),
                payload: one.payload,
                ended: ends.of(&one.arn),
                recoveries: ends.recoveries_of(&one.arn),
                notices: sent.remove(one.arn.as_str()).unwrap_or_default(),
            });
        }
    }
    strangers.extend(sent.into_keys().map(|execution| format!("notice of execution {execution}")));
    executions
}

fn strangers(tables: Tables, logs: HashMap<String, Vec<LogEntry>>) -> Vec<String> {
    let fares = tables.fares.into_keys().map(|id| format!("fare {id}"));
    let payments = tables.payments.into_keys().map(|id| format!("payment of fare {id}"));
    let entries = tables.entries.into_keys().map(|id| format!("ledger entries of fare {id}"));
    let asked = logs.into_keys().map(|reference| format!("requests to the gateway about {reference}"));
    fares.chain(payments).chain(entries).chain(asked).collect()
}

fn card_numbers(tables: &Tables, notices: &[Notice], log: &[LogEntry]) -> Vec<&'static str> {
    let holds = |text: &str| text.contains(CARD_NUMBER);
    let places = [
        ("the tables", tables.texts.iter().any(|text| holds(text))),
        ("a queue", notices.iter().any(|notice| holds(&notice.body))),
        ("the gateway's log", log.iter().any(|entry| holds(&format!("{entry:?}")))),
    ];
    places.into_iter().filter_map(|(place, held)| held.then_some(place)).collect()
}
