//! What is true once everything has come to rest: the material of every check.

use std::collections::BTreeMap;

use fare_cli::execution::{Ended, ExecutionArn};
use fare_cli::observe::{Account, FareRecord, Holdings, LedgerEntries, LogEntry, Notice, PaymentRecord, Queue};

use crate::plan::{Payload, Story};

/// A refund that is struck by this is made, and fails afterwards.
pub(crate) const FAILS_LATER: &str = "fails_later";

/// Everything that can be seen from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) fares: Vec<FareSnapshot>,
    /// By customer id.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Records, payments and notices that belong to no fare of this run.
    pub(crate) strangers: Vec<String>,
    /// Messages that nobody could take.
    pub(crate) dead_letters: u64,
    /// Places that hold the card number that was sent.
    pub(crate) card_numbers: Vec<&'static str>,
}

/// One fare, with what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct FareSnapshot {
    pub(crate) id: String,
    pub(crate) story: Story,
    pub(crate) payloads: Vec<Payload>,
    pub(crate) executions: Vec<ExecutionSnapshot>,
    pub(crate) fare: Option<FareRecord>,
    pub(crate) payment: Option<PaymentRecord>,
    pub(crate) entries: LedgerEntries,
    pub(crate) holdings: Holdings,
    /// What the gateway was asked about it, in order.
    pub(crate) log: Vec<LogEntry>,
}

/// One execution of the main state machine, with the recoveries that its end has started.
#[derive(Clone, Debug)]
pub(crate) struct ExecutionSnapshot {
    pub(crate) arn: ExecutionArn,
    /// The number of its payload; `None` for an input that must be refused.
    pub(crate) payload: Option<usize>,
    /// `None` while it runs.
    pub(crate) ended: Option<Ended>,
    pub(crate) recoveries: Vec<Recovery>,
    /// The messages that were sent in its name, to whichever queue.
    pub(crate) notices: Vec<Notice>,
}

/// One execution of the recovery state machine.
#[derive(Clone, Debug)]
pub(crate) struct Recovery {
    pub(crate) arn: ExecutionArn,
    /// `None` while it runs.
    pub(crate) ended: Option<Ended>,
}

impl FareSnapshot {
    /// The payload that the fare stands with.
    pub(crate) fn standing(&self) -> Option<usize> {
        let fare = self.fare.as_ref()?;
        self.payloads.iter().position(|payload| {
            fare.customer_id.as_deref() == Some(&payload.customer)
                && fare.amount == Some(payload.amount)
                && fare.currency.as_deref() == Some(payload.currency)
        })
    }

    /// Whether the gateway made a refund and let it fail afterwards, so that another one had to follow. What was said of the
    /// fare in between was true then.
    pub(crate) fn refund_failed_since(&self) -> bool {
        self.log.iter().any(|entry| entry.effect == "refunded" && entry.fault.as_deref() == Some(FAILS_LATER))
    }

    /// How many messages in the attention queue are about it.
    pub(crate) fn attention(&self) -> usize {
        self.executions.iter().map(ExecutionSnapshot::attention).sum()
    }
}

impl ExecutionSnapshot {
    /// How many messages in the attention queue name it.
    pub(crate) fn attention(&self) -> usize {
        self.notices.iter().filter(|notice| notice.queue == Queue::Attention).count()
    }
}
