//! Reads the books, joins them, and judges.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use crate::balances::Sums;
use crate::books::{Book, Books, LedgerRow, Pages as _, ReadError};
use crate::disagreement::{Disagreement, Kind, Subject};
use crate::facts::{Account, Entry, Fact, FareFacts, GatewayPayment, GivenBack};
use crate::rules::{Finding, Time, judge};
use crate::spill::{Spill, SpillError};

/// How many fares are looked up at a time.
const LOOKS_AT_ONCE: usize = 16;

/// How often an account that keeps moving is summed up before that is given up.
const SUMMINGS: usize = 3;

/// How the ledger is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerReading {
    /// From end to end. Finds also entries and accounts that nothing else knows of.
    Whole,
    /// Fare by fare, for every fare that another book knows. Needs no right to scan the ledger; an entry that nothing else
    /// knows of shows in the balance of its account.
    ByFare,
}

/// What to reconcile, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time by which fares are judged.
    pub time: Time,
    /// Only fares that were registered or decided since then, in milliseconds since the epoch, or are undecided. Balances
    /// are not checked then, since they are the sum of all entries there ever were.
    pub since: Option<i64>,
    /// How the ledger is read; fare by fare wherever there is a `since`.
    pub ledger: LedgerReading,
    /// Where working files are put. They have no name there and are gone when the process is.
    pub directory: PathBuf,
}

/// Why the books could not be reconciled.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// One of them could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The disk failed.
    #[error(transparent)]
    Spill(#[from] SpillError),
}

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
    /// Refunds at the gateway.
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
}

/// What is told while it goes on.
pub trait Listener {
    /// So many more rows of this book were read.
    fn read(&mut self, book: Book, rows: usize);

    /// The books disagree.
    fn disagree(&mut self, disagreement: Disagreement);
}

/// A fact under its fare, or only that the fare is to be looked at.
#[derive(Serialize, Deserialize)]
enum OfFare {
    Fact(Fact),
    LookAt,
}

#[derive(Serialize, Deserialize)]
enum OfPayment {
    Payment(String, GatewayPayment),
    Refund(Option<String>, GivenBack),
}

#[derive(Serialize, Deserialize)]
enum OfCustomer {
    Entry(Entry),
    Account(Account),
}

struct Run<'a, B, L> {
    books: &'a B,
    settings: &'a Settings,
    listener: &'a mut L,
    outcome: Outcome,
    by_fare: Spill<OfFare>,
    by_customer: Spill<OfCustomer>,
}

/// Reads all the books and tells the listener every disagreement that is confirmed by a second look.
///
/// Needs memory for one in 256 fares at a time, however many there are, and disk for some 150 bytes per record.
///
/// # Errors
/// When a book or the working files cannot be read. What was told until then stands.
pub async fn reconcile<B: Books, L: Listener>(
    books: &B,
    settings: &Settings,
    listener: &mut L,
) -> Result<Outcome, ReconcileError> {
    let mut run = Run {
        books,
        settings,
        listener,
        outcome: Outcome::default(),
        by_fare: Spill::new(&settings.directory)?,
        by_customer: Spill::new(&settings.directory)?,
    };
    // Whatever the gateway or the ledger has must have a fare, which is written first: so fares are read last.
    run.read_gateway().await?;
    if run.reads_whole_ledger() {
        run.read_ledger().await?;
    }
    run.read_records().await?;
    run.judge_fares().await?;
    if settings.since.is_none() {
        run.judge_accounts().await?;
    }
    Ok(run.outcome)
}

