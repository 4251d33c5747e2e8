//! What must hold of one fare, once it is at rest.
//!
//! The invariants are those of the design, section 6: I1 and I2 (the gateway), I3 (the ledger), I6 (the records), over what
//! is on record rather than over a run. A fare that may still be at work is not judged: one that is undecided, or was
//! decided for failure, a short while ago.

mod completed;
mod failed;

use std::time::{Duration, UNIX_EPOCH};

use crate::disagreement::Kind;
use crate::facts::{Decision, Entry, Fare, FareFacts, GatewayPayment, PaymentStands};

/// What is wrong with a fare: in which way, and what the books say.
pub type Finding = (Kind, String);

/// The time by which fares are judged, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Now.
    pub now: i64,
    /// How long a fare may be undecided, or be taken apart, without that being worth a word. Milliseconds.
    pub patience: i64,
}

impl Time {
    fn is_long_ago(self, at: Option<i64>) -> bool {
        // What was never timed is as old as can be.
        at.is_none_or(|at| self.now.saturating_sub(at) >= self.patience)
    }
}

/// Everything that is wrong with one fare.
#[must_use]
pub fn judge(facts: &FareFacts, time: Time) -> Vec<Finding> {
    let mut findings: Vec<Finding> = facts.unreadable.iter().map(|what| (Kind::Unreadable, what.clone())).collect();
    let Some(fare) = &facts.fare else {
        if facts.unreadable.is_empty() {
            without_fare(facts, &mut findings);
        }
        return findings;
    };
    match fare.decision {
        Decision::Undecided => {
            if time.is_long_ago(fare.registered_at) {
                findings.push((Kind::Undecided, format!("registered at {}", at(fare.registered_at))));
            }
            return findings;
        }
        Decision::Failed if !time.is_long_ago(fare.decided_at) => return findings,
        Decision::Failed | Decision::Completed => {}
    }
    // What cannot be read must not be taken for missing.
    if !findings.is_empty() {
        return findings;
    }
    same_fare(fare, facts, &mut findings);
    match fare.decision {
        Decision::Completed => {
            completed::collected(fare, &facts.gateway, &mut findings);
            completed::charged(facts.payment.as_ref(), &facts.gateway, &mut findings);
            completed::credited(fare, facts, &mut findings);
        }
        Decision::Failed | Decision::Undecided => {
            failed::given_back(fare, facts, &mut findings);
            failed::undone(fare, facts, &mut findings);
            failed::reversed(fare, facts, &mut findings);
        }
    }
    findings
}

fn without_fare(facts: &FareFacts, findings: &mut Vec<Finding>) {
    if let Some(payment) = &facts.payment {
        findings.push((Kind::PaymentWithoutFare, format!("a payment of {}", payment.amount)));
    }
    if let Some(entry) = facts.entries.first() {
        let detail = format!("an entry of {} for customer {}", entry.amount, entry.customer_id);
        findings.push((Kind::EntryWithoutFare, detail));
    }
    // The gateway forgets nothing, so what has been given back or released there stays, and harms nobody.
    for payment in facts.gateway.iter().filter(|payment| payment.held != 0 || payment.net() != 0) {
        let GatewayPayment { id, held, captured, currency, given_back } = payment;
        let back = given_back.standing();
        let detail =
            format!("{id}: {captured} {currency} captured, {back} {currency} given back, {held} {currency} held");
        findings.push((Kind::GatewayPaymentWithoutFare, detail));
    }
}

/// All records must be of the very same fare.
fn same_fare(fare: &Fare, facts: &FareFacts, findings: &mut Vec<Finding>) {
    let hashes = facts.payment.iter().map(|payment| ("payment", &payment.payload_hash));
    let hashes = hashes.chain(facts.entries.iter().map(|entry| ("ledger entry", &entry.payload_hash)));
    for (record, _) in hashes.filter(|(_, hash)| **hash != fare.payload_hash) {
        findings.push((Kind::PayloadDiffers, format!("the {record} is of another fare than the fare's record")));
    }
    if let Some(payment) = facts.payment.as_ref().filter(|payment| payment.amount != fare.amount) {
        findings.push((Kind::PaymentWrongAmount, format!("payment {}, fare {}", payment.amount, fare.amount)));
    }
}

/// A credit that stands must be the fare's.
fn right_credit(fare: &Fare, credit: &Entry, findings: &mut Vec<Finding>) {
    if credit.amount != fare.amount {
        findings.push((Kind::CreditedWrongAmount, format!("credited {}, fare {}", credit.amount, fare.amount)));
    }
    if credit.customer_id != fare.customer_id {
        let detail = format!("credited customer {}, fare of customer {}", credit.customer_id, fare.customer_id);
        findings.push((Kind::CreditedWrongCustomer, detail));
    }
}

/// The payment on record must be one that the gateway has for this fare.
fn right_payment(recorded: Option<&str>, gateway: &[GatewayPayment], findings: &mut Vec<Finding>) {
    if !recorded.is_some_and(|id| gateway.iter().any(|at_gateway| at_gateway.id == id)) {
        // It may be anything that was written into the record by hand.
        let recorded: String = recorded.unwrap_or("no id").escape_default().take(64).collect();
        findings.push((Kind::PaymentIdDiffers, format!("on record {recorded}, at the gateway {}", ids(gateway))));
    }
}

fn hold(kind: Kind, payment: &GatewayPayment) -> Finding {
    (kind, format!("{} {} held by {}", payment.held, payment.currency, payment.id))
}

fn ids(gateway: &[GatewayPayment]) -> String {
    if gateway.is_empty() {
        return "nothing".to_owned();
    }
    gateway.iter().map(|payment| payment.id.as_str()).collect::<Vec<_>>().join(", ")
}

fn at(time: Option<i64>) -> String {
    let Some(time) = time else { return "an unknown time".to_owned() };
    let since_epoch = u64::try_from(time).ok().map(Duration::from_millis);
    match since_epoch.and_then(|since| UNIX_EPOCH.checked_add(since)) {
        Some(moment) if time < LAST_MOMENT => humantime::format_rfc3339_millis(moment).to_string(),
        _ => format!("{time} ms, which is no time"),
    }
}

/// The year 10000, of which RFC 3339 knows nothing. Milliseconds since the epoch.
const LAST_MOMENT: i64 = 253_402_300_800_000;

fn word(stands: PaymentStands) -> &'static str {
    match stands {
        PaymentStands::Captured => "captured",
        PaymentStands::Declined => "declined",
        PaymentStands::Voided => "voided",
        PaymentStands::Refunded => "refunded",
        PaymentStands::Barred => "barred",
        PaymentStands::Unfinished => "not at an end",
    }
}
