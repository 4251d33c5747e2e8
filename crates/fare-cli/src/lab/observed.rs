//! What became of an experiment.

use std::time::Duration;

use fare_values::FareStatus;

use super::machine::Machine;
use super::names::{Does, does};
use crate::error::{Error, Result};
use crate::execution::{Ended, ExecutionArn, Trail, Visited};
use crate::observe::{self, Holdings, Mailbox, Notice};
use crate::stack::Stack;

/// How many states of an execution that goes on and on are named.
const NAMED: usize = 6;

/// What is true of the fare, and of the executions that are judged.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub(super) judged: Vec<ObservedExecution>,
    pub(super) fare_id: String,
    pub(super) fare: Option<FareStatus>,
    pub(super) holdings: Holdings,
    /// The customer's balance, in minor units.
    pub(super) balance: i64,
    /// The notices that name no execution, whichever fare they are about.
    pub(super) unaddressed: Vec<Notice>,
}

/// What became of one execution.
#[derive(Clone, Debug)]
pub(super) struct ObservedExecution {
    pub(super) ended: Ended,
    /// What Step Functions says of its failure.
    pub(super) cause: String,
    /// After how long it was stopped, if it was still running then.
    pub(super) stopped_after: Option<Duration>,
    pub(super) trail: Trail,
    pub(super) notices: Vec<Notice>,
    /// Each state that was entered, with its input as text.
    pub(super) given: Vec<(String, String)>,
}

impl Observed {
    /// Reads tables, gateway and mailbox. The mailbox must be settled.
    pub(super) async fn read(
        stack: &Stack,
        mailbox: &Mailbox,
        (fare, customer): (&str, &str),
        executions: Vec<(ExecutionArn, ObservedExecution)>,
    ) -> Result<Self> {
        let (record, account, holdings) = futures::try_join!(
            observe::fare(stack, fare),
            observe::account(stack, customer),
            observe::holdings(stack, fare)
        )?;
        let mut judged = Vec::new();
        for (arn, execution) in executions {
            judged.push(ObservedExecution { notices: mailbox.taken(&arn).await, ..execution });
        }
        let balance = account.and_then(|account| account.balances.get("usd").copied()).unwrap_or_default();
        Ok(Self {
            judged,
            fare_id: fare.to_owned(),
            fare: record.map(|record| record.status),
            holdings,
            balance,
            unaddressed: mailbox.unaddressed().await,
        })
    }
}

impl ObservedExecution {
    /// How often the states that send this action tried, in all.
    pub(super) fn attempts_at(&self, action: &str, machine: &Machine) -> u32 {
        let asks = |visited: &&Visited| does(machine.state(&visited.state)) == Some(Does::Asks(action.to_owned()));
        self.trail.visited.iter().filter(asks).map(|visited| visited.attempts).sum()
    }

    /// That it was still running, and what it was about.
    pub(super) fn still_running(&self) -> String {
        let seconds = self.stopped_after.unwrap_or_default().as_secs();
        let visited = &self.trail.visited;
        let last: Vec<_> = visited.iter().rev().take(NAMED).rev().map(|visited| visited.state.as_str()).collect();
        let again = |state: &str| visited.iter().filter(|visited| visited.state == state).count() > 2;
        if visited.last().is_some_and(|last| again(&last.state)) {
            format!("was still running after {seconds} s, at last {}: it goes round in a circle", last.join(" → "))
        } else {
            let at = visited.last().map(|visited| (visited.state.as_str(), visited.attempts)).unwrap_or_default();
            let attempt = if at.1 > 0 { format!(" at attempt {}", at.1) } else { String::new() };
            format!("was still running after {seconds} s, in {}{attempt}", at.0)
        }
    }
}

/// Which states an execution entered, each with its input, and what Step Functions says of its failure.
pub(super) async fn evidence(stack: &Stack, execution: &ExecutionArn) -> Result<(Vec<(String, String)>, String)> {
    let sfn = &stack.clients.sfn;
    let request = sfn.get_execution_history().execution_arn(execution.as_str()).include_execution_data(true);
    let mut events = request.into_paginator().items().send();
    let mut given = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.map_err(|error| Error::aws("GetExecutionHistory")(error.into()))?;
        if let Some(entered) = event.state_entered_event_details() {
            given.push((entered.name().to_owned(), entered.input().unwrap_or_default().to_owned()));
        }
    }
    let described = sfn.describe_execution().execution_arn(execution.as_str()).send().await;
    let described = described.map_err(|error| Error::aws("DescribeExecution")(error.into()))?;
    Ok((given, described.cause.unwrap_or_default()))
}
