//! A few books that can be written in: what recovery does to them, and what a person does by the repair that is printed.

mod hand;
mod recovery;

use std::collections::BTreeMap;
use std::future::ready;

use reconciliation::{
    Account, Amount, Books, EntryKind, Fact, FareFacts, GivenBack, Kind, LedgerRow, NamedPayment, NamedRefund, Pages,
    ReadError, Record, Repair, Subject,
};

#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) fares: BTreeMap<String, FareFacts>,
    accounts: BTreeMap<String, BTreeMap<String, i64>>,
    /// The records as they were before anything happened to them.
    backup: BTreeMap<String, FareFacts>,
}

impl Shelf {
    /// A fare with its accounts, whose balances are the sums of its entries unless they are disturbed in this way.
    pub(crate) fn add(&mut self, number: u64, facts: FareFacts, disturbance: Option<Kind>) {
        let customer = format!("customer-{number}");
        let course = if facts.fare.as_ref().is_some_and(|fare| fare.decision == reconciliation::Decision::Failed) {
            crate::Course::TakenBack
        } else {
            crate::Course::Collected
        };
        let id = format!("wr_{number}");
        self.backup.insert(id.clone(), crate::sound(number, course, crate::Age::Fresh, &customer));
        for entry in &facts.entries {
            self.post(&entry.customer_id, &entry.amount, sign(entry.kind));
        }
        if disturbance == Some(Kind::BalanceDiffers) {
            self.post(&customer, &Amount::new(-1, "usd"), 1);
        } else if disturbance == Some(Kind::AccountMissing) {
            self.accounts.remove(&customer);
        }
        self.fares.insert(id, facts);
    }

    /// Does what is printed.
    pub(crate) fn repair(&mut self, subject: &Subject, kind: Kind) {
        match (subject, kind.repair()) {
            (Subject::Fare(id), Repair::Recover) => self.recover(id),
            (Subject::Fare(id), Repair::Wait) => {
                for payment in &mut self.fares.get_mut(id).unwrap().gateway {
                    payment.given_back.succeeded += std::mem::take(&mut payment.given_back.pending);
                }
            }
            (Subject::Fare(id), Repair::ByHand(_)) => self.by_hand(id, kind),
            (Subject::Customer(customer), _) => {
                let entries = self.fares.values().flat_map(|facts| facts.entries.clone());
                let own: Vec<_> = entries.filter(|entry| entry.customer_id == *customer).collect();
                self.accounts.insert(customer.clone(), BTreeMap::new());
                for entry in own {
                    self.post(customer, &entry.amount, sign(entry.kind));
                }
            }
        }
    }

    /// Changes a balance.
    fn post(&mut self, customer: &str, amount: &Amount, sign: i64) {
        let account = self.accounts.entry(customer.to_owned()).or_default();
        *account.entry(amount.currency.clone()).or_default() += sign * amount.amount;
    }
}

/// By how much of its amount an entry raises a balance.
fn sign(kind: EntryKind) -> i64 {
    match kind {
        EntryKind::Standing | EntryKind::Reversed => 1,
        EntryKind::Reversal => -1,
        EntryKind::Tombstone => 0,
    }
}

struct OnePage<T>(Option<Vec<T>>);

impl<T: Send> Pages<T> for OnePage<T> {
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<T>>, ReadError>> + Send {
        ready(Ok(self.0.take()))
    }
}

impl Shelf {
    fn each<T>(&self, rows: impl Fn(&str, &FareFacts) -> Vec<T>) -> OnePage<T> {
        OnePage(Some(self.fares.iter().flat_map(|(id, facts)| rows(id, facts)).collect()))
    }

    fn account_of(&self, customer: &str) -> Option<Account> {
        let balances = self.accounts.get(customer)?.iter();
        let balances = balances.map(|(currency, balance)| Amount::new(*balance, currency.clone())).collect();
        Some(Account { customer_id: customer.to_owned(), balances, unreadable: None })
    }
}

impl Books for Shelf {
    fn fares(&self, _: Option<i64>) -> impl Pages<Record> + Send {
        self.each(|id, facts| {
            let fare = facts.fare.clone().map(Fact::Fare).into_iter();
            let all = fare.chain(facts.unreadable.iter().cloned().map(Fact::Unreadable));
            all.map(|fact| Record { fare_id: id.to_owned(), fact }).collect()
        })
    }

    fn payments(&self, _: Option<i64>) -> impl Pages<Record> + Send {
        self.each(|id, facts| {
            let payment = facts.payment.clone().map(Fact::Payment).into_iter();
            payment.map(|fact| Record { fare_id: id.to_owned(), fact }).collect()
        })
    }

    fn ledger(&self) -> impl Pages<LedgerRow> + Send {
        let OnePage(rows) = self.each(|id, facts| {
            facts.entries.iter().map(|entry| LedgerRow::Entry(id.to_owned(), entry.clone())).collect()
        });
        let accounts = self.accounts.keys().filter_map(|customer| self.account_of(customer)).map(LedgerRow::Account);
        OnePage(rows.map(|rows| rows.into_iter().chain(accounts).collect()))
    }

    fn gateway_payments(&self, _: Option<i64>) -> impl Pages<NamedPayment> + Send {
        self.each(|id, facts| {
            let named = facts.gateway.iter().map(|payment| NamedPayment {
                payment_id: payment.id.clone(),
                fare_id: id.to_owned(),
                payment: Some(payment.clone()),
            });
            named.collect()
        })
    }

    fn gateway_refunds(&self, _: Option<i64>) -> impl Pages<NamedRefund> + Send {
        self.each(|_, facts| {
            let refunded = facts.gateway.iter().filter(|payment| payment.given_back != GivenBack::default());
            let refunds = refunded.map(|payment| NamedRefund {
                payment_id: payment.id.clone(),
                fare_id: None,
                given_back: Some(payment.given_back),
            });
            refunds.collect()
        })
    }

    fn fare_of_payment(&self, _: &str) -> impl Future<Output = Result<Option<String>, ReadError>> + Send {
        ready(Ok(None))
    }

    fn entries(&self, id: &str) -> impl Future<Output = Result<Vec<Fact>, ReadError>> + Send {
        let entries = self.fares.get(id).map(|facts| facts.entries.iter().cloned().map(Fact::Entry).collect());
        ready(Ok(entries.unwrap_or_default()))
    }

    fn look(&self, id: &str, _: &[String]) -> impl Future<Output = Result<FareFacts, ReadError>> + Send {
        ready(Ok(self.fares.get(id).cloned().unwrap_or_default()))
    }

    fn account(&self, customer: &str) -> impl Future<Output = Result<Option<Account>, ReadError>> + Send {
        ready(Ok(self.account_of(customer)))
    }
}
