//! The metrics, each with its one name and unit.

use std::time::Duration;

use metrics::{SharedString, Unit};
use strum::IntoEnumIterator;

/// Everything that is measured. Dashboard and alarms go by these names, and a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::IntoStaticStr)]
pub enum Metric {
    /// Fares decided `completed`. A count.
    Collected,
    /// Fares decided `failed`, by `Reason`: the error that their execution had failed with. A count.
    Failed,
    /// Effects that were taken back, by `Kind`: `voided`, `refunded` or `reversed`. A count.
    Compensated,
    /// Invocations that found a payment half-way and found out what the gateway had done. A count; two at once are two.
    UnknownOutcomesResolved,
    /// Decisions that recovery asked for. A count.
    Recovering,
    /// Invocations that were answered with a definite refusal, such as a declined card. Lambda counts them among the
    /// function's errors, which they are not. A count.
    Refusals,
    /// How long an invocation took until its answer, by `Action`. Milliseconds.
    ActionLatency,
    /// How long the gateway took to answer a request, by `Operation`. Milliseconds.
    GatewayLatency,
    /// For how long the oldest undecided fare has been registered; 0 where there is none. Seconds.
    OldestUndecidedFare,
    /// In how many ways gateway, ledger and fares disagree; 0 where they agree. A number, measured once a day.
    Disagreements,
}

impl Metric {
    /// The name under which it is published.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn unit(self) -> Unit {
        match self {
            Self::Collected
            | Self::Failed
            | Self::Compensated
            | Self::UnknownOutcomesResolved
            | Self::Recovering
            | Self::Refusals
            | Self::Disagreements => Unit::Count,
            Self::ActionLatency | Self::GatewayLatency => Unit::Milliseconds,
            Self::OldestUndecidedFare => Unit::Seconds,
        }
    }

    pub(crate) fn count(self) {
        metrics::counter!(self.name()).increment(1);
    }

    pub(crate) fn count_of(self, label: &'static str, value: SharedString) {
        metrics::counter!(self.name(), label => value).increment(1);
    }

    fn measured(self, label: &'static str, value: &'static str, quantity: u128) {
        metrics::histogram!(self.name(), label => value).record(as_measured(quantity));
    }
}

/// Tells whoever collects the metrics in which units they are. To be called once, when the collector is there.
pub fn describe() {
    for metric in Metric::iter() {
        let (name, unit) = (metric.name(), metric.unit());
        if metric == Metric::Disagreements {
            metrics::describe_gauge!(name, unit, "");
        } else if unit == Unit::Count {
            metrics::describe_counter!(name, unit, "");
        } else {
            metrics::describe_histogram!(name, unit, "");
        }
    }
}

/// An invocation was answered after that time.
pub(crate) fn answered(action: &'static str, time: Duration) {
    Metric::ActionLatency.measured("Action", action, time.as_millis());
}

/// The gateway answered a request of that kind after that time.
pub fn gateway_answered(operation: &'static str, time: Duration) {
    Metric::GatewayLatency.measured("Operation", operation, time.as_millis());
}

/// Recovery was given a decision about a fare.
pub fn recovering() {
    Metric::Recovering.count();
}

/// It was found out what the gateway had done for a payment of which that had been unknown.
pub fn unknown_resolved() {
    Metric::UnknownOutcomesResolved.count();
}

/// The oldest undecided fare has been registered for that long.
pub fn oldest_undecided(age: Duration) {
    metrics::histogram!(Metric::OldestUndecidedFare.name()).record(as_measured(age.as_secs().into()));
}

/// Gateway, ledger and fares were found to disagree in so many ways.
pub fn disagreements(count: u64) {
    metrics::gauge!(Metric::Disagreements.name()).set(as_measured(count.into()));
}

/// Metrics are floating-point numbers; no amount of money is ever one of them.
fn as_measured(quantity: u128) -> f64 {
    f64::from(u32::try_from(quantity).unwrap_or(u32::MAX))
}
