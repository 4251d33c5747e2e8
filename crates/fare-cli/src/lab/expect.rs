//! What must be true at the end of an experiment, and what was found instead.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::FareStatus;

use super::machine::Machine;
use super::observed::{Observed, ObservedExecution};
use crate::amount::display_amount;
use crate::graph::StateKind;
use crate::observe::{Holdings, Notice};
use crate::scenarios::{ExpectedNotice, odd, queue_name};

/// Something that must be true.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expect {
    /// The fare has this status, or there is none.
    Fare(Option<FareStatus>),
    /// There is a fare, whatever its status.
    Recorded,
    /// The customer has paid so much, in minor units: captured and not refunded. Nothing is held.
    Paid(i64),
    /// The customer's balance, in minor units.
    Balance(i64),
    Ends(Ending),
    /// The execution published this notice, once.
    Notice(ExpectedNotice),
    /// No notice has this text in it.
    NotAnnounced(&'static str),
    /// No state but the first was given this text.
    NotCarried(&'static str),
    /// The state that sends this action tried more than once.
    Retried(&'static str),
    /// The state that sends this action tried once.
    AskedOnce(&'static str),
}

/// How an execution ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It succeeds.
    Well,
    /// It comes to a state that fails it.
    Badly,
}

/// What was found instead of what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shortcoming {
    /// What is the matter, as the end of a sentence about the experiment.
    pub(super) what: String,
    /// What would have helped.
    pub(super) needs: Needs,
    /// Which of the executions that are judged shows it.
    pub(super) execution: usize,
}

/// What the machine lacks, as far as that follows from what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// A state that sends this action.
    Action(&'static str),
    /// A state that publishes.
    Publishing,
    /// A retry where this action is sent.
    Retry(&'static str),
    /// Another request to what failed: a good fare meets no refusal that ought to be caught.
    Request,
    /// An end of the other kind.
    Ending,
    /// What the sentence itself says.
    Nothing,
}

impl Expect {
    /// What was found instead, if it is not so.
    pub(super) fn shortcoming(&self, observed: &Observed, machine: &Machine) -> Option<Shortcoming> {
        let judged = observed.judged.as_slice();
        match self {
            Self::Fare(expected) => fare(*expected, observed.fare),
            Self::Recorded if observed.fare.is_none() => short("left no fare on record", Needs::Action("register")),
            Self::Recorded => None,
            Self::Paid(amount) => paid(*amount, observed),
            Self::Balance(expected) => balance(*expected, observed.balance),
            Self::Ends(ending) => of_any(judged, |execution| ends(*ending, execution, machine)),
            Self::Notice(expected) => of_any(judged, |execution| notice(*expected, execution, observed)),
            Self::NotAnnounced(text) => judged
                .iter()
                .flat_map(|execution| &execution.notices)
                .chain(&observed.unaddressed)
                .any(|notice| notice.body.contains(text))
                .then(|| shortcoming("had its card number announced to everybody", Needs::Nothing)),
            Self::NotCarried(text) => of_any(judged, |execution| {
                let state =
                    execution.given.iter().skip(1).find(|(_, input)| input.contains(text)).map(|(state, _)| state)?;
                let what = format!(
                    "was carried on to {state} with it: begin with a Pass state whose Result is {{}}, and let every task read \
                     $$.Execution.Input"
                );
                short(what, Needs::Nothing)
            }),
            Self::Retried(action) => judged
                .iter()
                .all(|execution| execution.attempts_at(action, machine) < 2)
                .then(|| shortcoming(format!("was not tried again ({})", kept_trying(action)), Needs::Retry(action))),
            Self::AskedOnce(action) => of_any(judged, |execution| {
                let attempts = execution.attempts_at(action, machine);
                (attempts > 1).then(|| {
                    shortcoming(
                        format!("was asked {attempts} times, although a refusal is final: retry nothing but trouble"),
                        Needs::Nothing,
                    )
                })
            }),
        }
    }
}

fn shortcoming(what: impl Into<String>, needs: Needs) -> Shortcoming {
    Shortcoming { what: what.into(), needs, execution: 0 }
}

/// The first execution in which something is the matter.
fn of_any(
    judged: &[ObservedExecution],
    shortcoming: impl Fn(&ObservedExecution) -> Option<Shortcoming>,
) -> Option<Shortcoming> {
    let mut found = judged.iter().map(shortcoming).enumerate();
    found.find_map(|(execution, shortcoming)| Some(Shortcoming { execution, ..shortcoming? }))
}

#[allow(clippy::unnecessary_wraps, reason = "every caller answers with an option")]
fn short(what: impl Into<String>, needs: Needs) -> Option<Shortcoming> {
    Some(shortcoming(what, needs))
}

fn kept_trying(action: &str) -> &'static str {
    if action == "refund" {
        "an undo must go on until it is done"
    } else {
        "the same request tells what became of the first"
    }
}

fn fare(expected: Option<FareStatus>, found: Option<FareStatus>) -> Option<Shortcoming> {
    let needs = match expected {
        Some(FareStatus::Completed) => Needs::Action("complete"),
        Some(FareStatus::Failed) => Needs::Action("cancel"),
        Some(FareStatus::Registered) => Needs::Action("register"),
        None => Needs::Nothing,
    };
    match (expected, found) {
        (expected, found) if expected == found => None,
        (Some(expected), Some(found)) => short(format!("left the fare `{found}` instead of `{expected}`"), needs),
        (Some(expected), None) => short(format!("left no fare on record instead of one that is `{expected}`"), needs),
        (None, Some(found)) => short(format!("left a fare on record, `{found}`"), needs),
        (None, None) => None,
    }
}

fn paid(expected: i64, observed: &Observed) -> Option<Shortcoming> {
    let Holdings { held, captured, refunded, .. } = observed.holdings;
    let usd = |amount| display_amount(amount, "usd");
    let paid = captured.saturating_sub(refunded);
    if held > 0 {
        short(format!("left {} held on the card", usd(held)), Needs::Action("refund"))
    } else if captured == 0 && expected > 0 {
        short("was not charged", Needs::Action("charge"))
    } else if paid < expected {
        short(format!("gave {} back although the fare stands", usd(refunded)), Needs::Nothing)
    } else if paid > expected && expected == 0 {
        short(format!("kept {} that had been charged", usd(paid)), Needs::Action("refund"))
    } else if paid > expected {
        short(format!("charged {} instead of {}", usd(paid), usd(expected)), Needs::Nothing)
    } else {
        None
    }
}

fn balance(expected: i64, found: i64) -> Option<Shortcoming> {
    let needs = match found.cmp(&expected) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Less => Needs::Action("credit"),
        std::cmp::Ordering::Greater => Needs::Action("debit"),
    };
    let usd = |amount| display_amount(amount, "usd");
    short(format!("left the customer's balance at {} instead of {}", usd(found), usd(expected)), needs)
}

