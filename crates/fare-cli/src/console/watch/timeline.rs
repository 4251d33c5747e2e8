//! One timeline of everything: what the executions did, and what changed in each book by it.

use fare_values::{EntryState, FareStatus};
use serde_json::{Value, json};

use super::made_by::{Change, made_by};
use super::records::{AtGateway, Records};
use super::runs::{Run, Runs};
use crate::amount::display_amount;
use crate::dossier::Source;
use crate::execution::Visited;
use crate::observe::LogEntry;
use crate::report::visible;

/// What can be asked of the gateway that changes nothing, by the simulator's names.
const READS: [&str; 5] = ["retrieve", "list", "search", "retrieve_refund", "list_refunds"];

/// One line, with when it happened.
struct Entry {
    at: i64,
    source: &'static str,
    what: String,
    amount: Option<String>,
    by: Option<String>,
}

/// Everything that has a time, oldest first.
pub(super) fn entries(runs: &Runs, records: &Records) -> Vec<Value> {
    let mut entries = Vec::new();
    runs.all().iter().for_each(|run| of_run(run, &mut entries));
    of_fare(records, runs.all(), &mut entries);
    of_payment(records, runs.all(), &mut entries);
    of_ledger(records, runs.all(), &mut entries);
    if let AtGateway::View(_, log) = &records.gateway {
        let asked = log.iter().map(|entry| of_gateway(entry, runs.all()));
        // Where no state was at work to ask, whoever looks at the books did: this console, as a rule.
        let is_telling =
            |told: &Entry, entry: &LogEntry| told.by.is_some() || !READS.contains(&entry.operation.as_str());
        entries.extend(asked.zip(log).filter(|(told, entry)| is_telling(told, entry)).map(|(told, _)| told));
    }
    for (message, _) in records.messages.values() {
        let run = runs.all().iter().find(|run| message.execution.as_deref() == Some(run.described.arn.as_str()));
        let sent = run.and_then(|run| published_at(run, message.sent_at)).or(message.sent_at);
        let by = made_by(runs.all(), Change::Notice, sent);
        let what = format!("a message is in the queue {}", message.queue);
        entries.extend(sent.map(|at| Entry { at, source: "queue", what, amount: None, by }));
    }
    // Stable: what happened in one millisecond stays in the order of its source.
    entries.sort_by_key(|entry| entry.at);
    entries.iter().map(to_json).collect()
}

/// When a message was sent, by the state that published it. Of the local engines one knows it to the second only, and the other
/// does not say it.
fn published_at(run: &Run, sent: Option<i64>) -> Option<i64> {
    let mut notices = run.visited().iter().filter(|visit| visit.state.starts_with("Notify"));
    let within = |at: &i64| match sent {
        Some(sent) => sent % 1000 == 0 && (sent..sent.saturating_add(1000)).contains(at),
        None => true,
    };
    notices.find_map(|visit| visit.left_at.filter(within))
}

fn to_json(entry: &Entry) -> Value {
    json!({
        "at": entry.at,
        "source": entry.source,
        "what": visible(&entry.what),
        "amount": entry.amount,
        "by": entry.by,
    })
}

fn of_run(run: &Run, entries: &mut Vec<Entry>) {
    let source = if run.is_recovery() { Source::Recovery } else { Source::Execution };
    let entry = |at: i64, what: String| Entry { at, source: source.word(), what, amount: None, by: None };
    let name = run.described.arn.name();
    entries.extend(run.described.started_at.map(|at| entry(at, format!("{name} started"))));
    for visit in run.visited() {
        entries.push(entry(visit.entered_at, format!("{} entered", visit.state)));
        entries.extend(left(visit).map(|(at, what)| entry(at, what)));
    }
    if !run.described.is_running() {
        entries.extend(run.described.ended_at.map(|at| entry(at, format!("{name} ended: {}", run.described.ending()))));
    }
}

