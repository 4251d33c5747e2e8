//! The executions of the recovery machine that are of one fare.

use std::collections::BTreeSet;

use aws_sdk_sfn::types::ExecutionStatus;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{Described, ExecutionArn, describe, millis, without_qualifier};
use crate::error::{Error, Result};
use crate::stack::Stack;

/// How many executions of the recovery machine are listed, newest first.
const LISTED: usize = 5000;
/// How many of them are asked for their input.
const ASKED: usize = 100;
/// How many are asked at a time.
const AT_A_TIME: usize = 8;
/// How many recoveries of one fare were started by hand, at most, within the 90 days for which they are known.
const MOST_BY_HAND: u32 = 1000;
/// The clocks that an end and a start are stamped by may differ by so much. Milliseconds.
const SKEW: i64 = 5_000;

/// Among which executions of the recovery machine a fare's are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Those that are at work.
    Running,
    /// Those that may be for the execution that has the fare's id as its name.
    For {
        /// When that ended, in milliseconds since the epoch; `None` where it is not known, and the newest are looked at.
        ended_at: Option<i64>,
    },
}

impl Among {
    /// Where the recoveries of a fare are, by what is known of the execution that has its name. `None` where only a
    /// person can have started one: it runs, or has succeeded.
    #[must_use]
    pub fn those_for(execution: Option<&Described>) -> Option<Self> {
        match execution {
            Some(execution) if execution.is_running() || execution.status == ExecutionStatus::Succeeded => None,
            // It may have ended more than once, and only the last time is known.
            Some(execution) if execution.redriven => Some(Self::For { ended_at: execution.started_at }),
            Some(execution) => Some(Self::For { ended_at: execution.ended_at }),
            None => Some(Self::For { ended_at: None }),
        }
    }

    fn earliest(self) -> Option<i64> {
        match self {
            Self::Running => None,
            Self::For { ended_at } => ended_at.map(|at| at.saturating_sub(SKEW)),
        }
    }
}

/// A recovery of a fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// What is known of it.
    pub execution: Described,
    /// The execution that it recovers.
    pub of: ExecutionArn,
}

/// The recoveries of a fare that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recoveries {
    /// The oldest first.
    pub found: Vec<Recovery>,
    /// What was not looked at, as a sentence.
    pub left_out: Option<String>,
}

/// The recoveries of a fare. Those that a person has started have the fare's id in their name. Of all others EventBridge
/// has made up the name, and their input tells: the event of the execution that they are for. They are looked for `among`
/// some, if any.
///
/// # Errors
/// [`Error::Aws`] when Step Functions cannot be asked.
pub async fn recoveries(stack: &Stack, fare_id: &str, among: Option<Among>) -> Result<Recoveries> {
    let mut candidates = by_hand(stack, fare_id).await?;
    let mut left_out = None;
    if let Some(among) = among {
        let (others, all) = executions_among(stack, among).await?;
        if !all {
            let which = match among {
                Among::Running => "newest that are at work",
                Among::For { ended_at: Some(_) } => "first that began after the fare's execution ended",
                Among::For { ended_at: None } => "newest",
            };
            left_out =
                Some(format!("of the {LISTED} newest recoveries, no more than the {ASKED} {which} were looked at"));
        }
        candidates.extend(others);
    }
    let mut seen = BTreeSet::new();
    candidates.retain(|execution| seen.insert(execution.arn.clone()));
    let mut found: Vec<_> = (candidates.into_iter())
        .filter_map(|execution| {
            let of = recovered_execution(execution.input_json().as_ref(), fare_id)?;
            Some(Recovery { execution, of })
        })
        .collect();
    found.sort_by(|one, other| {
        let key = |it: &Recovery| (it.execution.started_at, it.execution.arn.clone());
        key(one).cmp(&key(other))
    });
    Ok(Recoveries { found, left_out })
}

/// The name that a recovery has which a person starts. At most 77 characters, as a fare's id has 64; Step Functions takes 80.
#[must_use]
pub fn name_by_hand(fare_id: &str, number: u32) -> String {
    format!("by-hand-{fare_id}-{number}")
}

/// The next name that is free; or the recovery of such a name that is at work.
///
/// # Errors
/// [`Error::NameTaken`] when there is none left; [`Error::Aws`] when Step Functions cannot be asked.
pub(crate) async fn next_by_hand(stack: &Stack, fare_id: &str) -> Result<NextByHand> {
    let earlier = by_hand(stack, fare_id).await?;
    if let Some(running) = earlier.iter().find(|execution| execution.is_running()) {
        return Ok(NextByHand::AtWork(running.arn.clone()));
    }
    let number = u32::try_from(earlier.len()).unwrap_or(u32::MAX).saturating_add(1);
    let name = name_by_hand(fare_id, number);
    if number > MOST_BY_HAND { Err(Error::NameTaken { name }) } else { Ok(NextByHand::Free(name)) }
}

