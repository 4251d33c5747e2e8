//! How each cell is made.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::EntryState;

use super::{Cell, Column};
use crate::amount::display_amount;
use crate::execution::Visit;
use crate::observe::{Notice, Queue};
use crate::report::short_path;
use crate::scenarios::{Expected, ExpectedExecution, ExpectedNotice, Ids, Observed, ObservedExecution, Scenario};

const CURRENCY: &str = "usd";

pub(super) fn all(scenario: &Scenario, ids: &Ids, observed: &Observed) -> Vec<Cell> {
    let expected = expected_executions(scenario);
    vec![
        outcome(&expected, &observed.executions),
        path(&expected, &observed.executions),
        records(&scenario.expected, observed),
        gateway(&scenario.expected, observed),
        balance(&scenario.expected, observed),
        queue(&expected, scenario.expected.unseen, ids, &observed.executions),
    ]
}

pub(super) fn unobserved(scenario: &Scenario, why: &str) -> Vec<Cell> {
    let expected = expected_executions(scenario);
    let outcome = Cell { found: why.to_owned(), as_expected: false, ..outcome(&expected, &[]) };
    let records = Cell { as_expected: false, ..expected_records(&scenario.expected) };
    let nothing = |column, expected| Cell::same(column, expected, "not observed".to_owned());
    vec![
        outcome,
        nothing(Column::Path, list(expected.iter().map(|execution| expected_path(execution)))),
        Cell { found: "not observed".to_owned(), ..records },
        nothing(Column::Gateway, expected_gateway(&scenario.expected)),
        nothing(Column::Balance, display_amount(scenario.expected.balance, CURRENCY)),
        nothing(Column::Queue, list(expected.iter().map(|execution| expected_notice(execution.notice)))),
    ]
}

fn expected_executions(scenario: &Scenario) -> Vec<&ExpectedExecution> {
    scenario.starts.iter().filter_map(|start| start.expected.as_ref()).collect()
}

fn outcome(expected: &[&ExpectedExecution], found: &[ObservedExecution]) -> Cell {
    let wanted = expected.iter().map(|execution| if execution.succeeds { "succeeded" } else { "failed" }.to_owned());
    let got = found.iter().map(|execution| match (&execution.ended.status, execution.ended.error.as_deref()) {
        (ExecutionStatus::Succeeded, _) => "succeeded".to_owned(),
        // Any other error is an execution that broke instead of ending.
        (ExecutionStatus::Failed, Some("FareProcessingFailed")) => "failed".to_owned(),
        (ExecutionStatus::Running, _) => "still running".to_owned(),
        (status, error) => format!("{} {}", status.as_str().to_lowercase(), error.unwrap_or_default()),
    });
    Cell::same(Column::Outcome, list(wanted), list(got))
}

fn path(expected: &[&ExpectedExecution], found: &[ObservedExecution]) -> Cell {
    let agree = |(expected, found): (&&ExpectedExecution, &ObservedExecution)| {
        let states = found.path.iter().map(|visit| visit.state.as_str());
        states.eq(expected.path.iter().copied()) && expected.retried.is_none_or(|state| retried(&found.path, state))
    };
    Cell {
        column: Column::Path,
        expected: list(expected.iter().map(|execution| expected_path(execution))),
        found: list(found.iter().map(|execution| short_path(&execution.path))),
        as_expected: expected.len() == found.len() && expected.iter().zip(found).all(agree),
    }
}

fn retried(path: &[Visit], state: &str) -> bool {
    path.iter().any(|visit| visit.state == state && visit.attempts > 1)
}

fn expected_path(execution: &ExpectedExecution) -> String {
    let visits = execution.path.iter().map(|state| Visit { state: (*state).to_owned(), attempts: 1 });
    let path = short_path(&visits.collect::<Vec<_>>());
    match execution.retried {
        Some(state) => format!("{path}, with {state} retried"),
        None => path,
    }
}

fn expected_records(expected: &Expected) -> Cell {
    let fare = expected.fare.map_or("none", |status| status.as_str());
    let payment = expected.payment.map_or("none", |status| status.as_str());
    let text = format!("{fare} / {payment}");
    Cell::same(Column::Records, text.clone(), text)
}

fn records(expected: &Expected, observed: &Observed) -> Cell {
    let fare = observed.fare.as_ref().map_or("none", |record| record.status.as_str());
    let payment = observed.payment.as_ref().map_or("none", |record| record.status.as_str());
    Cell::same(Column::Records, expected_records(expected).expected, format!("{fare} / {payment}"))
}

fn expected_gateway(expected: &Expected) -> String {
    amounts([0, expected.captured, expected.refunded])
}