fn left(visit: &Visited) -> Option<(i64, String)> {
    let at = visit.left_at?;
    let tries = if visit.attempts > 1 { format!(" at attempt {}", visit.attempts) } else { String::new() };
    // What takes no time is told by its entry alone.
    match visit.caught() {
        Some(error) => Some((at, format!("{} caught {error}{tries}", visit.state))),
        None if visit.attempts > 0 => Some((at, format!("{} done{tries}", visit.state))),
        None => None,
    }
}

fn of_fare(records: &Records, runs: &[Run], entries: &mut Vec<Entry>) {
    let Some(fare) = &records.fare else { return };
    let amount =
        || fare.amount.zip(fare.currency.as_deref()).map(|(amount, currency)| display_amount(amount, currency));
    let mut add = |at: Option<i64>, what: &str, change: Change| {
        let entry = |at| Entry {
            at,
            source: Source::Fares.word(),
            what: what.to_owned(),
            amount: amount(),
            by: made_by(runs, change, Some(at)),
        };
        entries.extend(at.map(entry));
    };
    add(fare.registered_at, "registered", Change::Registered);
    match fare.status {
        FareStatus::Registered => {}
        FareStatus::Completed => add(fare.decided_at, "decided: completed", Change::Completed),
        FareStatus::Failed => add(fare.decided_at, "decided: failed", Change::Failed),
    }
}

fn of_payment(records: &Records, runs: &[Run], entries: &mut Vec<Entry>) {
    let Some(payment) = &records.payment else { return };
    let (amount, currency) = (payment.amount, payment.currency.as_deref());
    let mut add = |at: Option<i64>, what: String| {
        let amount = amount.zip(currency).map(|(amount, currency)| display_amount(amount, currency));
        let entry = |at| Entry {
            at,
            source: Source::Payments.word(),
            what,
            amount,
            by: made_by(runs, Change::Payment, Some(at)),
        };
        entries.extend(at.map(entry));
    };
    if payment.created_at != payment.updated_at {
        add(payment.created_at, "opened".to_owned());
    }
    let reason = payment.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    add(payment.updated_at.or(payment.created_at), format!("{}{reason}", payment.status.as_str().replace('_', " ")));
}

fn of_ledger(records: &Records, runs: &[Run], entries: &mut Vec<Entry>) {
    let both = [("credit", &records.entries.credit), ("reversal", &records.entries.reversal)];
    for (name, entry) in both {
        let Some((entry, at)) = entry.as_ref().and_then(|entry| Some((entry, entry.posted_at?))) else { continue };
        let tombstone = entry.state == EntryState::Tombstone;
        let change = match (name, tombstone) {
            ("reversal", _) => Change::Reversal,
            (_, true) => Change::Credit(EntryState::Tombstone),
            (_, false) => Change::Credit(EntryState::Standing),
        };
        let amount = entry.amount.zip(entry.currency.as_deref()).filter(|_| !tombstone);
        entries.push(Entry {
            at,
            source: Source::Ledger.word(),
            what: format!("{name} {}", if tombstone { "barred" } else { "posted" }),
            amount: amount.map(|(amount, currency)| display_amount(amount, currency)),
            by: made_by(runs, change, Some(at)),
        });
    }
}

fn of_gateway(entry: &LogEntry, runs: &[Run]) -> Entry {
    let effect = if entry.effect == "none" { "no effect".to_owned() } else { entry.effect.replace('_', " ") };
    let replayed = if entry.replayed { ", a kept answer" } else { "" };
    let fault = entry.fault.as_deref().map(|fault| format!(", fault {fault}")).unwrap_or_default();
    let amount = entry.amount.zip(entry.currency.as_deref()).filter(|_| entry.effect != "none");
    Entry {
        at: entry.at,
        source: Source::Gateway.word(),
        what: format!("{} answered {}: {effect}{replayed}{fault}", entry.operation, entry.status),
        amount: amount.map(|(amount, currency)| display_amount(amount, currency)),
        by: made_by(runs, Change::Gateway, Some(entry.at)),
    }
}
