//! What a fare is made to meet, beside everything that goes wrong by chance.

use fastrand::Rng;

/// One in so many fares has a refund that never works, up to the most that there are of them.
const ONE_PERMANENT_IN: u32 = 25;
const MOST_PERMANENT: u32 = 4;

const GOOD: [&str; 5] = ["pm_card_visa", "pm_card_mastercard", "pm_card_amex", "tok_visa", "pm_card_pendingRefund"];
/// Cards of which refunds are asked for: some are pending at first, some fail after they have succeeded, once.
const REFUNDED: [&str; 4] = ["pm_card_visa", "pm_card_visa", "pm_card_pendingRefund", "pm_sim_refund_fails_later_1"];
const DECLINED: [&str; 4] = [
    "pm_card_visa_chargeDeclined",
    "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_card_chargeDeclinedExpiredCard",
    "tok_chargeDeclinedProcessingError",
];

/// One kind of fare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Story {
    /// Nothing is wrong with it.
    Good,
    /// The card is declined.
    Declined,
    /// The card wants its holder to authenticate, who is not there.
    Authentication,
    /// The gateway authorises and refuses to capture.
    CaptureRefused,
    /// The gateway's answers to the capture come too late.
    CaptureAnswerLate,
    /// The account takes no credit, so that the charge is refunded.
    AccountClosed,
    /// The same, and the first refunds are turned away.
    RefundFailsAtFirst,
    /// The fare is cancelled before it is registered.
    CancelledBefore,
    /// The account takes no credit, and the gateway takes no refund, ever: a person must look.
    RefundNeverWorks,
}

impl Story {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 9] = [
        Self::Good,
        Self::Declined,
        Self::Authentication,
        Self::CaptureRefused,
        Self::CaptureAnswerLate,
        Self::AccountClosed,
        Self::RefundFailsAtFirst,
        Self::CancelledBefore,
        Self::RefundNeverWorks,
    ];

    /// The story of the fare with this number, of so many. The last ones are those whose refund never works.
    pub(super) fn of(number: u32, fares: u32, rng: &mut Rng) -> Self {
        let permanent = (fares / ONE_PERMANENT_IN).min(MOST_PERMANENT);
        if number >= fares.saturating_sub(permanent) {
            return Self::RefundNeverWorks;
        }
        match rng.u32(0..100) {
            0..60 => Self::Good,
            60..70 => Self::Declined,
            70..74 => Self::Authentication,
            74..79 => Self::CaptureRefused,
            79..83 => Self::CaptureAnswerLate,
            83..93 => Self::AccountClosed,
            93..97 => Self::RefundFailsAtFirst,
            _ => Self::CancelledBefore,
        }
    }

    /// Whether no retry can ever settle it, if it comes to a refund.
    pub(crate) fn is_permanent(self) -> bool {
        self == Self::RefundNeverWorks
    }

    /// How the customer's id ends, which pulls the stack's trigger for the story. Without one, customers are shared.
    pub(super) fn customer_suffix(self) -> &'static str {
        match self {
            Self::Good | Self::Declined | Self::Authentication | Self::CaptureRefused => "",
            Self::CaptureAnswerLate => "_timeout_charge",
            Self::AccountClosed | Self::RefundNeverWorks => "_fail_credit",
            Self::RefundFailsAtFirst => "_fail_refund",
            Self::CancelledBefore => "_fail_register",
        }
    }

    /// The token that is sent.
    pub(super) fn payment_method(self, rng: &mut Rng) -> &'static str {
        let one_of = |rng: &mut Rng, tokens: &[&'static str]| rng.choice(tokens).copied().unwrap_or("pm_card_visa");
        match self {
            Self::Declined => one_of(rng, &DECLINED),
            Self::Authentication => "pm_card_authenticationRequired",
            Self::CaptureRefused => "pm_sim_capture_refused",
            Self::RefundNeverWorks => "pm_sim_refund_unavailable_999",
            Self::AccountClosed => one_of(rng, &REFUNDED),
            Self::Good | Self::CaptureAnswerLate | Self::RefundFailsAtFirst | Self::CancelledBefore => {
                one_of(rng, &GOOD)
            }
        }
    }
}
