//! The test payment methods: Stripe's own, and `pm_sim_…` for what Stripe's cannot show.

use crate::faults::Fault;

/// What the issuer says when an intent is confirmed with this method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OnConfirm {
    Approve,
    Decline(Decline),
    /// The customer has to authenticate first, which nobody does here.
    Authenticate,
}

/// An issuer's no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) decline_code: Option<&'static str>,
    pub(crate) message: &'static str,
}

/// A test payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TestMethod {
    pub(crate) token: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) last4: &'static str,
    pub(crate) on_confirm: OnConfirm,
    pub(crate) fault: Option<Fault>,
}

/// The method behind a token.
pub(crate) fn find(token: &str) -> Option<&'static TestMethod> {
    METHODS.iter().find(|method| method.token == token)
}

/// The answer to a confirmation that may not wait for the customer.
pub(crate) const AUTHENTICATION_REQUIRED: Decline = Decline {
    code: "authentication_required",
    decline_code: Some("authentication_required"),
    message: "Your card was declined. This transaction requires authentication.",
};

const METHODS: &[TestMethod] = &[
    good("pm_card_visa", "visa", "4242"),
    good("pm_card_visa_debit", "visa", "5556"),
    good("pm_card_mastercard", "mastercard", "4444"),
    good("pm_card_amex", "amex", "8431"),
    declined(
        "pm_card_visa_chargeDeclined",
        "0002",
        "card_declined",
        Some("generic_decline"),
        "Your card was declined.",
    ),
    declined("pm_card_chargeDeclined", "0002", "card_declined", Some("generic_decline"), "Your card was declined."),
    declined(
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "9995",
        "card_declined",
        Some("insufficient_funds"),
        "Your card has insufficient funds.",
    ),
    declined(
        "pm_card_visa_chargeDeclinedLostCard",
        "9987",
        "card_declined",
        Some("lost_card"),
        "Your card was declined.",
    ),
    declined(
        "pm_card_visa_chargeDeclinedStolenCard",
        "9979",
        "card_declined",
        Some("stolen_card"),
        "Your card was declined.",
    ),
    declined("pm_card_chargeDeclinedExpiredCard", "0069", "expired_card", None, "Your card has expired."),
    declined(
        "pm_card_chargeDeclinedIncorrectCvc",
        "0127",
        "incorrect_cvc",
        None,
        "Your card's security code is incorrect.",
    ),
    declined(
        "pm_card_chargeDeclinedProcessingError",
        "0119",
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    TestMethod { on_confirm: OnConfirm::Authenticate, ..good("pm_card_authenticationRequired", "visa", "3184") },
    faulty("pm_card_refundFail", "5126", Fault::RefundFailsLater),
    faulty("pm_card_pendingRefund", "7726", Fault::RefundPendingFirst),
    faulty("pm_sim_captureRefused", "4242", Fault::CaptureRefused),
    faulty("pm_sim_refundUnavailableAtFirst", "4242", Fault::RefundUnavailableAtFirst { times: 3 }),
    faulty("pm_sim_captureAnswerLate", "4242", Fault::CaptureAnswerLate { milliseconds: 30_000 }),
];

const fn good(token: &'static str, brand: &'static str, last4: &'static str) -> TestMethod {
    TestMethod { token, brand, last4, on_confirm: OnConfirm::Approve, fault: None }
}

const fn faulty(token: &'static str, last4: &'static str, fault: Fault) -> TestMethod {
    TestMethod { fault: Some(fault), ..good(token, "visa", last4) }
}

const fn declined(
    token: &'static str,
    last4: &'static str,
    code: &'static str,
    decline_code: Option<&'static str>,
    message: &'static str,
) -> TestMethod {
    let on_confirm = OnConfirm::Decline(Decline { code, decline_code, message });
    TestMethod { on_confirm, ..good(token, "visa", last4) }
}
