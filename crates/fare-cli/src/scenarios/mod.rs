//! The scenarios of the demonstration: what is sent, and what must be true afterwards.

mod catalogue;
mod judge;
mod observed;
mod play;

use fare_values::{FareStatus, PaymentStatus, WireErrorName};
use serde_json::{Value, json};

use crate::observe::Queue;

pub use catalogue::catalogue;
pub use judge::{Cell, Column, Row, judge};
pub(crate) use judge::{odd, queue_name};
pub use observed::{Observed, ObservedExecution};
pub use play::{Played, play};

/// One story about one fare.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// A few words for a table.
    pub name: &'static str,
    /// What happens, in a sentence.
    pub sentence: &'static str,
    /// How the customer's id ends, which pulls a fault trigger; empty for none.
    pub trigger: &'static str,
    /// The executions to start, in this order.
    pub starts: Vec<Start>,
    /// What must be true when all of them have ended.
    pub expected: Expected,
}

/// One start of an execution.
#[derive(Clone, Debug)]
pub struct Start {
    /// What follows the fare's id in the execution's name; empty where the name is the fare's id.
    pub suffix: &'static str,
    /// When it is started.
    pub when: When,
    /// The amount as it is sent.
    pub amount: &'static str,
    /// A further field, with its value.
    pub extra: Option<(&'static str, &'static str)>,
    /// How it must end. A start under a name that was started already is the same execution and has none.
    pub expected: Option<ExpectedExecution>,
}

/// When an execution is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Right after the one before it.
    AtOnce,
    /// When those before it have ended.
    AfterTheOthers,
}

/// How one execution must end.
#[derive(Clone, Debug)]
pub struct ExpectedExecution {
    /// Whether it ends in `FareProcessingSucceeded`.
    pub succeeds: bool,
    /// The states it enters, in order.
    pub path: &'static [&'static str],
    /// A state whose task must have been tried more than once.
    pub retried: Option<&'static str>,
    /// The one notice it publishes.
    pub notice: ExpectedNotice,
}

/// The one notice that an execution publishes.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedNotice {
    /// To the success queue.
    Completed,
    /// To the failure queue: the fare was decided `failed` because of this error.
    Failed(WireErrorName),
    /// To the failure queue: nothing was done because of this error, and no fare is named.
    Rejected(WireErrorName),
}

impl ExpectedNotice {
    /// The queue it lands in.
    #[must_use]
    pub fn queue(self) -> Queue {
        match self {
            Self::Completed => Queue::Success,
            Self::Failed(_) | Self::Rejected(_) => Queue::Failure,
        }
    }

    /// The error it names.
    #[must_use]
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::Completed => None,
            Self::Failed(name) | Self::Rejected(name) => Some(name.as_str()),
        }
    }

    /// The status of the fare it names.
    #[must_use]
    pub fn fare_status(self) -> &'static str {
        match self {
            Self::Completed => FareStatus::Completed.as_str(),
            Self::Failed(_) => FareStatus::Failed.as_str(),
            Self::Rejected(_) => "rejected",
        }
    }
}

/// What must be true of the fare in the end. Amounts are minor units of US dollars.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// The fare's record; `None` where there must be none.
    pub fare: Option<FareStatus>,
    /// The payment's record; `None` where there must be none.
    pub payment: Option<PaymentStatus>,
    /// Captured at the gateway in all. Nothing may be held in the end, whatever the story.
    pub captured: i64,
    /// Refunded at the gateway in all.
    pub refunded: i64,
    /// The customer's balance.
    pub balance: i64,
    /// What no notice may contain.
    pub unseen: Option<&'static str>,
}

/// The ids of one scenario in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    /// The fare.
    pub fare: String,
    /// The customer, which no other scenario has.
    pub customer: String,
}

impl Ids {
    /// The ids of the scenario with this number.
    #[must_use]
    pub fn of(scenario: &Scenario, run: &str, number: usize) -> Self {
        let fare = format!("demo_{run}_{number}");
        Self { customer: format!("{fare}{}", scenario.trigger), fare }
    }
}

impl Start {
    /// The execution's name.
    #[must_use]
    pub fn name(&self, ids: &Ids) -> String {
        format!("{}{}", ids.fare, self.suffix)
    }

    /// The execution's input.
    #[must_use]
    pub fn input(&self, ids: &Ids) -> Value {
        let mut input = json!({
            "fareId": ids.fare,
            "customerId": ids.customer,
            "fareAmount": self.amount,
            "paymentMethod": "pm_card_visa",
        });
        if let (Some((field, value)), Some(fields)) = (self.extra, input.as_object_mut()) {
            fields.insert(field.to_owned(), Value::from(value));
        }
        input
    }
}
