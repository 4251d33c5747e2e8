//! What came of a comparison.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::disagreement::Kind;

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Fares on record.
    pub fares: u64,
    /// Payments on record.
    pub payments: u64,
    /// Ledger entries.
    pub entries: u64,
    /// Accounts.
    pub accounts: u64,
    /// Payments at the gateway.
    pub gateway_payments: u64,
    /// Refunds of those payments.
    pub gateway_refunds: u64,
    /// Fares that were looked at once more.
    pub looked_at_again: u64,
    /// Accounts that kept moving, so that their balances could not be checked.
    pub unsettled_accounts: u64,
}

/// What came of it. The disagreements themselves have been given away one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How much was read.
    pub counts: Counts,
    /// How many disagreements of each kind.
    pub by_kind: BTreeMap<Kind, u64>,
}

impl Outcome {
    /// How many disagreements in all.
    #[must_use]
    pub fn disagreements(&self) -> u64 {
        self.by_kind.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether everything was compared, and agrees.
    #[must_use]
    pub fn all_agree(&self) -> bool {
        self.disagreements() == 0 && self.counts.unsettled_accounts == 0
    }
}
