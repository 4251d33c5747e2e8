//! What each of the books says about one fare, as far as reconciliation asks.
//!
//! Facts are kept small, since millions of them lie on disk at once, and hold no more than what is compared: nothing of a
//! payment method.

use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units.
    pub amount: i64,
    /// Lower-case ISO 4217 code.
    pub currency: String,
}

impl Amount {
    /// So much of that.
    pub fn new(amount: i64, currency: impl Into<String>) -> Self {
        Self { amount, currency: currency.into() }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.amount, self.currency)
    }
}

/// The saga's one decision, as the fares table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// None yet.
    Undecided,
    /// Collected.
    Completed,
    /// Not collected, or taken back.
    Failed,
}

/// The record of a fare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fare {
    /// The decision.
    pub decision: Decision,
    /// Who takes the credit.
    pub customer_id: String,
    /// What is to be collected.
    pub amount: Amount,
    /// The fingerprint of the fare.
    pub payload_hash: String,
    /// When it was registered, in milliseconds since the epoch; not for one that was decided before it came.
    pub registered_at: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
}

/// How far a payment has come, as the payments table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentStands {
    /// Captured.
    Captured,
    /// Declined: nothing to undo.
    Declined,
    /// Undone before the capture.
    Voided,
    /// Undone after the capture.
    Refunded,
    /// Never to begin.
    Barred,
    /// Not at an end: being charged, refused at the capture, or being undone.
    Unfinished,
}

/// The record of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How far it has come.
    pub stands: PaymentStands,
    /// What is charged.
    pub amount: Amount,
    /// The fingerprint of the fare that is paid.
    pub payload_hash: String,
    /// The gateway's id of the payment, once known.
    pub payment_id: Option<String>,
}

/// Which of a fare's two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    /// The credit, standing.
    Standing,
    /// The credit, marked as reversed.
    Reversed,
    /// The mark that no credit will ever be posted. Moves no money.
    Tombstone,
    /// The entry that takes a credit back.
    Reversal,
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which one.
    pub kind: EntryKind,
    /// Whose account it is posted to.
    pub customer_id: String,
    /// How much is posted: to the customer's account, or by a reversal from it.
    pub amount: Amount,
    /// The fingerprint of the fare that is posted.
    pub payload_hash: String,
}

/// A customer's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Whose.
    pub customer_id: String,
    /// The balance in every currency there is one in.
    pub balances: Vec<Amount>,
    /// What is wrong with the record, if it cannot be understood.
    pub unreadable: Option<String>,
}

/// What the gateway has given back, or not, of one payment. Minor units of the payment's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// For good.
    pub succeeded: i64,
    /// Under way.
    pub pending: i64,
    /// Tried, and come back.
    pub failed: i64,
    /// Whether what is given back, for good or not yet, is given back by several refunds.
    pub in_parts: bool,
}

impl GivenBack {
    /// What is given back for good or is under way.
    #[must_use]
    pub fn standing(self) -> i64 {
        self.succeeded.saturating_add(self.pending)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            in_parts: self.in_parts || other.in_parts || (self.standing() != 0 && other.standing() != 0),
            succeeded: self.succeeded.saturating_add(other.succeeded),
            pending: self.pending.saturating_add(other.pending),
            failed: self.failed.saturating_add(other.failed),
        }
    }
}

/// A payment at the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayPayment {
    /// The gateway's id of it.
    pub id: String,
    /// What is held and neither captured nor released.
    pub held: i64,
    /// What was captured.
    pub captured: i64,
    /// Lower-case ISO 4217 code.
    pub currency: String,
    /// What of the capture was given back.
    pub given_back: GivenBack,
}

impl GatewayPayment {
    /// What of the capture is left once every refund that is under way has come through.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.captured.saturating_sub(self.given_back.standing())
    }
}

/// Something that one of the books says about one fare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// The fares table has it.
    Fare(Fare),
    /// The payments table has it.
    Payment(Payment),
    /// The ledger has it.
    Entry(Entry),
    /// The gateway has it.
    Gateway(GatewayPayment),
    /// One of the books has a record that cannot be understood: which book, and what is wrong with the record.
    Unreadable(String),
}

/// Everything that the books say about one fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FareFacts {
    /// The fares table.
    pub fare: Option<Fare>,
    /// The payments table.
    pub payment: Option<Payment>,
    /// The ledger: the credit or its tombstone, and the reversal.
    pub entries: Vec<Entry>,
    /// The gateway.
    pub gateway: Vec<GatewayPayment>,
    /// Records that cannot be understood.
    pub unreadable: Vec<String>,
}

impl FareFacts {
    /// One more.
    pub fn add(&mut self, fact: Fact) {
        match fact {
            Fact::Fare(fare) => self.fare = Some(fare),
            Fact::Payment(payment) => self.payment = Some(payment),
            Fact::Entry(entry) => self.entries.push(entry),
            Fact::Gateway(payment) => self.gateway.push(payment),
            Fact::Unreadable(what) => self.unreadable.push(what),
        }
    }

    /// The credit, or the tombstone in its place.
    #[must_use]
    pub fn credit(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind != EntryKind::Reversal)
    }

    /// The reversal.
    #[must_use]
    pub fn reversal(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind == EntryKind::Reversal)
    }
}

impl FromIterator<Fact> for FareFacts {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        let mut all = Self::default();
        for fact in facts {
            all.add(fact);
        }
        all
    }
}
