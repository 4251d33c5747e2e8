//! How one fare stands, by its execution, the tables and the gateway.

use std::time::{SystemTime, UNIX_EPOCH};

use fare_values::FareRequest;
use reconciliation::{Books, Decision, EntryKind, FareFacts, Finding, ReconcileError, Repair, Time, judge};

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

    /// Whether the fare is decided, nobody is at work on it, and all the books agree. What is left to be waited for does
    /// not count.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let decided = matches!(self.decision(), Some(Decision::Completed | Decision::Failed));
        let running = self.execution.as_ref().is_some_and(Described::is_running);
        decided && !running && self.findings.iter().all(|(kind, _)| kind.repair() == Repair::Wait)
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

    /// What goes back where all that stands of this fare is undone, each in one line; none where nothing stands.
    #[must_use]
    pub fn money_to_undo(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for payment in &self.facts.gateway {
            let show = |amount: i64| display_amount(amount, &payment.currency);
            let back = payment.given_back;
            let left = payment.captured.saturating_sub(back.succeeded).saturating_sub(back.pending);
            if left != 0 {
                lines.push(format!("{}, captured by {}, is refunded", show(left), payment.id));
            }
            if back.pending != 0 {
                lines.push(format!("{} of {} is on its way back already", show(back.pending), payment.id));
            }
            if payment.held != 0 {
                lines.push(format!("the hold of {} by {} is released", show(payment.held), payment.id));
            }
        }
        if let Some(credit) = self.facts.credit().filter(|credit| credit.kind == EntryKind::Standing) {
            let amount = display_amount(credit.amount.amount, &credit.amount.currency);
            lines.push(format!("the credit of {amount} to customer {} is reversed", credit.customer_id));
        }
        lines
    }
}
