//! Twins that are not what they stand for: a store, or the gateway, with one promise left out. Mutants alone have them.

use customer_accounting::store::{CreditAnswer, CreditEntry};
use fare_values::{Conditional, EntryState, PaymentStatus};
use payment::store::{InMemoryPayments, PaymentStore, Transition};
use register_fare::store::{FareRecord, FareStore, InMemoryFares};

use super::call::{Place, StoreCall, Told};
use super::{World, at_once};

/// The promise that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quirk {
    /// Registering writes over the fare that stands.
    RegisterOverwrites,
    /// Deciding `failed` is possible for a completed fare.
    FailsCompletedFares,
    /// Deciding `completed` is possible for a failed fare.
    CompletesFailedFares,
    /// Deciding `failed` for a fare that is absent leaves nothing behind.
    AbsentFareStaysAbsent,
    /// Decisions are taken for whatever payload stands.
    DecidesForeignFares,
    /// A refused write of the fares table does not say what stands.
    FaresRefuseSilently,
    /// The intent to charge writes over the payment that stands.
    ChargeOverwrites,
    /// A payment moves whatever state it is in.
    PaymentMovesFromAnyState,
    /// A refused write of the payments table does not say what stands.
    PaymentsRefuseSilently,
    /// A credit is posted though the fare has an entry.
    CreditsTwice,
    /// A credit is two writes, the entry first.
    EntryThenBalance,
    /// A credit is two writes, the balance first.
    BalanceThenEntry,
    /// A debit lowers the balance whatever entry there is.
    DebitsWhateverStands,
    /// A debit is two writes, the entries first.
    ReversalThenBalance,
    /// A refused write of the ledger does not say what stands.
    LedgerRefusesSilently,
    /// The gateway keeps no answer under a key.
    KeysForgotten,
}

const ANY_STATE: [PaymentStatus; 8] = [
    PaymentStatus::Pending,
    PaymentStatus::Captured,
    PaymentStatus::Declined,
    PaymentStatus::CaptureRefused,
    PaymentStatus::Cancelling,
    PaymentStatus::Voided,
    PaymentStatus::Refunded,
    PaymentStatus::Cancelled,
];

impl Quirk {
    /// Whether a credit that was posted takes another write, for which [`StoreCall::LayTombstone`] stands in.
    pub(super) fn credits_in_two_writes(self) -> bool {
        matches!(self, Self::EntryThenBalance | Self::BalanceThenEntry)
    }

    /// The same of a reversal.
    pub(super) fn debits_in_two_writes(self) -> bool {
        self == Self::ReversalThenBalance
    }

    /// The store whose refusals do not say what stands.
    fn silent(self) -> Option<Place> {
        match self {
            Self::FaresRefuseSilently => Some(Place::Fares),
            Self::PaymentsRefuseSilently => Some(Place::Payments),
            Self::LedgerRefusesSilently => Some(Place::Ledger),
            Self::RegisterOverwrites
            | Self::FailsCompletedFares
            | Self::CompletesFailedFares
            | Self::AbsentFareStaysAbsent
            | Self::DecidesForeignFares
            | Self::ChargeOverwrites
            | Self::PaymentMovesFromAnyState
            | Self::CreditsTwice
            | Self::EntryThenBalance
            | Self::BalanceThenEntry
            | Self::DebitsWhateverStands
            | Self::ReversalThenBalance
            | Self::KeysForgotten => None,
        }
    }
}

