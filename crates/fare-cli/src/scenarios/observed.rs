//! Everything that is found out about one scenario.

use crate::error::Result;
use crate::execution::{Ended, ExecutionArn, Visit};
use crate::observe::{self, Account, FareRecord, Holdings, LedgerEntries, LogEntry, Mailbox, Notice, PaymentRecord};
use crate::stack::Stack;

use super::Ids;

/// What became of one execution.
#[derive(Clone, Debug)]
pub struct ObservedExecution {
    /// Which one.
    pub arn: ExecutionArn,
    /// How it ended.
    pub ended: Ended,
    /// The states it entered.
    pub path: Vec<Visit>,
    /// Every notice that names it, in whichever queue.
    pub notices: Vec<Notice>,
}

/// What is true of a scenario's fare in the end.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The executions, each once, in the order in which they were started first.
    pub executions: Vec<ObservedExecution>,
    /// The fare's record.
    pub fare: Option<FareRecord>,
    /// The payment's record.
    pub payment: Option<PaymentRecord>,
    /// The postings of the fare.
    pub entries: LedgerEntries,
    /// The customer's account.
    pub account: Option<Account>,
    /// What the gateway holds.
    pub holdings: Holdings,
    /// What the gateway was asked.
    pub log: Vec<LogEntry>,
}

impl Observed {
    /// Reads tables, gateway and mailbox. The mailbox must be settled.
    ///
    /// # Errors
    /// When something cannot be read.
    pub async fn read(
        stack: &Stack,
        mailbox: &Mailbox,
        ids: &Ids,
        ended: Vec<(ExecutionArn, Ended, Vec<Visit>)>,
    ) -> Result<Self> {
        let (fare, payment, entries, account, holdings, log) = futures::try_join!(
            observe::fare(stack, &ids.fare),
            observe::payment(stack, &ids.fare),
            observe::ledger_entries(stack, &ids.fare),
            observe::account(stack, &ids.customer),
            observe::holdings(stack, &ids.fare),
            observe::gateway_log(stack, &ids.fare),
        )?;
        let mut executions = Vec::new();
        for (arn, ended, path) in ended {
            let notices = mailbox.taken(&arn).await;
            executions.push(ObservedExecution { arn, ended, path, notices });
        }
        Ok(Self { executions, fare, payment, entries, account, holdings, log })
    }
}
