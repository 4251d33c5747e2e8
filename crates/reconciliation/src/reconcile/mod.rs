//! Reads the books, joins them, and judges.
//!
//! First the gateway ([`gateway`]), the ledger and the records are read from end to end, each row sorted to its fare and its
//! customer. Then they are judged fare by fare ([`fares`]), and account by account ([`accounts`]).

mod accounts;
mod fares;
mod gateway;
mod outcome;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::books::{Book, Books, LedgerRow, Pages as _, ReadError};
use crate::disagreement::{Disagreement, Kind, Subject};
use crate::facts::{Decision, Entry, Fact};
use crate::rules::{Finding, Time};
use crate::spill::{Spill, SpillError};
use accounts::OfCustomer;
use fares::OfFare;

pub use outcome::{Counts, Outcome};

/// How many questions are under way at a time.
const QUESTIONS_AT_ONCE: usize = 16;

/// How far the clocks of two writers may be apart, in milliseconds.
const CLOCK_SKEW: i64 = 5 * 60 * 1000;

/// The most of a text that is shown as the id of a fare or of a customer, though it is none. Characters.
const LONGEST_SHOWN: usize = 64;

/// How the ledger is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerReading {
    /// From end to end. Finds also entries and accounts that nothing else knows of.
    Whole,
    /// Fare by fare, for every fare that another book knows: all that the nightly function may do, which has no right to scan
    /// the ledger. An entry that nothing else knows of shows in the balance of its account.
    ByFare,
}

/// What to reconcile, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time by which fares are judged.
    pub time: Time,
    /// Only fares that were registered or decided since then, in milliseconds since the epoch, or are undecided, and those of
    /// which the gateway has taken or given back something since. Balances are not checked then, since they are the sum of
    /// all entries there ever were.
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

/// What is told while it goes on.
pub trait Listener {
    /// So many more rows of this book were read.
    fn read(&mut self, book: Book, rows: usize);

    /// The books disagree.
    fn disagree(&mut self, disagreement: Disagreement);
}

struct Run<'a, B, L> {
    books: &'a B,
    settings: &'a Settings,
    listener: &'a mut L,
    outcome: Outcome,
    by_fare: Spill<OfFare>,
    by_customer: Spill<OfCustomer>,
    /// Fares with an entry in the account of another customer than their own; each of them is a disagreement.
    astray: BTreeSet<String>,
}

/// Reads all the books and tells the listener every disagreement that is confirmed by a second look.
///
/// Needs memory for one in a thousand fares at a time, however many there are, and disk for some 150 bytes per record.
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
        astray: BTreeSet::new(),
    };
    // Whatever the gateway or the ledger has must have a fare, which is written first: so fares are read last.
    run.read_gateway().await?;
    if run.reads_whole_ledger() {
        run.read_ledger().await?;
    }
    run.read_records().await?;
    run.judge_fares().await?;
    if run.checks_balances() {
        run.judge_accounts().await?;
    }
    Ok(run.outcome)
}

impl<B: Books, L: Listener> Run<'_, B, L> {
    fn checks_balances(&self) -> bool {
        self.settings.since.is_none()
    }

    fn reads_whole_ledger(&self) -> bool {
        self.settings.ledger == LedgerReading::Whole && self.checks_balances()
    }

    async fn read_ledger(&mut self) -> Result<(), ReconcileError> {
        let mut pages = self.books.ledger();
        while let Some(page) = pages.next().await? {
            self.listener.read(Book::Ledger, page.len());
            for row in page {
                match row {
                    LedgerRow::Entry(fare_id, entry) => {
                        self.keep_entry(&entry)?;
                        self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Entry(entry)))?;
                    }
                    LedgerRow::Account(account) => {
                        count(&mut self.outcome.counts.accounts, 1);
                        let customer = account.customer_id.clone();
                        self.by_customer.put(&customer, &OfCustomer::Account(account))?;
                    }
                    LedgerRow::Unreadable(fare_id, what) => {
                        self.by_fare.put(&fare_id, &OfFare::Fact(Fact::Unreadable(what)))?;
                    }
                    LedgerRow::Unknown(key) => {
                        let finding = (Kind::Unreadable, "the ledger has a key of no known kind".to_owned());
                        self.tell(Subject::Fare(shown(&key)), finding);
                    }
                }
            }
        }
        Ok(())
    }

    fn keep_entry(&mut self, entry: &Entry) -> Result<(), SpillError> {
        count(&mut self.outcome.counts.entries, 1);
        if !self.checks_balances() {
            return Ok(());
        }
        let posted = OfCustomer::Entry(entry.kind, entry.amount.clone());
        self.by_customer.put(&entry.customer_id, &posted)
    }

    async fn read_records(&mut self) -> Result<(), ReconcileError> {
        let mut pages = self.books.payments(self.settings.since);
        while let Some(page) = pages.next().await? {
            count(&mut self.outcome.counts.payments, page.len());
            self.listener.read(Book::Payments, page.len());
            for record in page {
                self.by_fare.put(&record.fare_id, &OfFare::Fact(record.fact))?;
            }
        }
        drop(pages);
        let mut pages = self.books.fares(self.settings.since);
        while let Some(page) = pages.next().await? {
            count(&mut self.outcome.counts.fares, page.len());
            self.listener.read(Book::Fares, page.len());
            for record in page {
                if self.began_before(&record.fact) {
                    self.by_fare.put(&record.fare_id, &OfFare::LookAt)?;
                }
                self.by_fare.put(&record.fare_id, &OfFare::Fact(record.fact))?;
            }
        }
        Ok(())
    }

    /// Whether this is a decided fare whose payment may be older than what was read, so that nothing follows from its
    /// absence.
    fn began_before(&self, fact: &Fact) -> bool {
        let (Some(since), Fact::Fare(fare)) = (self.settings.since, fact) else { return false };
        let surely_read = since.saturating_add(CLOCK_SKEW);
        fare.decision != Decision::Undecided && fare.registered_at.is_none_or(|at| at < surely_read)
    }

    fn tell(&mut self, subject: Subject, (kind, detail): Finding) {
        count(self.outcome.by_kind.entry(kind).or_default(), 1);
        self.listener.disagree(Disagreement { subject, kind, detail });
    }
}

fn count(counter: &mut u64, more: usize) {
    *counter = counter.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
}

/// An id that may be none, since anything can be written into a table or at the gateway by hand: short, and without
/// characters that a terminal would obey.
fn shown(id: &str) -> String {
    let mut plain: String = id.escape_default().take(LONGEST_SHOWN).collect();
    if plain.is_empty() {
        "(empty)".clone_into(&mut plain);
    }
    plain
}
