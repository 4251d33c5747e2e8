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

#[derive(Clone, Debug, Default)]
struct Books {
    entries: BTreeMap<FareId, CreditEntry>,
    reversals: BTreeMap<FareId, CreditEntry>,
    accounts: BTreeMap<CustomerId, Account>,
}

/// A balance is wider than an amount, as it is in DynamoDB, whose numbers have 38 digits (Developer Guide, "Supported
/// data types"): entries that are each in range add up without an error.
#[derive(Clone, Debug, Default)]
struct Account {
    closed: bool,
    balances: Vec<(Currency, i128)>,
}

impl Account {
    fn add(&mut self, currency: Currency, amount: i64) {
        let amount = i128::from(amount);
        match self.balances.iter_mut().find(|(held, _)| *held == currency) {
            Some((_, balance)) => *balance = balance.saturating_add(amount),
            None => self.balances.push((currency, amount)),
        }
    }
}

impl InMemoryLedger {
    /// A copy as it stands now, which shares nothing with this one.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self { books: Arc::new(Mutex::new(self.lock().clone())) }
    }

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

    /// A customer's balance, in minor units of that currency. What is beyond `i64` reads as the largest `i64`.
    #[must_use]
    pub fn balance(&self, customer: &CustomerId, currency: Currency) -> i64 {
        let balances = self.balances(customer);
        let held = balances.into_iter().find(|(held, _)| *held == currency).map_or(0, |(_, balance)| balance);
        i64::try_from(held).unwrap_or(i64::MAX)
    }

    /// All of a customer's balances, in minor units: one for each currency that an entry was ever in.
    #[must_use]
    pub fn balances(&self, customer: &CustomerId) -> Vec<(Currency, i128)> {
        self.lock().accounts.get(customer).map(|account| account.balances.clone()).unwrap_or_default()
    }

    /// Whether a customer's account takes credits; `None` if there is no account.
    #[must_use]
    pub fn is_open(&self, customer: &CustomerId) -> Option<bool> {
        self.lock().accounts.get(customer).map(|account| !account.closed)
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
        account.add(entry.amount.currency(), entry.amount.amount());
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
        account.add(standing.amount.currency(), -standing.amount.amount());
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

#[cfg(test)]
mod tests {
    use fare_values::{FareRequest, Millis, Money, PaymentMethod};

    use super::*;

    fn entry(fare: &str) -> CreditEntry {
        let amount = Money::from_stored(i64::MAX, "usd").unwrap();
        let method = PaymentMethod::new("pm_card_visa").unwrap();
        let (fare, customer) = (FareId::new(fare).unwrap(), CustomerId::new("3").unwrap());
        CreditEntry::standing(&FareRequest::from_parts(fare, customer, amount, method), Millis(17))
    }

    #[tokio::test]
    async fn amounts_that_are_each_in_range_add_up_without_an_error() {
        let ledger = InMemoryLedger::default();
        for fare in ["wr_563", "wr_564"] {
            assert_eq!(ledger.post_credit(entry(fare)).await, Ok(CreditAnswer::Posted));
        }
        let customer = entry("wr_563").customer_id;
        assert_eq!(ledger.balances(&customer), [(Currency::Usd, i128::from(i64::MAX) * 2)]);
        assert_eq!(ledger.balance(&customer, Currency::Usd), i64::MAX);
    }

    #[tokio::test]
    async fn an_account_is_opened_by_its_first_credit_or_by_being_closed() {
        let (ledger, customer) = (InMemoryLedger::default(), entry("wr_563").customer_id);
        assert_eq!(ledger.is_open(&customer), None);
        ledger.post_credit(entry("wr_563")).await.unwrap();
        assert_eq!(ledger.is_open(&customer), Some(true));
        ledger.close_account(&customer).await.unwrap();
        assert_eq!(ledger.is_open(&customer), Some(false));
    }
}
