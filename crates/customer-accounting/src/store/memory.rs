//! The ledger's twin in memory, which keeps the same conditions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fare_values::{Conditional, Currency, CustomerId, EntryState, FareId, StoreUnavailable};

use super::{CreditAnswer, CreditEntry, LedgerStore};

/// A ledger in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct InMemoryLedger {
    books: Arc<Mutex<Books>>,
}

#[derive(Debug, Default)]
struct Books {
    entries: BTreeMap<FareId, CreditEntry>,
    reversals: BTreeMap<FareId, CreditEntry>,
    accounts: BTreeMap<CustomerId, Account>,
}

#[derive(Debug, Default)]
struct Account {
    closed: bool,
    balances: Vec<(Currency, i64)>,
}

impl Account {
    fn add(&mut self, currency: Currency, amount: i64) -> Result<(), StoreUnavailable> {
        let out_of_range = || StoreUnavailable::because("the balance is out of range");
        match self.balances.iter_mut().find(|(held, _)| *held == currency) {
            Some((_, balance)) => *balance = balance.checked_add(amount).ok_or_else(out_of_range)?,
            None => self.balances.push((currency, amount)),
        }
        Ok(())
    }
}

impl InMemoryLedger {
    /// The credit entry of a fare.
    #[must_use]
    pub fn entry(&self, fare_id: &FareId) -> Option<CreditEntry> {
        self.lock().entries.get(fare_id).cloned()
    }

    /// The reversal entry of a fare.
    #[must_use]
    pub fn reversal(&self, fare_id: &FareId) -> Option<CreditEntry> {
        self.lock().reversals.get(fare_id).cloned()
    }

    /// A customer's balance, in minor units of that currency.
    #[must_use]
    pub fn balance(&self, customer: &CustomerId, currency: Currency) -> i64 {
        let books = self.lock();
        let balances = books.accounts.get(customer).map(|account| account.balances.as_slice()).unwrap_or_default();
        balances.iter().find(|(held, _)| *held == currency).map_or(0, |(_, balance)| *balance)
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerStore for InMemoryLedger {
    async fn post_credit(&self, entry: CreditEntry) -> Result<CreditAnswer, StoreUnavailable> {
        let mut books = self.lock();
        if let Some(existing) = books.entries.get(&entry.fare_id) {
            return Ok(CreditAnswer::EntryExists(existing.clone()));
        }
        let account = books.accounts.entry(entry.customer_id.clone()).or_default();
        if account.closed {
            return Ok(CreditAnswer::AccountClosed);
        }
        account.add(entry.amount.currency(), entry.amount.amount())?;
        books.entries.insert(entry.fare_id.clone(), entry);
        Ok(CreditAnswer::Posted)
    }

    async fn post_reversal(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        let mut books = self.lock();
        let existing = books.entries.get(&entry.fare_id).cloned();
        let Some(standing) = existing
            .clone()
            .filter(|existing| existing.state == EntryState::Standing && existing.payload_hash == entry.payload_hash)
        else {
            return Ok(Conditional::Refused(existing));
        };
        let account = books.accounts.entry(standing.customer_id.clone()).or_default();
        account.add(standing.amount.currency(), -standing.amount.amount())?;
        let reversed = CreditEntry { state: EntryState::Reversed, ..standing };
        books.entries.insert(entry.fare_id.clone(), reversed);
        books.reversals.insert(entry.fare_id.clone(), entry.clone());
        Ok(Conditional::Written(entry))
    }

    async fn lay_tombstone(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        let mut books = self.lock();
        if let Some(existing) = books.entries.get(&entry.fare_id) {
            return Ok(Conditional::Refused(Some(existing.clone())));
        }
        books.entries.insert(entry.fare_id.clone(), entry.clone());
        Ok(Conditional::Written(entry))
    }

    async fn close_account(&self, customer: &CustomerId) -> Result<(), StoreUnavailable> {
        self.lock().accounts.entry(customer.clone()).or_default().closed = true;
        Ok(())
    }
}
