//! What is explored: the scenarios of `make explore`, and of `make explore-deep`.

use serde_json::{Value, json};

use crate::asl::{ErrorDetail, Stop};
use crate::faults::{Fault, Site, Strike};
use crate::scenario::{FARE_ID, Scenario, Twin, Waits};
use crate::witness::CARD_NUMBER;
use crate::world::Operation;

/// The most letters that an id and a payment method may have (`fare_values`).
const LONGEST_ID: usize = 64;

const HOUR: i64 = 60 * 60 * 1000;

/// Ages at which the payment function knows least of its own requests (it sends a charge until 19 h, an undo until 20 h,
/// and believes a search from 21 h on), when the gateway has forgotten its keys, and when holds have expired.
const AGES: [(&str, i64); 4] =
    [("19h30", 19 * HOUR + HOUR / 2), ("20h30", 20 * HOUR + HOUR / 2), ("25h", 25 * HOUR), ("8d", 8 * 24 * HOUR)];

/// All schedules with at most two faults of one execution, with at most one of other fares and where somebody interferes, and
/// without any where that comes late or something is broken for ever.
#[must_use]
pub fn bounded() -> Vec<Scenario> {
    let mut all = vec![alone(2)];
    all.extend(other_fares());
    all.extend(largest());
    all.extend(with_others());
    all.extend(late());
    all.push(called_for());
    all.extend(permanent());
    all
}

/// One execution and at most so many faults.
#[must_use]
pub fn alone(faults: u32) -> Scenario {
    Scenario { is_collected: true, ..Scenario::alone("alone", plain(), faults) }
}

/// The scenario of this name.
#[must_use]
pub fn named(name: &str) -> Option<Scenario> {
    bounded().into_iter().chain(deep()).find(|scenario| scenario.name == name)
}

/// One execution and at most three faults; two beside somebody else; and one while everybody is there at once: a function that
/// nobody waits for any more, the redriven execution, and its recovery.
#[must_use]
pub fn deep() -> Vec<Scenario> {
    vec![
        Scenario { name: "deep".to_owned(), ..alone(3) },
        Scenario { twin: Some(Twin::Same), ..among_others("deep-twin", 2) },
        Scenario { twin: Some(Twin::OtherPayload), ..among_others("deep-twin-other-payload", 2) },
        Scenario { stop: Some(Stop::Aborted), ..among_others("deep-abort", 2) },
        redriven("deep-redrive", 1),
    ]
}

fn plain() -> Value {
    fare("3", "pm_card_visa")
}

/// A fare of $20.00 paid so by this customer.
fn fare(customer: &str, payment_method: &str) -> Value {
    json!({"fareId": FARE_ID, "customerId": customer, "fareAmount": "$20.00", "paymentMethod": payment_method})
}

fn with(field: &str, value: Value) -> Value {
    let mut input = plain();
    if let Some(fields) = input.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
    input
}

/// Fares that go another way than to success, with one fault.
fn other_fares() -> Vec<Scenario> {
    [
        ("declined", fare("3", "pm_card_chargeDeclined")),
        ("capture-refused", fare("3_fail_charge", "pm_card_visa")),
        ("unknown-method", fare("3", "pm_unknown")),
        ("needs-customer", fare("3", "pm_card_authenticationRequired")),
        ("account-closed", fare("3_fail_credit", "pm_card_visa")),
        ("refund-pending", fare("3_fail_credit", "pm_card_pendingRefund")),
        ("cancelled-before", fare("3_fail_register", "pm_card_visa")),
        ("bad-amount", with("fareAmount", json!("20 dollars"))),
        ("card-data", with("cc", json!(CARD_NUMBER))),
        ("no-object", json!(["fare"])),
    ]
    .into_iter()
    .map(|(name, input)| Scenario::alone(name, input, 1))
    .collect()
}

/// Fares that are as long as they may be in every field, so that payloads are the largest (I16), on the ways that carry most along.
fn largest() -> Vec<Scenario> {
    let fare_id = "f".repeat(LONGEST_ID);
    let fare = |trigger: &str, method: &str| {
        let customer = format!("{}{trigger}", "c".repeat(LONGEST_ID.saturating_sub(trigger.len())));
        let amount = json!({"amount": 1_000_000, "currency": "usd"});
        json!({"fareId": fare_id, "customerId": customer, "fareAmount": amount, "paymentMethod": method})
    };
    let unknown = format!("pm_{}", "x".repeat(LONGEST_ID.saturating_sub(3)));
    let alone = |name: &str, input: Value| Scenario::alone(format!("largest-{name}"), input, 1);
    let visa = || fare("", "pm_card_visa");
    let among_others = |name: &str| Scenario { waits: Waits::Shortest, ..alone(name, visa()) };
    vec![
        Scenario { is_collected: true, ..alone("alone", visa()) },
        alone("unknown-method", fare("", &unknown)),
        alone("capture-refused", fare("_fail_charge", "pm_card_visa")),
        alone("account-closed", fare("_fail_credit", "pm_card_visa")),
        // Whoever has credited and finds that a twin has decided otherwise carries most.
        Scenario { twin: Some(Twin::Same), ..among_others("twin") },
        Scenario { stop: Some(Stop::Aborted), faults: 0, ..among_others("abort") },
        Scenario {
            errors: ErrorDetail::Withheld,
            stop: Some(Stop::Aborted),
            faults: 0,
            ..among_others("abort-withheld")
        },
    ]
}

