//! Account by account: balances against the sums of their entries.

use std::collections::BTreeMap;

use fare_values::CustomerId;
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::{Listener, QUESTIONS_AT_ONCE, ReconcileError, Run, count, shown};
use crate::balances::Sums;
use crate::books::{Books, LedgerRow, Pages as _, ReadError};
use crate::disagreement::Subject;
use crate::facts::{Account, Amount, EntryKind, Fact};
use crate::spill::Spill;

/// How often an account that keeps moving is summed up before that is given up.
const SUMMINGS: usize = 3;

/// How many suspects are summed up anew in one reading of the ledger.
const SUSPECTS_AT_ONCE: usize = 50_000;

/// A row under its customer. Of entries no more than is summed up: a customer may have a million of them.
#[derive(Serialize, Deserialize)]
pub(super) enum OfCustomer {
    Entry(EntryKind, Amount),
    Account(Account),
}

/// What was read of one customer.
#[derive(Default)]
struct Holding {
    sums: Sums,
    account: Option<Account>,
}

impl Holding {
    fn add(&mut self, row: OfCustomer) {
        match row {
            OfCustomer::Entry(kind, amount) => self.sums.add(kind, &amount),
            OfCustomer::Account(account) => self.account = Some(account),
        }
    }
}

/// Accounts that are summed up anew.
type Suspects = BTreeMap<String, Sums>;

impl<B: Books, L: Listener> Run<'_, B, L> {
    pub(super) async fn judge_accounts(&mut self) -> Result<(), ReconcileError> {
        let by_customer = std::mem::replace(&mut self.by_customer, Spill::new(&self.settings.directory)?);
        let mut suspects = Suspects::new();
        for group in by_customer.fold(Holding::add) {
            for (customer_id, holding) in self.with_accounts(group?).await? {
                let findings = holding.sums.judge(holding.account.as_ref());
                if CustomerId::new(&customer_id).is_err() {
                    // No service writes such an id, so nothing moves here, and nothing can be asked about it.
                    for finding in findings {
                        self.tell(Subject::Customer(shown(&customer_id)), finding);
                    }
                } else if !findings.is_empty() {
                    suspects.insert(customer_id, Sums::default());
                }
            }
            if suspects.len() >= SUSPECTS_AT_ONCE {
                self.settle(std::mem::take(&mut suspects)).await?;
            }
        }
        self.settle(suspects).await
    }

    /// What is known of each customer, with the account where it was not read before.
    async fn with_accounts(
        &mut self,
        group: BTreeMap<String, Holding>,
    ) -> Result<Vec<(String, Holding)>, ReconcileError> {
        if self.reads_whole_ledger() {
            return Ok(group.into_iter().collect());
        }
        let books = self.books;
        let mut read = futures::stream::iter(group)
            .map(async |(customer_id, mut holding)| {
                if CustomerId::new(&customer_id).is_ok() {
                    holding.account = books.account(&customer_id).await?;
                }
                Ok::<_, ReadError>((customer_id, holding))
            })
            .buffer_unordered(QUESTIONS_AT_ONCE);
        let mut holdings = Vec::new();
        while let Some(holding) = read.next().await {
            let (customer_id, holding) = holding?;
            count(&mut self.outcome.counts.accounts, holding.account.iter().len());
            holdings.push((customer_id, holding));
        }
        Ok(holdings)
    }

    /// Sums these accounts up anew until they hold still.
    async fn settle(&mut self, mut suspects: Suspects) -> Result<(), ReconcileError> {
        for _ in 0..SUMMINGS {
            if suspects.is_empty() {
                break;
            }
            suspects = self.sum_up(suspects).await?;
        }
        count(&mut self.outcome.counts.unsettled_accounts, suspects.len());
        Ok(())
    }

    /// Sums these accounts up once, and tells what is wrong with those that did not move meanwhile; gives back the others.
    async fn sum_up(&mut self, mut suspects: Suspects) -> Result<Suspects, ReconcileError> {
        let before = self.accounts(&suspects).await?;
        if self.reads_whole_ledger() {
            self.add_whole_ledger(&mut suspects).await?;
        } else {
            self.add_fare_by_fare(&mut suspects).await?;
        }
        let mut after = self.accounts(&suspects).await?;
        let mut moving = Suspects::new();
        for (customer_id, sums) in suspects {
            let account = after.remove(&customer_id);
            if before.get(&customer_id) != account.as_ref() {
                moving.insert(customer_id, Sums::default());
                continue;
            }
            for finding in sums.judge(account.as_ref()) {
                self.tell(Subject::Customer(customer_id.clone()), finding);
            }
        }
        Ok(moving)
    }

    /// These accounts as they stand now.
    async fn accounts(&self, suspects: &Suspects) -> Result<BTreeMap<String, Account>, ReadError> {
        let books = self.books;
        let customers: Vec<_> = suspects.keys().cloned().collect();
        let mut read = futures::stream::iter(customers)
            .map(async |customer_id| books.account(&customer_id).await)
            .buffer_unordered(QUESTIONS_AT_ONCE);
        let mut accounts = BTreeMap::new();
        while let Some(account) = read.next().await {
            let account: Option<Account> = account?;
            accounts.extend(account.map(|account| (account.customer_id.clone(), account)));
        }
        Ok(accounts)
    }

    async fn add_whole_ledger(&self, suspects: &mut Suspects) -> Result<(), ReadError> {
        let mut pages = self.books.ledger();
        while let Some(page) = pages.next().await? {
            for row in page {
                if let LedgerRow::Entry(_, entry) = row
                    && let Some(sums) = suspects.get_mut(&entry.customer_id)
                {
                    sums.add(entry.kind, &entry.amount);
                }
            }
        }
        Ok(())
    }

    /// The entries of the suspects' own fares, and of those that were found in another's account. They are taken again
    /// whatever account they are in, so that no entry counts the first time and not the second.
    async fn add_fare_by_fare(&self, suspects: &mut Suspects) -> Result<(), ReadError> {
        let mut pages = self.books.fares(None);
        while let Some(page) = pages.next().await? {
            let own = page.into_iter().filter_map(|record| {
                let Fact::Fare(fare) = record.fact else { return None };
                let is_own = suspects.contains_key(&fare.customer_id) && !self.astray.contains(&record.fare_id);
                (is_own && fare_values::FareId::new(&record.fare_id).is_ok()).then_some(record.fare_id)
            });
            let own: Vec<_> = own.collect();
            self.add_entries_of(own, suspects).await?;
        }
        self.add_entries_of(self.astray.iter().cloned(), suspects).await
    }

    async fn add_entries_of(
        &self,
        fares: impl IntoIterator<Item = String>,
        suspects: &mut Suspects,
    ) -> Result<(), ReadError> {
        let books = self.books;
        let mut read = futures::stream::iter(fares)
            .map(async |fare_id| books.entries(&fare_id).await)
            .buffer_unordered(QUESTIONS_AT_ONCE);
        while let Some(entries) = read.next().await {
            let entries: Vec<Fact> = entries?;
            for entry in entries {
                if let Fact::Entry(entry) = entry
                    && let Some(sums) = suspects.get_mut(&entry.customer_id)
                {
                    sums.add(entry.kind, &entry.amount);
                }
            }
        }
        Ok(())
    }
}
