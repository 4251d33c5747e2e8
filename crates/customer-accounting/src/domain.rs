//! The rules of the ledger.

use decision_log::{Decision, decided};
use fare_values::{
    Clock, Conditional, CustomerId, EntryState, FareId, FareRequest, FaultTrigger, FaultTriggers, StoreUnavailable,
    WireError, WireErrorName,
};

use crate::store::{CreditAnswer, CreditEntry, LedgerStore};

/// How often `debit` looks again when a credit slips in between its two questions. Once is enough: a credit is posted
/// at most once, and nothing removes it but a reversal.
const DEBIT_ROUNDS: usize = 2;

/// What this function can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Action {
    /// Do: credit the customer's account with the fare.
    Credit,
    /// Undo: reverse the credit.
    Debit,
}

/// Where a fare's credit entry stands after an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The fare that was posted.
    pub fare_id: FareId,
    /// `Standing` after a credit; `Reversed` after a debit, or `Tombstone` if there was nothing to reverse.
    pub state: EntryState,
}

/// Why an action was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomerAccountingError {
    /// The fare's entry stands with another payload; it is untouched.
    #[error("the ledger entry of fare {fare_id} stands with another payload; it is left as it is")]
    Conflict {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The fare's credit was undone before; it was not posted now.
    #[error("the credit of fare {fare_id} was undone, which is final")]
    Cancelled {
        /// The fare's id.
        fare_id: FareId,
    },
    /// The account takes no credits; nothing was posted.
    #[error("the account of customer {customer_id} is closed; fare {fare_id} was not credited")]
    AccountClosed {
        /// The fare's id.
        fare_id: FareId,
        /// Whose account it is.
        customer_id: CustomerId,
    },
    /// The ledger gave no answer: the entry may have been posted, and the action may safely be sent again.
    #[error("whether the ledger was written is unknown")]
    Store(#[from] StoreUnavailable),
}

impl From<CustomerAccountingError> for WireError {
    fn from(error: CustomerAccountingError) -> Self {
        let name = match &error {
            CustomerAccountingError::Conflict { .. } => WireErrorName::FareConflict,
            CustomerAccountingError::Cancelled { .. } => WireErrorName::FareCancelled,
            CustomerAccountingError::AccountClosed { .. } => WireErrorName::AccountCreditException,
            CustomerAccountingError::Store(cause) => {
                return WireError::new(WireErrorName::LedgerUnavailable, format!("{error}: {cause}"));
            }
        };
        WireError::new(name, error.to_string())
    }
}

/// The service: its rules over a ledger.
#[derive(Clone, Debug)]
pub struct CustomerAccounting<S, C> {
    store: S,
    clock: C,
    triggers: FaultTriggers,
}

impl<S: LedgerStore, C: Clock> CustomerAccounting<S, C> {
    /// The service over this ledger and clock.
    pub fn new(store: S, clock: C, triggers: FaultTriggers) -> Self {
        Self { store, clock, triggers }
    }

    /// Carries out one action.
    ///
    /// # Errors
    /// [`CustomerAccountingError`]; all but `Store` mean that nothing has happened.
    pub async fn act(&self, action: Action, request: FareRequest) -> Result<Posting, CustomerAccountingError> {
        match action {
            Action::Credit => self.credit(&request).await,
            Action::Debit => self.debit(&request).await,
        }
    }

    /// Do: posts the fare to its customer's account, opening the account if need be. The same fare again is answered the
    /// same and posted once.
    async fn credit(&self, request: &FareRequest) -> Result<Posting, CustomerAccountingError> {
        let trigger = self.triggers.pulled_by(request.customer_id());
        if trigger.is_some_and(FaultTrigger::closes_account) {
            self.store.close_account(request.customer_id()).await?;
        }
        let entry = CreditEntry::standing(request, self.clock.now());
        match self.store.post_credit(entry.clone()).await? {
            CreditAnswer::Posted => {
                decided(Decision::Credited, entry.amount, None);
                Ok(entry.posting())
            }
            CreditAnswer::AccountClosed => {
                decided(Decision::CreditRefused, entry.amount, None);
                Err(CustomerAccountingError::AccountClosed { fare_id: entry.fare_id, customer_id: entry.customer_id })
            }
            CreditAnswer::EntryExists(existing) => match own(&entry, existing)?.state {
                EntryState::Standing => Ok(entry.posting()),
                EntryState::Reversed | EntryState::Tombstone => {
                    Err(CustomerAccountingError::Cancelled { fare_id: entry.fare_id })
                }
            },
        }
    }

    /// Undo of `credit`: posts the reversal, also on a closed account. If nothing was credited, leaves a tombstone that
    /// refuses a credit that comes late.
    async fn debit(&self, request: &FareRequest) -> Result<Posting, CustomerAccountingError> {
        let reversed = CreditEntry::reversed(request, self.clock.now());
        for _ in 0..DEBIT_ROUNDS {
            match self.store.post_reversal(reversed.clone()).await? {
                Conditional::Written(entry) => {
                    decided(Decision::Reversed, entry.amount, None);
                    return Ok(entry.posting());
                }
                Conditional::Refused(Some(existing)) => return Ok(undone(own(&reversed, existing)?)?.posting()),
                Conditional::Refused(None) => {}
            }
            let tombstone = CreditEntry::tombstone(request, self.clock.now());
            match self.store.lay_tombstone(tombstone).await? {
                Conditional::Written(entry) => {
                    decided(Decision::CreditBarred, entry.amount, None);
                    return Ok(entry.posting());
                }
                // A credit, or another debit, came in between: ask again what it left.
                Conditional::Refused(_) => {}
            }
        }
        Err(StoreUnavailable::because("the entry kept changing").into())
    }
}

/// The existing entry, if it is of the very fare that was asked about.
fn own(asked: &CreditEntry, existing: CreditEntry) -> Result<CreditEntry, CustomerAccountingError> {
    if existing.payload_hash == asked.payload_hash {
        Ok(existing)
    } else {
        Err(CustomerAccountingError::Conflict { fare_id: asked.fare_id.clone() })
    }
}

/// The existing entry, if it is undone. One that stands should have been reversed: something else in the ledger
/// contradicts it, and nothing more is done to it.
fn undone(existing: CreditEntry) -> Result<CreditEntry, StoreUnavailable> {
    match existing.state {
        EntryState::Reversed | EntryState::Tombstone => Ok(existing),
        EntryState::Standing => Err(StoreUnavailable::because("the entry stands and could not be reversed")),
    }
}

#[cfg(test)]
mod tests;
