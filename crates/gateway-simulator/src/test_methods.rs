//! Stripe's test cards, as its documentation lists them (Testing: Cards by brand, Declined payments, Fraud prevention,
//! Refunds, 3D Secure). `pm_card_<name>` and `tok_<name>` stand for the same card.

use crate::faults::Fault;
use crate::misbehaviour::Habit;
use crate::payment_methods::{Decline, OnConfirm, TestMethod};
use crate::route::Operation;

/// The card that stands for any good one.
pub(crate) const VISA: TestMethod = good("visa", "4242");

/// The card with this name.
pub(crate) fn find(name: &str) -> Option<TestMethod> {
    METHODS.iter().find(|(known, _)| *known == name).map(|(_, method)| *method)
}

/// The answer of an issuer who gives no reason.
pub(crate) const GENERIC_DECLINE: Decline =
    Decline { decline_code: Some("generic_decline"), ..because("card_declined", "Your card was declined.") };

/// The answer to a confirmation that may not wait for the customer.
pub(crate) const AUTHENTICATION_REQUIRED: Decline = Decline {
    decline_code: Some("authentication_required"),
    ..because("authentication_required", "Your card was declined. This transaction requires authentication.")
};

const INSUFFICIENT_FUNDS: Decline = Decline {
    decline_code: Some("insufficient_funds"),
    ..because("card_declined", "Your card has insufficient funds.")
};
const LOST_CARD: Decline = Decline { decline_code: Some("lost_card"), ..GENERIC_DECLINE };
const STOLEN_CARD: Decline = Decline { decline_code: Some("stolen_card"), ..GENERIC_DECLINE };
const FRAUDULENT: Decline = Decline { decline_code: Some("fraudulent"), ..GENERIC_DECLINE };
const TOO_OFTEN: Decline = Decline {
    decline_code: Some("card_velocity_exceeded"),
    ..because(
        "card_declined",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    )
};
const EXPIRED_CARD: Decline = because("expired_card", "Your card has expired.");
const INCORRECT_CVC: Decline = because("incorrect_cvc", "Your card's security code is incorrect.");
const PROCESSING_ERROR: Decline =
    because("processing_error", "An error occurred while processing your card. Try again in a little bit.");

const METHODS: &[(&str, TestMethod)] = &[
    ("visa", VISA),
    ("visa_debit", good("visa", "5556")),
    ("mastercard", good("mastercard", "4444")),
    ("mastercard_debit", good("mastercard", "3222")),
    ("mastercard_prepaid", good("mastercard", "5100")),
    ("amex", good("amex", "8431")),
    ("discover", good("discover", "1117")),
    ("diners", good("diners", "0004")),
    ("jcb", good("jcb", "0505")),
    ("unionpay", good("unionpay", "0005")),
    ("visa_chargeDeclined", declined("0002", GENERIC_DECLINE)),
    ("chargeDeclined", declined("0002", GENERIC_DECLINE)),
    ("chargeCustomerFail", declined("0341", GENERIC_DECLINE)),
    ("visa_chargeDeclinedInsufficientFunds", declined("9995", INSUFFICIENT_FUNDS)),
    ("chargeDeclinedInsufficientFunds", declined("9995", INSUFFICIENT_FUNDS)),
    ("visa_chargeDeclinedLostCard", declined("9987", LOST_CARD)),
    ("visa_chargeDeclinedStolenCard", declined("9979", STOLEN_CARD)),
    ("chargeDeclinedExpiredCard", declined("0069", EXPIRED_CARD)),
    ("chargeDeclinedIncorrectCvc", declined("0127", INCORRECT_CVC)),
    ("chargeDeclinedProcessingError", declined("0119", PROCESSING_ERROR)),
    ("visa_chargeDeclinedVelocityLimitExceeded", declined("6975", TOO_OFTEN)),
    ("chargeDeclinedFraudulent", declined("0019", FRAUDULENT)),
    ("radarBlock", declined("0019", FRAUDULENT)),
    ("riskLevelHighest", declined("4916", FRAUDULENT)),
    ("riskLevelElevated", good("visa", "9235")),
    ("refundFail", refunded("5126", Fault::FailsLater)),
    ("pendingRefund", refunded("7726", Fault::PendingFirst)),
    ("authenticationRequired", authenticated("3184", OnConfirm::Authenticate)),
    ("authenticationRequiredOnSetup", authenticated("3155", OnConfirm::Authenticate)),
    ("authenticationRequiredSetupForOffSession", authenticated("0446", OnConfirm::AuthenticateOnSession)),
    ("authenticationRequiredChargeDeclinedInsufficientFunds", authenticated("3178", OnConfirm::Authenticate)),
    ("threeDSecure2Required", authenticated("3220", OnConfirm::Authenticate)),
    ("threeDSecureRequired", authenticated("3063", OnConfirm::Authenticate)),
    ("threeDSecureRequiredChargeDeclined", authenticated("1629", OnConfirm::Authenticate)),
    ("threeDSecureRequiredProcessingError", authenticated("1280", OnConfirm::Authenticate)),
    ("threeDSecureOptional", good("visa", "3055")),
    ("threeDSecureOptionalProcessingError", good("visa", "3097")),
    ("amex_threeDSecureNotSupported", good("amex", "0005")),
];

const fn good(brand: &'static str, last4: &'static str) -> TestMethod {
    TestMethod { brand, last4, on_confirm: OnConfirm::Approve, habit: None }
}

const fn declined(last4: &'static str, reason: Decline) -> TestMethod {
    TestMethod { on_confirm: OnConfirm::Decline(reason), ..good("visa", last4) }
}

const fn authenticated(last4: &'static str, on_confirm: OnConfirm) -> TestMethod {
    TestMethod { on_confirm, ..good("visa", last4) }
}

const fn refunded(last4: &'static str, fault: Fault) -> TestMethod {
    TestMethod { habit: Some(Habit { operation: Operation::Refund, fault, times: None }), ..good("visa", last4) }
}

const fn because(code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code: None, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_has_a_name_of_its_own() {
        for (index, (name, method)) in METHODS.iter().enumerate() {
            assert_eq!(METHODS.iter().position(|(other, _)| other == name), Some(index), "{name}");
            assert_eq!(find(name), Some(*method));
            assert!(method.last4.len() == 4, "{name}");
        }
    }
}