impl World {
    /// What a store with this quirk does with a write; `None` if it does what it should.
    pub(super) fn write_wrongly(&mut self, quirk: Quirk, call: &StoreCall) -> Option<Told> {
        if quirk.silent() == Some(call.operation().place()) {
            return Some(without_item(self.write_rightly(call)));
        }
        match (quirk, call) {
            (Quirk::RegisterOverwrites, StoreCall::InsertFare(record)) => Some(self.put_fare(record.clone())),
            (Quirk::FailsCompletedFares, StoreCall::FailFare(record))
            | (Quirk::CompletesFailedFares, StoreCall::CompleteFare(record)) => {
                let standing = self.fare().filter(|standing| standing.payload_hash == record.payload_hash)?;
                let (status, decided_at) = (record.status, record.decided_at);
                Some(self.put_fare(FareRecord { status, decided_at, ..standing }))
            }
            (Quirk::AbsentFareStaysAbsent, StoreCall::FailFare(record)) if self.fare().is_none() => {
                Some(Told::Fare(Conditional::Written(record.clone())))
            }
            (Quirk::DecidesForeignFares, StoreCall::FailFare(record)) => {
                Some(self.write_rightly(&StoreCall::FailFare(self.as_if_its_own(record))))
            }
            (Quirk::DecidesForeignFares, StoreCall::CompleteFare(record)) => {
                Some(self.write_rightly(&StoreCall::CompleteFare(self.as_if_its_own(record))))
            }
            (Quirk::ChargeOverwrites, StoreCall::InsertPayment(record)) => {
                self.payments = InMemoryPayments::default();
                Some(at_once(self.payments.insert(record.clone())).map_or_else(Told::NoStore, Told::Payment))
            }
            (Quirk::PaymentMovesFromAnyState, StoreCall::MovePayment(transition)) => {
                let anyhow = Transition { from: &ANY_STATE, ..transition.clone() };
                Some(self.write_rightly(&StoreCall::MovePayment(anyhow)))
            }
            (_, StoreCall::PostCredit(entry)) => self.credit_wrongly(quirk, entry),
            (_, StoreCall::PostReversal(entry)) => self.debit_wrongly(quirk, entry),
            (_, StoreCall::LayTombstone(entry)) => self.finish_wrongly(quirk, entry),
            _ => None,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other mutant leaves this write as it is")]
    fn credit_wrongly(&mut self, quirk: Quirk, entry: &CreditEntry) -> Option<Told> {
        let (exists, is_closed) = (self.entry().is_some(), self.ledger.is_open(&entry.customer_id) == Some(false));
        match quirk {
            Quirk::CreditsTwice if exists => self.drift_by(entry.amount.amount()),
            Quirk::BalanceThenEntry if !exists && !is_closed => self.drift_by(entry.amount.amount()),
            Quirk::EntryThenBalance if !exists && !is_closed => {
                self.write_rightly(&StoreCall::LayTombstone(entry.clone()));
            }
            _ => return None,
        }
        Some(Told::Credit(CreditAnswer::Posted))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other mutant leaves this write as it is")]
    fn debit_wrongly(&mut self, quirk: Quirk, entry: &CreditEntry) -> Option<Told> {
        let stands = self.entry().is_some_and(|existing| existing.state == EntryState::Standing);
        match quirk {
            Quirk::DebitsWhateverStands if !stands => {
                self.drift_by(-entry.amount.amount());
                Some(Told::Entry(Conditional::Written(entry.clone())))
            }
            Quirk::ReversalThenBalance if stands => {
                self.drift_by(entry.amount.amount());
                Some(self.write_rightly(&StoreCall::PostReversal(entry.clone())))
            }
            _ => None,
        }
    }

    /// The second of two writes, which concerns the balance unless that was the first.
    fn finish_wrongly(&mut self, quirk: Quirk, entry: &CreditEntry) -> Option<Told> {
        match (quirk, entry.state) {
            (Quirk::EntryThenBalance, EntryState::Standing) => self.drift_by(entry.amount.amount()),
            (Quirk::ReversalThenBalance, EntryState::Reversed) => self.drift_by(-entry.amount.amount()),
            _ => return None,
        }
        Some(Told::Entry(Conditional::Written(entry.clone())))
    }

    /// Moves the balance, and no entry.
    fn drift_by(&mut self, amount: i64) {
        self.drift = self.drift.saturating_add(amount);
    }

    fn put_fare(&mut self, record: FareRecord) -> Told {
        self.fares = InMemoryFares::default();
        at_once(self.fares.insert(record)).map_or_else(Told::NoStore, Told::Fare)
    }

    /// The record with the payload of the fare that stands.
    fn as_if_its_own(&self, record: &FareRecord) -> FareRecord {
        let standing = self.fare().map_or_else(|| record.payload_hash.clone(), |standing| standing.payload_hash);
        FareRecord { payload_hash: standing, ..record.clone() }
    }
}

/// The same answer, but for what stands.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other answer tells what stands")]
fn without_item(told: Told) -> Told {
    match told {
        Told::Fare(Conditional::Refused(_)) => Told::Fare(Conditional::Refused(None)),
        Told::Payment(Conditional::Refused(_)) => Told::Payment(Conditional::Refused(None)),
        Told::Entry(Conditional::Refused(_)) => Told::Entry(Conditional::Refused(None)),
        other => other,
    }
}
