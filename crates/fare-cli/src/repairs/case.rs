//! How one fare stands, by its execution, the tables and the gateway.

use std::time::{SystemTime, UNIX_EPOCH};

use fare_values::FareRequest;
use reconciliation::{Books, Decision, FareFacts, Finding, ReconcileError, Time, judge};

use crate::amount::display_amount;
use crate::books::books;
use crate::error::{Error, Result};
use crate::execution::{Described, ExecutionArn, describe};
use crate::observe::fare_request;
use crate::stack::Stack;

/// Everything that is looked at before a fare is repaired.
#[derive(Clone, Debug)]
pub struct Case {
    /// The fare.
    pub fare_id: String,
    /// The execution that has, or would have, the fare's id as its name.
    pub arn: ExecutionArn,
    /// That execution, where it is known.
    pub execution: Option<Described>,
    /// The fare as it was asked for, where it is on record.
    pub request: Option<FareRequest>,
    /// What the books say.
    pub facts: FareFacts,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// When all this was looked at, in milliseconds since the epoch.
    pub now: i64,
}

/// Looks at one fare.
///
/// # Errors
/// [`Error::NoFare`] when no execution, no table and not the gateway knows this id; else when something cannot be asked, or a record
/// is not one of this version's.
pub async fn case(stack: &Stack, fare_id: &str) -> Result<Case> {
    let arn = ExecutionArn::of(&stack.outputs.state_machine_arn, fare_id);
    let execution = describe(stack, &arn).await?;
    let request = fare_request(stack, fare_id).await?;
    let facts = books(stack)?.look(fare_id, &[]).await.map_err(ReconcileError::from)?;
    if execution.is_none() && facts == FareFacts::default() {
        return Err(Error::NoFare);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    // Whoever asks after one fare wants to know of it now.
    let findings = judge(&facts, Time { now, patience: 0 });
    Ok(Case { fare_id: fare_id.to_owned(), arn, execution, request, facts, findings, now })
}

impl Case {
    /// The saga's decision, where the fare is on record.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        self.facts.fare.as_ref().map(|fare| fare.decision)
    }

    /// Whether the fare is decided, nobody is at work on it, and all the books agree. A refund that is on its way may still
    /// fail, so that a fare which waits for one is not settled.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let decided = matches!(self.decision(), Some(Decision::Completed | Decision::Failed));
        let running = self.execution.as_ref().is_some_and(Described::is_running);
        decided && !running && self.findings.is_empty()
    }

    /// How the fare stands, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let decision = match self.decision() {
            Some(Decision::Undecided) => "is undecided",
            Some(Decision::Completed) => "is completed",
            Some(Decision::Failed) => "is failed",
            None => "is not on record",
        };
        let fare = match &self.facts.fare {
            Some(fare) => {
                let amount = display_amount(fare.amount.amount, &fare.amount.currency);
                format!("fare {}, {amount} of customer {}, {decision}", self.fare_id, fare.customer_id)
            }
            None => format!("fare {} {decision}", self.fare_id),
        };
        match &self.execution {
            Some(execution) => format!("{fare}; its execution is {}", execution.ending()),
            None => format!("{fare}; there is no execution of that name"),
        }
    }
}
