//! Stories that a fare can have, as the actions that a state machine asks for.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A fare, and what is asked for it, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Story {
    pub(crate) name: String,
    pub(crate) fare: Value,
    pub(crate) actions: Vec<String>,
}

pub(crate) fn stories() -> Vec<Story> {
    const TAKEN_BACK: [&str; 3] = ["cancel", "debit", "refund"];
    let story = |name: &str, customer: &str, payment_method: &str, does: &[&str], undoes: &[&str]| Story {
        name: name.to_owned(),
        fare: json!({
            "fareId": format!("release-{name}"),
            "customerId": format!("release-{name}{customer}"),
            "fareAmount": "$20.00",
            "paymentMethod": payment_method,
        }),
        actions: does.iter().chain(undoes).map(|action| (*action).to_owned()).collect(),
    };
    vec![
        story("collected", "", "pm_card_visa", &["register", "charge", "credit", "complete"], &[]),
        story("collected-and-refunded", "", "pm_card_visa", &["register", "charge", "credit"], &TAKEN_BACK),
        story("account-closed", "_fail_credit", "pm_card_visa", &["register", "charge", "credit"], &TAKEN_BACK),
        story("declined", "", "pm_card_chargeDeclined", &["register", "charge"], &TAKEN_BACK),
        story("capture-refused", "_fail_charge", "pm_card_visa", &["register", "charge"], &TAKEN_BACK),
        story("never-charged", "", "pm_card_visa", &["register"], &TAKEN_BACK),
        story(
            "cancelled-before",
            "",
            "pm_card_visa",
            &[],
            &["cancel", "debit", "refund", "register", "charge", "credit"],
        ),
    ]
}
