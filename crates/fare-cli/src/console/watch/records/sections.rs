//! The books of one fare as sections of a page: lines of a label and a value, each with the state that made it so.

use fare_values::{EntryState, FareStatus, PaymentStatus};
use serde_json::{Value, json};

use super::super::made_by::{Change, made_by};
use super::super::runs::{Run, Runs};
use super::{AtGateway, Records};
use crate::amount::display_amount;
use crate::console::queues;
use crate::console::shared::now;
use crate::dossier::GatewayIntent;
use crate::observe::Entry;
use crate::report::{decision, visible};

/// What the gateway has of a fare, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Money {
    held: i64,
    captured: i64,
    refunded: i64,
}

/// Every section, by name.
pub(super) fn all(records: &Records, runs: &Runs) -> Vec<(&'static str, Value)> {
    vec![
        ("fare", section("Fare", fare(records, runs.all()))),
        ("payment", section("Payment", payment(records, runs.all()))),
        ("gateway", section("Payment gateway", gateway(records, runs.all()))),
        ("ledger", section("Ledger", ledger(records, runs.all()))),
        ("queues", queues(records, runs)),
        ("balance", balance(records, runs)),
    ]
}

fn section(title: &str, lines: Vec<Value>) -> Value {
    json!({ "title": title, "lines": lines })
}

fn line(label: &str, value: impl Into<String>, by: Option<String>) -> Value {
    json!({ "label": label, "value": visible(&value.into()), "by": by })
}

fn time(label: &str, at: Option<i64>, by: Option<String>) -> Option<Value> {
    at.map(|at| json!({ "label": label, "at": at, "by": by }))
}

fn money(records: &Records, amount: i64) -> String {
    display_amount(amount, currency(records))
}

fn currency(records: &Records) -> &str {
    let fare = records.fare.as_ref().and_then(|fare| fare.currency.as_deref());
    let payment = || records.payment.as_ref().and_then(|payment| payment.currency.as_deref());
    fare.or_else(payment).unwrap_or("usd")
}

fn fare(records: &Records, runs: &[Run]) -> Vec<Value> {
    let Some(fare) = &records.fare else { return Vec::new() };
    let registered = made_by(runs, Change::Registered, fare.registered_at);
    let decided = match fare.status {
        FareStatus::Registered => None,
        FareStatus::Completed => made_by(runs, Change::Completed, fare.decided_at),
        FareStatus::Failed => made_by(runs, Change::Failed, fare.decided_at),
    };
    let status = if fare.status == FareStatus::Registered { registered.clone() } else { decided.clone() };
    let mut lines = vec![line("status", decision(fare.status), status)];
    lines.extend(fare.customer_id.as_ref().map(|customer| line("customer", customer, registered.clone())));
    lines.extend(fare.amount.map(|amount| line("amount", money(records, amount), registered.clone())));
    lines.extend(time("registered", fare.registered_at, registered));
    lines.extend(time("decided", fare.decided_at, decided));
    lines
}

fn payment(records: &Records, runs: &[Run]) -> Vec<Value> {
    let Some(payment) = &records.payment else { return Vec::new() };
    let opened = made_by(runs, Change::Payment, payment.created_at);
    let changed = made_by(runs, Change::Payment, payment.updated_at);
    let mut lines = vec![line("status", payment.status.as_str().replace('_', " "), changed.clone())];
    lines.extend(payment.amount.map(|amount| line("amount", money(records, amount), opened.clone())));
    lines.extend(payment.reason.as_ref().map(|reason| line("reason", reason, changed.clone())));
    lines.extend(payment.payment_id.as_ref().map(|id| line("payment", id, opened.clone())));
    lines.extend(payment.refund_id.as_ref().map(|id| line("refund", id, changed.clone())));
    lines.extend(time("opened", payment.created_at, opened));
    lines.extend(time("changed", payment.updated_at, changed));
    lines
}

fn gateway(records: &Records, runs: &[Run]) -> Vec<Value> {
    let money_there = match &records.gateway {
        AtGateway::Unknown => return Vec::new(),
        AtGateway::Silent(why) => return vec![line("cannot be asked", why, None)],
        AtGateway::View(..) | AtGateway::Intents(_) => at_gateway(&records.gateway),
    };
    let last = |effects: &[&str]| match &records.gateway {
        AtGateway::View(_, log) => {
            let entry = log.iter().rfind(|entry| effects.contains(&entry.effect.as_str()));
            entry.and_then(|entry| made_by(runs, Change::Gateway, Some(entry.at)))
        }
        AtGateway::Unknown | AtGateway::Intents(_) | AtGateway::Silent(_) => None,
    };
    vec![
        line("held", money(records, money_there.held), last(&["hold_placed", "voided", "captured"])),
        line("captured", money(records, money_there.captured), last(&["captured"])),
        line("refunded", money(records, money_there.refunded), last(&["refunded"])),
    ]
}

fn at_gateway(gateway: &AtGateway) -> Money {
    match gateway {
        AtGateway::View(holdings, _) => {
            Money { held: holdings.held, captured: holdings.captured, refunded: holdings.refunded }
        }
        AtGateway::Intents(intents) => intents.iter().fold(Money::default(), with_intent),
        AtGateway::Unknown | AtGateway::Silent(_) => Money::default(),
    }
}