fn ends(expected: Ending, execution: &ObservedExecution, machine: &Machine) -> Option<Shortcoming> {
    let last = execution.trail.visited.last().map(|visited| visited.state.as_str()).unwrap_or_default();
    let kind =
        machine.graph.position(last).and_then(|position| machine.graph.states.get(position)).map(|state| &state.kind);
    match (expected, &execution.ended.status) {
        (Ending::Well, ExecutionStatus::Succeeded) => None,
        (Ending::Badly, ExecutionStatus::Failed) if kind == Some(&StateKind::Fail) => None,
        (_, ExecutionStatus::Running) => short(execution.still_running(), Needs::Nothing),
        (Ending::Badly, ExecutionStatus::Succeeded) => {
            short(format!("ended well in {last}, as if it had been collected"), Needs::Ending)
        }
        (Ending::Well, ExecutionStatus::Failed) if kind == Some(&StateKind::Fail) => {
            short(format!("ended badly in {last}"), Needs::Nothing)
        }
        (Ending::Well, _) => short("broke the execution instead of ending it", Needs::Request),
        (Ending::Badly, _) => short("broke the execution instead of ending it", Needs::Nothing),
    }
}

fn notice(expected: ExpectedNotice, execution: &ObservedExecution, observed: &Observed) -> Option<Shortcoming> {
    match execution.notices.as_slice() {
        [] if observed.unaddressed.iter().any(|notice| notice.body.contains(&observed.fare_id)) => short(
            "was announced by a notice that names no execution: send `execution.$` as `$$.Execution.Id`",
            Needs::Nothing,
        ),
        [] => short("was announced to nobody", Needs::Publishing),
        [notice] => wrong(expected, notice, &observed.fare_id),
        several => short(format!("was announced {} times", several.len()), Needs::Nothing),
    }
}

fn wrong(expected: ExpectedNotice, notice: &Notice, fare: &str) -> Option<Shortcoming> {
    if notice.queue != expected.queue() {
        let outcome = queue_name(expected.queue());
        return short(format!("was announced in the wrong queue: let its `outcome` be `{outcome}`"), Needs::Nothing);
    }
    let error = notice.text("error");
    if expected.error() != error {
        let (found, wanted) = (error.unwrap_or("none"), expected.error().unwrap_or("none"));
        return short(format!("was announced with the error {found} instead of {wanted}"), Needs::Nothing);
    }
    match odd(notice, expected, None, fare) {
        Some(odd) if matches!(expected, ExpectedNotice::Rejected(_)) => short(
            format!("was announced with a wrong field ({odd}): a rejection says `rejected`, and names no fare"),
            Needs::Nothing,
        ),
        Some(odd) => short(format!("was announced with a wrong field ({odd})"), Needs::Nothing),
        None => None,
    }
}

#[cfg(test)]
mod tests;
