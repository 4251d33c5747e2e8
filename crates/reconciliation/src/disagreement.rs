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
    /// The fare is failed and the payment on record was not undone to the end, which recovery does.
    PaymentNotUndone,
    /// The fare is failed, and how far the payment on record was undone is not what the gateway says.
    PaymentRecordDiffers,
    /// The fare is completed and the gateway knows of no payment.
    GatewayPaymentMissing,
    /// The fare is completed and the gateway has captured nothing.
    NotCaptured,
    /// What the gateway has captured, less what it gave back, is not the fare's amount.
    CapturedWrongAmount,
    /// The gateway has captured in another currency than the fare's.
    CapturedWrongCurrency,
    /// The gateway has captured more than once, and more than the fare.
    CapturedTwice,
    /// The fare is failed, and the gateway still holds money for it, which recovery releases.
    HoldNotReleased,
    /// The fare is decided, and the gateway still holds money for it, which no recovery releases.
    OpenHold,
    /// The fare is completed, and so much was given back that less than the fare is left.
    RefundedThoughCompleted,
    /// The fare is failed and what was captured was not given back.
    NotRefunded,
    /// The same, and no recovery gives it back: the record of the payment is missing, says that nothing is left to undo, or
    /// leads elsewhere.
    StrayCapture,
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
    /// The fare is failed and the credit stands, which recovery reverses.
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
    /// A record cannot be understood, or contradicts itself.
    Unreadable,
}

/// What to do about a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// `fare recover ID`: decides where nothing is decided, and undoes again what a failed fare left.
    Recover,
    /// Nothing but to look again later.
    Wait,
    /// A person must look, and do this.
    ByHand(&'static str),
}

impl Kind {
    /// What to do about it. Whoever has done so finds nothing more of it.
    ///
    /// Only what `fare recover` really undoes is left to it: the payment service goes by its record, and without one, or with
    /// one that is voided or barred, it does nothing at the gateway.
    #[must_use]
    pub fn repair(self) -> Repair {
        match self {
            Self::Undecided
            | Self::PaymentNotUndone
            | Self::HoldNotReleased
            | Self::NotRefunded
            | Self::RefundFailed
            | Self::CreditNotReversed => Repair::Recover,
            Self::RefundPending => Repair::Wait,
            Self::OpenHold => Repair::ByHand("release the hold at the gateway"),
            Self::StrayCapture => Repair::ByHand("refund at the gateway what is left of it"),
            Self::PaymentWithoutFare => Repair::ByHand(
                "restore the fare's record from a backup; or, once nothing of it stands at the gateway, delete the payment's",
            ),
            Self::EntryWithoutFare => Repair::ByHand(
                "restore the fare's record from a backup; or delete the entry, and lower the balance by as much",
            ),
            Self::GatewayPaymentWithoutFare => Repair::ByHand(
                "restore the fare's record from a backup; or refund or release at the gateway what it has",
            ),
            Self::PayloadDiffers | Self::Unreadable => {
                Repair::ByHand("compare the record with the other books, and restore it from a backup")
            }
            Self::PaymentWrongAmount
            | Self::PaymentIdDiffers
            | Self::PaymentRecordDiffers
            | Self::PaymentNotCaptured => {
                Repair::ByHand("compare the record with the gateway, and correct the record; no money moves")
            }
            Self::PaymentMissing => {
                Repair::ByHand("write the payment's record anew, as the gateway has the payment; no money moves")
            }
            Self::GatewayPaymentMissing | Self::NotCaptured => Repair::ByHand(
                "capture the hold at the gateway if there is one, or take the amount there anew under this fare's \
                 reference; put that payment's id on record",
            ),
            Self::CapturedWrongAmount | Self::CapturedTwice => Repair::ByHand(
                "refund at the gateway what was taken too much, or take there what is missing, under this fare's reference",
            ),
            Self::CapturedWrongCurrency => Repair::ByHand(
                "refund it at the gateway, and take the amount there in the fare's currency, under this fare's reference; \
                 put that payment's id on record",
            ),
            Self::RefundedThoughCompleted => Repair::ByHand(
                "find out who refunded; take what is missing at the gateway again, under this fare's reference",
            ),
            Self::RefundedWrongAmount => Repair::ByHand("refund at the gateway what is missing"),
            Self::CreditMissing => {
                Repair::ByHand("invoke the credit again with this fare, as the state machine does: it posts once")
            }
            Self::CreditBarred => Repair::ByHand(
                "delete the tombstone, and invoke the credit again with this fare, as the state machine does",
            ),
            Self::CreditReversed => Repair::ByHand(
                "delete the credit and its reversal, which cancel each other out, and invoke the credit again with this \
                 fare, as the state machine does",
            ),
            Self::CreditedWrongAmount => {
                Repair::ByHand("correct the entry to the fare's amount, and the account's balance by the difference")
            }
            Self::CreditedWrongCustomer => Repair::ByHand(
                "correct the entry to the fare's customer, and move its amount from the one account's balance to the other's",
            ),
            Self::ReversalMissing => Repair::ByHand(
                "write the reversal, the mirror of the credit, and lower the balance by as much unless that was done",
            ),
            Self::ReversalWithoutCredit => Repair::ByHand(
                "a failed fare has its credit, marked as reversed, and the reversal, a completed one its credit alone: restore \
                 or delete what is not so, and correct the balance by as much",
            ),
            Self::ReversedWrongAmount => {
                Repair::ByHand("correct the reversal to mirror the credit, and the balance by the difference")
            }
            Self::BalanceDiffers | Self::AccountMissing => Repair::ByHand(
                "mend the account's entries first, where one is reported or unreadable; then set the balance to their sum",
            ),
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