/// How the next recovery that a person starts is named, if it is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextByHand {
    AtWork(ExecutionArn),
    Free(String),
}

/// Those that were started by hand are numbered without a gap.
async fn by_hand(stack: &Stack, fare_id: &str) -> Result<Vec<Described>> {
    let machine = &stack.outputs.recovery_state_machine_arn;
    let mut found = Vec::new();
    for number in 1..=MOST_BY_HAND {
        match describe(stack, &ExecutionArn::of(machine, &name_by_hand(fare_id, number))).await? {
            Some(execution) => found.push(execution),
            None => break,
        }
    }
    Ok(found)
}

/// Executions of the recovery machine, whatever fare they are of, and whether those are all.
async fn executions_among(stack: &Stack, among: Among) -> Result<(Vec<Described>, bool)> {
    let machine = without_qualifier(&stack.outputs.recovery_state_machine_arn);
    let request = stack.clients.sfn.list_executions().state_machine_arn(machine);
    let request = request.set_status_filter((among == Among::Running).then_some(ExecutionStatus::Running));
    let mut pages = request.into_paginator().send();
    let earliest = among.earliest();
    let mut listed: usize = 0;
    let mut all = true;
    let mut candidates = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::aws("ListExecutions")(error.into()))?;
        listed = listed.saturating_add(page.executions().len());
        for execution in page.executions() {
            let started = millis(Some(execution.start_date())).unwrap_or_default();
            if earliest.is_none_or(|earliest| started >= earliest) {
                candidates.push((started, ExecutionArn::new(execution.execution_arn())));
            }
        }
        if listed >= LISTED {
            all = page.next_token().is_none();
            break;
        }
    }
    candidates.sort_unstable();
    if earliest.is_none() {
        candidates.reverse();
    }
    all &= candidates.len() <= ASKED;
    let described = stream::iter(candidates.into_iter().take(ASKED))
        .map(|(_, arn)| async move { describe(stack, &arn).await })
        .buffered(AT_A_TIME)
        .try_collect::<Vec<_>>()
        .await?;
    Ok((described.into_iter().flatten().collect(), all))
}

/// The execution that a recovery is for, if that was of this fare.
fn recovered_execution(event: Option<&Value>, fare_id: &str) -> Option<ExecutionArn> {
    let detail = event?.get("detail")?;
    let arn = detail.get("executionArn")?.as_str()?;
    let name_is_fares = arn.rsplit(':').next() == Some(fare_id);
    let input = detail.get("input").and_then(Value::as_str);
    let input = input.and_then(|input| serde_json::from_str::<Value>(input).ok());
    let input_is_fares = input.is_some_and(|input| input.get("fareId").and_then(Value::as_str) == Some(fare_id));
    (name_is_fares || input_is_fares).then(|| ExecutionArn::new(arn))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_recovery_is_known_by_the_execution_it_is_for_or_by_the_fare_in_its_input() {
        let event = |name: &str, fare: &str| {
            let input = json!({ "fareId": fare }).to_string();
            json!({"detail": {"executionArn": format!("arn:aws:states:r:1:execution:m:{name}"), "input": input}})
        };
        let recovered = |event: &Value| recovered_execution(Some(event), "wr_1").map(|arn| arn.to_string());
        assert!(recovered(&event("wr_1", "wr_1")).is_some());
        assert!(recovered(&event("by-hand", "wr_1")).unwrap().ends_with(":by-hand"));
        assert!(recovered(&event("wr_1", "other")).is_some());
        assert_eq!(recovered(&event("wr_11", "wr_11")), None);
        assert_eq!(recovered(&json!({"detail": 7})), None);
        assert_eq!(recovered(&json!({"detail": {"executionArn": "arn:x", "input": "no JSON"}})), None);
    }

    #[test]
    fn the_longest_id_makes_a_name_that_step_functions_and_the_queue_take() {
        assert!(name_by_hand(&"x".repeat(64), MOST_BY_HAND).len() <= 80);
    }

    #[test]
    fn of_a_redriven_execution_also_the_recoveries_after_its_first_end_are_looked_for() {
        let mut execution = Described {
            arn: ExecutionArn::new("arn:x"),
            status: ExecutionStatus::Failed,
            error: None,
            input: None,
            started_at: Some(100),
            ended_at: Some(900),
            redriven: false,
            redrive: None,
            redrive_reason: None,
        };
        assert_eq!(Among::those_for(Some(&execution)), Some(Among::For { ended_at: Some(900) }));
        execution.redriven = true;
        assert_eq!(Among::those_for(Some(&execution)), Some(Among::For { ended_at: Some(100) }));
        execution.status = ExecutionStatus::Succeeded;
        assert_eq!(Among::those_for(Some(&execution)), None);
        assert_eq!(Among::those_for(None), Some(Among::For { ended_at: None }));
    }
}
