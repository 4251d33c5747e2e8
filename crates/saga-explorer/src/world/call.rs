//! What a handler asks of the world outside it, and what it is told: one call at a time.

use std::fmt;
use std::time::Duration;

use customer_accounting::store::{CreditAnswer, CreditEntry};
use fare_values::{Conditional, CustomerId, StoreUnavailable};
use gateway_simulator::Operation as GatewayOperation;
use payment::gateway::retry::PauseRange;
use payment::gateway::{GatewayRequest, GatewayResponse, TransportError};
use payment::store::{PaymentRecord, Transition};
use register_fare::store::FareRecord;

/// One call out of a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// A write of the fares or payments table, or of the ledger.
    Store(StoreCall),
    /// A request to the gateway for an operation, whose answer is waited for at most so long.
    Gateway(GatewayOperation, GatewayRequest, Duration),
    /// A wait.
    Pause(PauseRange),
}

/// One conditional write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreCall {
    InsertFare(FareRecord),
    CompleteFare(FareRecord),
    FailFare(FareRecord),
    InsertPayment(PaymentRecord),
    MovePayment(Transition),
    PostCredit(CreditEntry),
    PostReversal(CreditEntry),
    LayTombstone(CreditEntry),
    CloseAccount(CustomerId),
}

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Fare(Conditional<FareRecord>),
    Payment(Conditional<PaymentRecord>),
    Credit(CreditAnswer),
    Entry(Conditional<CreditEntry>),
    Closed,
    NoStore(StoreUnavailable),
    Gateway(Result<GatewayResponse, TransportError>),
    Paused,
}

/// An operation of a store or of the gateway: what faults are planned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Of a store.
    Store(StoreOperation),
    /// Of the gateway.
    Gateway(GatewayOperation),
}

/// What an operation touches. Operations on different places can change order without anybody noticing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Fares,
    Payments,
    Ledger,
    Gateway,
}

impl Operation {
    /// What the operation touches.
    pub(crate) fn place(self) -> Place {
        match self {
            Self::Gateway(_) => Place::Gateway,
            Self::Store(operation) => operation.place(),
        }
    }
}

impl StoreOperation {
    /// The store that it is an operation of.
    pub(crate) fn place(self) -> Place {
        match self {
            Self::InsertFare | Self::CompleteFare | Self::FailFare => Place::Fares,
            Self::InsertPayment | Self::MovePayment => Place::Payments,
            Self::PostCredit | Self::PostReversal | Self::LayTombstone | Self::CloseAccount => Place::Ledger,
        }
    }
}

/// An operation of one of the three stores.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display, strum::EnumIter, strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum StoreOperation {
    /// Write a fare as registered.
    InsertFare,
    /// Decide `completed`.
    CompleteFare,
    /// Decide `failed`.
    FailFare,
    /// Write the intent to charge, or its tombstone.
    InsertPayment,
    /// Move a payment's record.
    MovePayment,
    /// Post a credit.
    PostCredit,
    /// Reverse a credit.
    PostReversal,
    /// Refuse a credit that may still come.
    LayTombstone,
    /// Close an account, which only a demonstration's trigger does.
    CloseAccount,
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(operation) => operation.fmt(formatter),
            Self::Gateway(operation) => formatter.write_str((*operation).into()),
        }
    }
}

impl StoreCall {
    pub(crate) fn operation(&self) -> StoreOperation {
        match self {
            Self::InsertFare(_) => StoreOperation::InsertFare,
            Self::CompleteFare(_) => StoreOperation::CompleteFare,
            Self::FailFare(_) => StoreOperation::FailFare,
            Self::InsertPayment(_) => StoreOperation::InsertPayment,
            Self::MovePayment(_) => StoreOperation::MovePayment,
            Self::PostCredit(_) => StoreOperation::PostCredit,
            Self::PostReversal(_) => StoreOperation::PostReversal,
            Self::LayTombstone(_) => StoreOperation::LayTombstone,
            Self::CloseAccount(_) => StoreOperation::CloseAccount,
        }
    }
}
