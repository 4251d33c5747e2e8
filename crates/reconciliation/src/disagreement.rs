//! What the books can disagree about, and what to do about it.

use serde::Serialize;

/// A way in which the books disagree. Its name in JSON is stable.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// There is a payment on record for a fare that is not.
    PaymentWithoutFare,
    /// There is an entry in the ledger for a fare that is not.
    EntryWithoutFare,
    /// The gateway has a payment for a fare that is not.
    GatewayPaymentWithoutFare,
    /// The fare has been undecided for longer than an execution takes.
    Undecided,
    /// The records are of different fares under one id.
    PayloadDiffers,
    /// The payment on record is of another amount than the fare.
    PaymentWrongAmount,
    /// The fare is completed, or the gateway has something for it, and no payment is on record.
    PaymentMissing,
    /// The fare is completed and the payment on record is not captured.
    PaymentNotCaptured,
    /// The payment on record has another id than the gateway's.
    PaymentIdDiffers,
    /// The fare is failed and the payment on record was not undone to the end.
    PaymentNotUndone,
    /// The payment on record says that it was voided, or refunded, and the gateway says otherwise.
    PaymentRecordDiffers,
    /// The fare is completed and the gateway knows of no payment.
    GatewayPaymentMissing,
    /// The fare is completed and the gateway has captured nothing.
    NotCaptured,
    /// The gateway has captured another amount than the fare's.
    CapturedWrongAmount,
    /// The gateway has captured in another currency than the fare's.
    CapturedWrongCurrency,
    /// The gateway has captured more than once.
    CapturedTwice,
    /// The fare is decided and the gateway still holds money for it.
    OpenHold,
    /// The fare is completed and money was given back.
    RefundedThoughCompleted,
    /// The fare is failed and what was captured was not given back.
    NotRefunded,
    /// The fare is failed and only a part of what was captured, or more, was given back.
    RefundedWrongAmount,
    /// The refund is still under way.
    RefundPending,
    /// The refund has failed, and no other was made.
    RefundFailed,
    /// The fare is completed and the customer was not credited.
    CreditMissing,
    /// The fare is completed and its credit was barred.
    CreditBarred,
    /// The fare is completed and its credit was taken back.
    CreditReversed,
    /// The customer was credited another amount than the fare's.
    CreditedWrongAmount,
    /// Another customer than the fare's was credited.
    CreditedWrongCustomer,
    /// The fare is failed and the credit stands.
    CreditNotReversed,
    /// The credit is marked reversed and there is no reversal.
    ReversalMissing,
    /// There is a reversal of a credit that is not there, or is not marked.
    ReversalWithoutCredit,
    /// The reversal is of another amount, or of another account, than the credit.
    ReversedWrongAmount,
    /// The balance of an account is not the sum of its entries.
    BalanceDiffers,
    /// There are entries for an account that is not there.
    AccountMissing,
    /// A record cannot be understood.
    Unreadable,
}

/// What to do about a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// `fare recover ID`: decides where nothing is decided, and undoes again what a failed fare left.
    Recover,
    /// Nothing but to look again later.
    Wait,
    /// A person must look and move money; this says at what.
    ByHand(&'static str),
}

impl Kind {
    /// What to do about it.
    #[must_use]
    pub fn repair(self) -> Repair {
        match self {
            Self::Undecided
            | Self::PaymentNotUndone
            | Self::NotRefunded
            | Self::RefundFailed
            | Self::CreditNotReversed => Repair::Recover,
            Self::RefundPending => Repair::Wait,
            Self::OpenHold => {
                Repair::ByHand("release the hold at the gateway, or run `fare recover` if the fare is failed")
            }
            Self::PaymentWithoutFare | Self::EntryWithoutFare | Self::GatewayPaymentWithoutFare => {
                Repair::ByHand("find out who wrote it; refund or void what the gateway has")
            }
            Self::PayloadDiffers | Self::Unreadable => Repair::ByHand("restore the record from a backup and compare"),
            Self::PaymentWrongAmount | Self::PaymentIdDiffers | Self::PaymentRecordDiffers => {
                Repair::ByHand("compare the record with the gateway, and correct the record")
            }
            Self::PaymentMissing | Self::PaymentNotCaptured | Self::GatewayPaymentMissing | Self::NotCaptured => {
                Repair::ByHand("collect under a new fare id, or take the credit back")
            }
            Self::CapturedWrongAmount | Self::CapturedWrongCurrency | Self::CapturedTwice => {
                Repair::ByHand("refund at the gateway what was taken too much")
            }
            Self::RefundedThoughCompleted => {
                Repair::ByHand("find out who refunded; collect under a new fare id, or take the credit back")
            }
            Self::RefundedWrongAmount => Repair::ByHand("refund at the gateway what is missing"),
            Self::CreditMissing | Self::CreditBarred | Self::CreditReversed => {
                Repair::ByHand("credit the customer's account under a new entry")
            }
            Self::CreditedWrongAmount | Self::CreditedWrongCustomer => {
                Repair::ByHand("post a correcting entry to the customer's account")
            }
            Self::ReversalMissing | Self::ReversalWithoutCredit | Self::ReversedWrongAmount => {
                Repair::ByHand("compare the entries with the account's balance, and post a correcting entry")
            }
            Self::BalanceDiffers | Self::AccountMissing => {
                Repair::ByHand("sum up the account's entries, and correct the balance")
            }
        }
    }
}

/// What a disagreement is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// A fare, by its id.
    Fare(String),
    /// An account, by its customer's id.
    Customer(String),
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    /// About what.
    pub subject: Subject,
    /// In which way.
    pub kind: Kind,
    /// What the books say, in a few words. Names amounts and states, never a payment method.
    pub detail: String,
}