/// A twin, somebody who stops the execution, or one who redrives it, and one fault.
fn with_others() -> Vec<Scenario> {
    vec![
        Scenario { errors: ErrorDetail::Omitted, ..among_others("no-error-in-event", 1) },
        Scenario { errors: ErrorDetail::Withheld, ..among_others("details-withheld", 1) },
        Scenario { errors: ErrorDetail::Withheld, stop: Some(Stop::Aborted), ..among_others("abort-withheld", 1) },
        Scenario { twin: Some(Twin::Same), ..among_others("twin", 1) },
        Scenario { twin: Some(Twin::OtherPayload), ..among_others("twin-other-payload", 1) },
        Scenario { stop: Some(Stop::Aborted), ..among_others("abort", 1) },
        Scenario { stop: Some(Stop::TimedOut), ..among_others("time-out", 1) },
        Scenario { leaves_function: false, ..redriven("redrive", 1) },
        redriven("redrive-beside-function", 0),
        Scenario { twin: Some(Twin::Same), search_lag: 0, ..among_others("twin-found-at-once", 1) },
        Scenario { stop: Some(Stop::Aborted), search_lag: 0, ..among_others("abort-found-at-once", 1) },
    ]
}

/// Redriven after it has failed or was stopped, whatever was at work for it then, while it is being recovered.
fn redriven(name: &str, faults: u32) -> Scenario {
    Scenario { stop: Some(Stop::Aborted), redrive: true, ..among_others(name, faults) }
}

/// Where it matters who comes first and not how long anything takes.
fn among_others(name: &str, faults: u32) -> Scenario {
    Scenario { is_collected: true, waits: Waits::Shortest, ..Scenario::alone(name, plain(), faults) }
}

/// Recovery, or a redrive, that comes hours after the execution has ended.
fn late() -> Vec<Scenario> {
    let later = AGES.into_iter().map(|(name, delay)| Scenario {
        stop: Some(Stop::Aborted),
        redrive: true,
        delay,
        ..Scenario::alone(format!("after-{name}"), plain(), 0)
    });
    later.collect()
}

/// Something that goes wrong for ever, until a person who was called for has mended it.
fn permanent() -> Vec<Scenario> {
    let mut all = Vec::new();
    for site in Site::all() {
        for strike in site.strikes().iter().filter(|strike| lasts(site, **strike)) {
            let name = format!("for-ever-{site}-{}", strike.fault);
            let input = fare("3_fail_credit", "pm_card_visa");
            all.push(Scenario { permanent: Some((site, *strike)), ..Scenario::alone(name, input, 0) });
        }
    }
    all
}

/// The refund is broken for ever, and one fault more on the way to the attention queue.
fn called_for() -> Scenario {
    let site = Site::Call(Operation::Gateway(gateway_simulator::Operation::Refund));
    let strike = Strike { fault: Fault::Gateway(gateway_simulator::Fault::ServerErrorBefore), throughout: true };
    Scenario {
        permanent: Some((site, strike)),
        only_at: Some(Site::Send),
        waits: Waits::Shortest,
        ..Scenario::alone("called-for", fare("3_fail_credit", "pm_card_visa"), 1)
    }
}

/// What breaks for good: a store that refuses or swallows, a gateway that cannot be reached or answers nothing, a topic that
/// is down.
fn lasts(site: Site, strike: Strike) -> bool {
    let is_total = match strike.fault {
        Fault::FailsBefore | Fault::AnswerLost | Fault::NotSent => true,
        Fault::Gateway(fault) => {
            matches!(fault, gateway_simulator::Fault::AnswerLost | gateway_simulator::Fault::ServerErrorBefore)
        }
        Fault::LandsLate
        | Fault::Twice
        | Fault::AgainLater
        | Fault::Killed(_)
        | Fault::TimedOut(_)
        | Fault::Throttled
        | Fault::RunsOn
        | Fault::TwiceAtOnce => false,
    };
    let is_used = match site {
        Site::Call(Operation::Store(_) | Operation::Gateway(_)) | Site::Publish => true,
        Site::Invoke | Site::Send | Site::Describe | Site::Event => false,
    };
    strike.throughout && is_total && is_used
}