impl<B: Books, L: Listener> Run<'_, B, L> {
    fn reads_whole_ledger(&self) -> bool {
        self.settings.ledger == LedgerReading::Whole && self.settings.since.is_none()
    }

    async fn read_gateway(&mut self) -> Result<(), ReconcileError> {
        let mut by_payment = Spill::new(&self.settings.directory)?;
        let mut pages = self.books.gateway_refunds(self.settings.since);
        while let Some(page) = pages.next().await? {
            self.has_read(Book::GatewayRefunds, page.len());
            for refund in page {
                by_payment.put(&refund.payment_id, &OfPayment::Refund(refund.fare_id, refund.given_back))?;
            }
        }
        drop(pages);
        let mut pages = self.books.gateway_payments(self.settings.since);
        while let Some(page) = pages.next().await? {
            self.has_read(Book::GatewayPayments, page.len());
            for named in page {
                let id = named.payment.id.clone();
                by_payment.put(&id, &OfPayment::Payment(named.fare_id, named.payment))?;
            }
        }
        drop(pages);
        for group in by_payment.groups() {
            for rows in group?.into_values() {
                self.keep_payment(rows)?;
            }
        }
        Ok(())
    }

    /// Puts a payment at the gateway, with all that was given back of it, to its fare.
    fn keep_payment(&mut self, rows: Vec<OfPayment>) -> Result<(), SpillError> {
        let (mut payment, mut given_back, mut named) = (None, GivenBack::default(), None);
        for row in rows {
            match row {
                OfPayment::Payment(fare_id, found) => payment = Some((fare_id, found)),
                OfPayment::Refund(fare_id, refund) => {
                    given_back = given_back.and(refund);
                    named = named.or(fare_id);
                }
            }
        }
        match (payment, named) {
            (Some((fare_id, payment)), _) => {
                let payment = GatewayPayment { given_back, ..payment };
                self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Gateway(payment)))
            }
            // A payment of before the time that was asked about.
            (None, Some(fare_id)) if self.settings.since.is_some() => self.by_fare.put(&fare_id, &OfFare::LookAt),
            // A refund of somebody else's payment.
            (None, _) => Ok(()),
        }
    }

    async fn read_ledger(&mut self) -> Result<(), ReconcileError> {
        let mut pages = self.books.ledger();
        while let Some(page) = pages.next().await? {
            self.listener.read(Book::Ledger, page.len());
            for row in page {
                match row {
                    LedgerRow::Entry(fare_id, entry) => {
                        self.keep_entry(entry.clone())?;
                        self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Entry(entry)))?;
                    }
                    LedgerRow::Account(account) => self.keep_account(account)?,
                    LedgerRow::Unreadable(fare_id, what) => {
                        self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Unreadable(what)))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn keep_entry(&mut self, entry: Entry) -> Result<(), SpillError> {
        count(&mut self.outcome.counts.entries, 1);
        let customer = entry.customer_id.clone();
        self.by_customer.put(&customer, &OfCustomer::Entry(entry))
    }

    fn keep_account(&mut self, account: Account) -> Result<(), SpillError> {
        count(&mut self.outcome.counts.accounts, 1);
        let customer = account.customer_id.clone();
        self.by_customer.put(&customer, &OfCustomer::Account(account))
    }

    async fn read_records(&mut self) -> Result<(), ReconcileError> {
        let mut pages = self.books.payments(self.settings.since);
        while let Some(page) = pages.next().await? {
            self.has_read(Book::Payments, page.len());
            for record in page {
                self.by_fare.put(&record.fare_id, &OfFare::Fact(record.fact))?;
            }
        }
        drop(pages);
        let mut pages = self.books.fares(self.settings.since);
        while let Some(page) = pages.next().await? {
            self.has_read(Book::Fares, page.len());
            for record in page {
                self.by_fare.put(&record.fare_id, &OfFare::Fact(record.fact))?;
            }
        }
        Ok(())
    }

    async fn judge_fares(&mut self) -> Result<(), ReconcileError> {
        let by_fare = std::mem::replace(&mut self.by_fare, Spill::new(&self.settings.directory)?);
        for group in by_fare.groups() {
            let mut suspects = Vec::new();
            let mut fares = self.with_entries(group?).await?;
            while let Some((fare_id, facts, is_suspect)) = fares.pop() {
                if is_suspect || !judge(&facts, self.settings.time).is_empty() {
                    suspects.push((fare_id, facts.gateway.into_iter().map(|payment| payment.id).collect::<Vec<_>>()));
                }
            }
            self.confirm(suspects).await?;
        }
        Ok(())
    }

    /// What is known of each fare, with its entries where they were not read before, and whether it must be looked at
    /// whatever that says.
    async fn with_entries(
        &mut self,
        group: BTreeMap<String, Vec<OfFare>>,
    ) -> Result<Vec<(String, FareFacts, bool)>, ReconcileError> {
        let mut fares = Vec::with_capacity(group.len());
        for (fare_id, rows) in group {
            let (mut facts, mut look) = (FareFacts::default(), false);
            for row in rows {
                match row {
                    OfFare::Fact(fact) => facts.add(fact),
                    OfFare::LookAt => look = true,
                }
            }
            fares.push((fare_id, facts, look));
        }
        if self.reads_whole_ledger() {
            return Ok(fares);
        }
        let books = self.books;
        let mut read = futures::stream::iter(fares)
            .map(async |(fare_id, mut facts, look)| {
                let entries = books.entries(&fare_id).await?;
                entries.into_iter().for_each(|entry| facts.add(entry));
                Ok::<_, ReadError>((fare_id, facts, look))
            })
            .buffer_unordered(LOOKS_AT_ONCE);
        let mut fares = Vec::new();
        while let Some(fare) = read.next().await {
            fares.push(fare?);
        }
        drop(read);
        for (_, facts, _) in &fares {
            self.listener.read(Book::Ledger, facts.entries.len());
            for entry in &facts.entries {
                self.keep_entry(entry.clone())?;
            }
        }
        Ok(fares)
    }

    /// Looks at suspects as they stand now, and tells what is still wrong with them.
    async fn confirm(&mut self, suspects: Vec<(String, Vec<String>)>) -> Result<(), ReconcileError> {
        count(&mut self.outcome.counts.looked_at_again, suspects.len());
        let books = self.books;
        let mut looks = futures::stream::iter(suspects)
            .map(async |(fare_id, payment_ids)| {
                let facts = books.look(&fare_id, &payment_ids).await?;
                Ok::<_, ReadError>((fare_id, facts))
            })
            .buffered(LOOKS_AT_ONCE);
        while let Some(look) = looks.next().await {
            let (fare_id, facts) = look?;
            for finding in judge(&facts, self.settings.time) {
                tell(self.listener, &mut self.outcome, Subject::Fare(fare_id.clone()), finding);
            }
        }
        Ok(())
    }

    async fn judge_accounts(&mut self) -> Result<(), ReconcileError> {
        let by_customer = std::mem::replace(&mut self.by_customer, Spill::new(&self.settings.directory)?);
        let mut suspects = BTreeMap::new();
        for group in by_customer.groups() {
            for (customer_id, rows) in group? {
                let (mut sums, mut account) = (Sums::default(), None);
                for row in rows {
                    match row {
                        OfCustomer::Entry(entry) => sums.add(&entry),
                        OfCustomer::Account(found) => account = Some(found),
                    }
                }
                if !self.reads_whole_ledger() {
                    account = self.books.account(&customer_id).await?;
                    count(&mut self.outcome.counts.accounts, account.iter().len());
                }
                if !sums.judge(account.as_ref()).is_empty() {
                    suspects.insert(customer_id, Sums::default());
                }
            }
        }
        for _ in 0..SUMMINGS {
            if suspects.is_empty() {
                break;
            }
            suspects = self.sum_up(suspects).await?;
        }
        count(&mut self.outcome.counts.unsettled_accounts, suspects.len());
        Ok(())
    }

    /// Sums these accounts up anew, and tells what is wrong with those that did not move meanwhile; gives back the others.
    async fn sum_up(&mut self, mut suspects: BTreeMap<String, Sums>) -> Result<BTreeMap<String, Sums>, ReconcileError> {
        let mut before = BTreeMap::new();
        for customer_id in suspects.keys() {
            before.insert(customer_id.clone(), self.books.account(customer_id).await?);
        }
        let mut add = |entry: &Entry| {
            if let Some(sums) = suspects.get_mut(&entry.customer_id) {
                sums.add(entry);
            }
        };
        if self.reads_whole_ledger() {
            let mut pages = self.books.ledger();
            while let Some(page) = pages.next().await? {
                for row in page {
                    if let LedgerRow::Entry(_, entry) = row {
                        add(&entry);
                    }
                }
            }
        } else {
            let mut pages = self.books.fares(None);
            while let Some(page) = pages.next().await? {
                for record in page {
                    let Fact::Fare(fare) = &record.fact else { continue };
                    if !before.contains_key(&fare.customer_id) {
                        continue;
                    }
                    for fact in self.books.entries(&record.fare_id).await? {
                        if let Fact::Entry(entry) = fact {
                            add(&entry);
                        }
                    }
                }
            }
        }
        let mut moving = BTreeMap::new();
        for (customer_id, sums) in suspects {
            let account = self.books.account(&customer_id).await?;
            if before.get(&customer_id) != Some(&account) {
                moving.insert(customer_id, Sums::default());
                continue;
            }
            for finding in sums.judge(account.as_ref()) {
                tell(self.listener, &mut self.outcome, Subject::Customer(customer_id.clone()), finding);
            }
        }
        Ok(moving)
    }

    fn has_read(&mut self, book: Book, rows: usize) {
        let counts = &mut self.outcome.counts;
        let counter = match book {
            Book::Fares => &mut counts.fares,
            Book::Payments => &mut counts.payments,
            Book::Ledger => &mut counts.entries,
            Book::GatewayPayments => &mut counts.gateway_payments,
            Book::GatewayRefunds => &mut counts.gateway_refunds,
        };
        count(counter, rows);
        self.listener.read(book, rows);
    }
}

fn count(counter: &mut u64, more: usize) {
    *counter = counter.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
}

fn tell(listener: &mut impl Listener, outcome: &mut Outcome, subject: Subject, (kind, detail): Finding) {
    count(outcome.by_kind.entry(kind).or_default(), 1);
    listener.disagree(Disagreement { subject, kind, detail });
}