fn with_intent(sum: Money, GatewayIntent { intent, refunds }: &GatewayIntent) -> Money {
    let intent = &intent.object;
    let back = refunds.iter().fold(0_i64, |sum, refund| sum.saturating_add(refund.object.amount));
    Money {
        held: sum.held.saturating_add(intent.amount_capturable),
        captured: sum.captured.saturating_add(intent.amount_received),
        refunded: sum.refunded.saturating_add(back),
    }
}

fn ledger(records: &Records, runs: &[Run]) -> Vec<Value> {
    let mut lines = Vec::new();
    if let Some(credit) = &records.entries.credit {
        // A credit that was reversed keeps the time at which it was posted.
        let reversed = credit.state == EntryState::Reversed;
        let first = Change::Credit(if reversed { EntryState::Standing } else { credit.state });
        let posted = made_by(runs, first, credit.posted_at);
        let now = if reversed { made_by(runs, Change::Credit(credit.state), None) } else { posted.clone() };
        lines.push(line("credit", entry(credit), now));
        lines.extend(time("posted", credit.posted_at, posted));
    }
    if let Some(reversal) = &records.entries.reversal {
        let by = made_by(runs, Change::Reversal, reversal.posted_at);
        lines.push(line("reversal", entry(reversal), by.clone()));
        lines.extend(time("reversed", reversal.posted_at, by));
    }
    if let Some(account) = &records.account {
        let balances = account.balances.iter().map(|(currency, amount)| display_amount(*amount, currency));
        let balances: Vec<_> = balances.collect();
        let balance = if balances.is_empty() { money(records, 0) } else { balances.join(", ") };
        lines.push(line("balance", balance, None));
        lines.push(line("account", if account.open { "open" } else { "closed" }, None));
    }
    lines
}

fn entry(entry: &Entry) -> String {
    let amount = entry.amount.zip(entry.currency.as_deref()).map(|(amount, currency)| display_amount(amount, currency));
    match entry.state {
        EntryState::Standing => format!("{} stands", amount.unwrap_or_default()),
        EntryState::Reversed => format!("{} reversed", amount.unwrap_or_default()),
        EntryState::Tombstone => "barred: none was posted, and none can be".to_owned(),
    }
}

fn queues(records: &Records, runs: &Runs) -> Value {
    let mut messages: Vec<_> = records.messages.values().collect();
    messages.sort_by_key(|(message, _)| (message.sent_at, message.id.clone()));
    let messages = messages.into_iter().map(|(message, there)| queues::to_json(message, *there));
    let published = runs.all().iter().flat_map(published);
    let counts = records.counts.iter().map(|(queue, count)| json!({ "queue": queue, "count": count }));
    json!({
        "title": "Queues",
        "lines": published.collect::<Vec<_>>(),
        "messages": messages.collect::<Vec<_>>(),
        "counts": counts.collect::<Vec<_>>(),
    })
}

/// The notices that a run has published, by their own account.
fn published(run: &Run) -> Vec<Value> {
    let visits = run.visited().iter().enumerate().filter(|(_, visit)| visit.state.starts_with("Notify"));
    let done = visits.filter(|(_, visit)| visit.left_at.is_some() && visit.failed.is_none());
    done.map(|(number, visit)| {
        let output = run.steps.output(number);
        let id = output.and_then(|output| output.pointer("/notice/MessageId")).and_then(Value::as_str);
        let by = if run.is_recovery() { format!("{} (recovery)", visit.state) } else { visit.state.clone() };
        line("published", id.unwrap_or("a notice"), Some(by))
    })
    .collect()
}

/// Whether this fare's books balance: what the gateway has kept is what stands in the ledger, and nothing is held.
fn balance(records: &Records, runs: &Runs) -> Value {
    let there = at_gateway(&records.gateway);
    let net = there.captured.saturating_sub(there.refunded);
    let of = |entry: &Option<Entry>, counts: bool| {
        entry.as_ref().filter(|_| counts).and_then(|entry| entry.amount).unwrap_or_default()
    };
    let posted = |entry: &Option<Entry>| entry.as_ref().is_some_and(|entry| entry.state != EntryState::Tombstone);
    let credited = of(&records.entries.credit, posted(&records.entries.credit));
    let reversed = of(&records.entries.reversal, posted(&records.entries.reversal)).saturating_abs();
    let standing = credited.saturating_sub(reversed);
    let decided = records.fare.as_ref().is_none_or(|fare| fare.status != FareStatus::Registered);
    let under_way =
        runs.at_work() || records.read_at_work || runs.awaits_recovery(now()) || !decided || is_under_way(records);
    let word = match (&records.gateway, under_way) {
        (AtGateway::Silent(_) | AtGateway::Unknown, _) => "not known",
        (_, true) => "under way",
        (_, false) if net == standing && there.held == 0 => "balances",
        (_, false) => "does not balance",
    };
    let mut lines = vec![line("credited − reversed", money(records, standing), None)];
    if matches!(records.gateway, AtGateway::View(..) | AtGateway::Intents(_)) {
        lines.insert(0, line("captured − refunded", money(records, net), None));
        lines.push(line("held", money(records, there.held), None));
    }
    json!({ "title": "Balance", "word": word, "lines": lines })
}

/// Whether the payment is being made or taken back, so that money may be on its way.
fn is_under_way(records: &Records) -> bool {
    records.payment.as_ref().is_some_and(|payment| match payment.status {
        PaymentStatus::Pending | PaymentStatus::CaptureRefused | PaymentStatus::Cancelling => true,
        PaymentStatus::Captured
        | PaymentStatus::Declined
        | PaymentStatus::Voided
        | PaymentStatus::Refunded
        | PaymentStatus::Cancelled => false,
    })
}