fn gateway(expected: &Expected, observed: &Observed) -> Cell {
    let holdings = observed.holdings;
    let mut found = amounts([holdings.held, holdings.captured, holdings.refunded]);
    for effect in ["hold_placed", "captured", "refunded"] {
        // A replayed answer repeats no effect, so it counts for nothing.
        let times = observed.log.iter().filter(|entry| entry.effect == effect && !entry.replayed).count();
        if times > 1 {
            found.push_str(&format!(", {effect} {times} times"));
        }
    }
    Cell::same(Column::Gateway, expected_gateway(expected), found)
}

fn amounts(amounts: [i64; 3]) -> String {
    amounts.map(|amount| display_amount(amount, CURRENCY)).join(" / ")
}

/// An account that was never opened has a balance of nothing. The postings must say the same as the balance.
fn balance(expected: &Expected, observed: &Observed) -> Cell {
    let balances = observed.account.as_ref().map(|account| &account.balances);
    let balance = balances.and_then(|balances| balances.get(CURRENCY)).copied().unwrap_or_default();
    let mut found = display_amount(balance, CURRENCY);
    let posted = posted(observed);
    if posted != balance {
        found.push_str(&format!(", postings say {}", display_amount(posted, CURRENCY)));
    }
    Cell::same(Column::Balance, display_amount(expected.balance, CURRENCY), found)
}

/// What the fare's entries add up to. A customer of the demonstration has no other fare.
fn posted(observed: &Observed) -> i64 {
    let amount = |entry: Option<&crate::observe::Entry>| entry.and_then(|entry| entry.amount).unwrap_or_default();
    let credit = observed.entries.credit.as_ref().filter(|entry| entry.state != EntryState::Tombstone);
    let reversal = observed.entries.reversal.as_ref().filter(|entry| entry.state != EntryState::Tombstone);
    amount(credit).saturating_sub(amount(reversal))
}

fn queue(expected: &[&ExpectedExecution], unseen: Option<&str>, ids: &Ids, found: &[ObservedExecution]) -> Cell {
    let wanted = expected.iter().map(|execution| expected_notice(execution.notice));
    let got =
        found.iter().zip(expected.iter().map(Some).chain(std::iter::repeat(None))).map(|(execution, expected)| {
            let told = execution.notices.iter().map(|notice| {
                let mut text = notice_text(notice);
                if let Some(odd) = expected.and_then(|expected| odd(notice, expected.notice, unseen, &ids.fare)) {
                    text.push_str(&format!(" ({odd})"));
                }
                text
            });
            let told = told.collect::<Vec<_>>().join(" and ");
            if told.is_empty() { "nothing".to_owned() } else { told }
        });
    Cell::same(Column::Queue, list(wanted), list(got))
}

fn expected_notice(notice: ExpectedNotice) -> String {
    match notice.error() {
        Some(error) => format!("{}: {error}", queue_name(notice.queue())),
        None => queue_name(notice.queue()).to_owned(),
    }
}

fn notice_text(notice: &Notice) -> String {
    match notice.text("error") {
        Some(error) => format!("{}: {error}", queue_name(notice.queue)),
        None => queue_name(notice.queue).to_owned(),
    }
}

/// What is wrong inside a notice that landed somewhere, in a few words. `fare` is the id of the fare that it must be about.
pub(crate) fn odd(notice: &Notice, expected: ExpectedNotice, unseen: Option<&str>, fare: &str) -> Option<String> {
    let status = notice.text("fareStatus").unwrap_or("missing");
    let fare = match expected {
        ExpectedNotice::Completed | ExpectedNotice::Failed(_) => Some(fare),
        ExpectedNotice::Rejected(_) => None,
    };
    if status != expected.fare_status() {
        Some(format!("fareStatus {status}"))
    } else if notice.text("outcome") != Some(queue_name(notice.queue)) {
        Some("outcome of the other queue".to_owned())
    } else if notice.text("fareId") != fare {
        Some("fareId of another fare".to_owned())
    } else if unseen.is_some_and(|text| notice.body.contains(text)) {
        Some("repeats what it must not".to_owned())
    } else {
        None
    }
}

pub(crate) fn queue_name(queue: Queue) -> &'static str {
    match queue {
        Queue::Success => "success",
        Queue::Failure => "failure",
        Queue::Attention => "attention",
    }
}

/// One text for several executions; said once where all are alike.
fn list(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.collect();
    match texts.split_first() {
        Some((first, others)) if !others.is_empty() && others.iter().all(|other| other == first) => {
            format!("{first} (×{})", texts.len())
        }
        Some(_) | None => texts.join("; "),
    }
}

#[cfg(test)]
mod tests;
