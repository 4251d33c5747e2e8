//! What a run is about: the fare, who else is there, and how many faults may strike.

use fare_values::FareId;
use serde_json::{Value, json};

use crate::asl::{ErrorDetail, Stop};
use crate::faults::{Fault, Site, Strike};

/// The fare that a run is about unless its input names another one.
pub(crate) const FARE_ID: &str = "wr_563";

/// How far the gateway's search lags, in milliseconds: Stripe's documentation says under a minute as a rule.
const SEARCH_LAG: u64 = 60_000;

/// Another execution of the same fare id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Twin {
    /// With the same input.
    Same,
    /// With another amount.
    OtherPayload,
}

/// How long a state machine waits before it tries again: its jitter allows anything between nothing and the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waits {
    /// Not at all, unless it could be a minute or more: who else acts in between is then a matter of order alone. Nor does
    /// any other wait last, for an answer that does not come or for the end of a process that is gone, and what is turned
    /// away again and again is so all at once. States that differ only in how late it is are seldom, so that there are far
    /// fewer.
    Shortest,
    /// As long as it can, and everything else as long as it takes; a function's own pauses as short as they can be.
    Longest,
}

/// A set of schedules: everything that can happen within these bounds.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called in reports and in schedules to be replayed.
    pub name: String,
    /// The input of the execution.
    pub input: Value,
    /// Whether a fare of this input is collected if nothing goes wrong and nobody interferes.
    pub is_collected: bool,
    /// Whether another execution is started at some point.
    pub twin: Option<Twin>,
    /// How many faults strike at most.
    pub faults: u32,
    /// The one place where they strike; everywhere if `None`.
    pub only_at: Option<Site>,
    /// Whether the execution is stopped from outside at some point, and how.
    pub stop: Option<Stop>,
    /// Whether that can happen while a function is at work for the execution, which then runs on for nobody.
    pub leaves_function: bool,
    /// Whether somebody redrives the execution at some point after it has ended badly.
    pub redrive: bool,
    /// How long after the end of an execution its recovery starts at the earliest, and a redrive comes, in milliseconds.
    pub delay: i64,
    /// How far the gateway's search lags behind, in milliseconds.
    pub search_lag: u64,
    /// How long back-offs last.
    pub waits: Waits,
    /// Whether the event of an execution that ended says why it failed.
    pub errors: ErrorDetail,
    /// Whether orders are left out that come to the same as others: as a rule, since there are so many.
    pub is_reduced: bool,
    /// What goes wrong for ever, until an operator who was called for mends it.
    pub permanent: Option<(Site, Strike)>,
}

impl Scenario {
    /// One execution of this input and nothing else.
    #[must_use]
    pub fn alone(name: impl Into<String>, input: Value, faults: u32) -> Self {
        Self {
            name: name.into(),
            input,
            is_collected: false,
            twin: None,
            faults,
            only_at: None,
            stop: None,
            leaves_function: true,
            redrive: false,
            delay: 0,
            search_lag: SEARCH_LAG,
            waits: Waits::Longest,
            errors: ErrorDetail::Given,
            is_reduced: true,
            permanent: None,
        }
    }

    /// The fare that everything is about.
    pub(crate) fn fare_id(&self) -> Option<FareId> {
        let named = self.input.get("fareId").and_then(Value::as_str).and_then(|id| FareId::new(id).ok());
        named.or_else(|| FareId::new(FARE_ID).ok())
    }

    /// The input of the twin.
    pub(crate) fn twin_input(&self) -> Option<Value> {
        match self.twin? {
            Twin::Same => Some(self.input.clone()),
            Twin::OtherPayload => {
                let mut input = self.input.clone();
                if let Some(amount) = input.get_mut("fareAmount") {
                    *amount = json!("$30.00");
                }
                Some(input)
            }
        }
    }

    /// How many attempts meet a fault that strikes throughout a state.
    pub(crate) fn attempts_with_fault(&self) -> u32 {
        match self.waits {
            Waits::Shortest => 1,
            Waits::Longest => 2,
        }
    }

    /// Whether the twin differs from the execution in nothing but its name.
    pub(crate) fn is_symmetric(&self) -> bool {
        self.is_reduced && self.twin == Some(Twin::Same) && self.faults <= 1 && self.stop.is_none() && !self.redrive
    }

    /// Whether this goes wrong for ever.
    pub(crate) fn is_permanent(&self, site: Site) -> Option<Fault> {
        self.permanent.filter(|(at, _)| *at == site).map(|(_, strike)| strike.fault)
    }
}
