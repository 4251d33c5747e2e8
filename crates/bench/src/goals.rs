//! What is to be reached, and whether it is.

use serde::Serialize;

use crate::endpoint::dynamodb_calls;
use crate::fare::FareCalls;
use crate::measure::Measured;
use crate::statistics::{Thousandths, mebibytes, megabytes};
use crate::subjects::{BOTO3, CUSTOMER_ACCOUNTING, FLOOR, PAYMENT, REGISTER_FARE, Subject};

/// What a function may take.
struct Limits {
    function: &'static str,
    /// Its start, in thousandths of the start of a function that does nothing.
    start: Thousandths,
    /// Its middle warm answer, in thousandths of the same request sent raw; `None` where there is no such request.
    warm: Option<Thousandths>,
    resident_kib: u64,
    zip_bytes: u64,
}

const LIMITS: [Limits; 3] = [
    Limits {
        function: REGISTER_FARE,
        start: Thousandths(1_500),
        warm: Some(Thousandths(1_150)),
        resident_kib: 10 * 1024,
        zip_bytes: 2_500_000,
    },
    Limits { function: PAYMENT, start: Thousandths(2_000), warm: None, resident_kib: 14 * 1024, zip_bytes: 3_500_000 },
    Limits {
        function: CUSTOMER_ACCOUNTING,
        start: Thousandths(1_500),
        warm: Some(Thousandths(1_150)),
        resident_kib: 10 * 1024,
        zip_bytes: 2_500_000,
    },
];

/// How much sooner than Python with boto3 a function that does one put is ready, in thousandths.
const SOONER_THAN_BOTO3: Thousandths = Thousandths(50_000);

const DYNAMODB_CALLS_OF_A_FARE: u64 = 5;
const GATEWAY_CALLS_OF_A_FARE: u64 = 2;

/// What one function comes to.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) function: &'static str,
    /// Its start to that of a function that does nothing, medians, in thousandths.
    pub(crate) start_ratio: Option<Thousandths>,
    /// Its warm answer to that of the same request sent raw, medians, in thousandths. `None` for `payment`: it sends five
    /// requests to two services, and no one request is the same.
    pub(crate) warm_ratio: Option<Thousandths>,
    pub(crate) peak_resident_kib: u64,
    pub(crate) zip_bytes: Option<u64>,
    /// DynamoDB's calls for each event.
    pub(crate) dynamodb_calls: u64,
}

/// One goal.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Goal {
    pub(crate) of: &'static str,
    pub(crate) goal: String,
    pub(crate) found: String,
    pub(crate) is_reached: bool,
}

/// What each function comes to, of all that was measured.
pub(crate) fn summaries(subjects: &[Subject], measured: &[Measured]) -> Vec<Summary> {
    let floor = named(measured, FLOOR);
    let functions = LIMITS.iter().filter_map(|limits| named(measured, limits.function));
    functions
        .map(|function| {
            let subject = subjects.iter().find(|subject| subject.name == function.program);
            let raw = subject.and_then(|subject| subject.raw).and_then(|raw| named(measured, raw));
            Summary {
                function: function.program,
                start_ratio: floor
                    .and_then(|floor| Thousandths::ratio(function.start_ns.median, floor.start_ns.median)),
                warm_ratio: raw.and_then(|raw| Thousandths::ratio(function.warm_p50_ns, raw.warm_p50_ns)),
                peak_resident_kib: function.peak_resident_kib,
                zip_bytes: function.artefact.map(|artefact| artefact.zip_bytes),
                dynamodb_calls: dynamodb_calls(&function.aws_calls),
            }
        })
        .collect()
}

/// Every goal, and what was found of it. Without Python there is nothing to be sooner than, and no such goal.
pub(crate) fn judge(summaries: &[Summary], measured: &[Measured], fare: &FareCalls) -> Vec<Goal> {
    let mut goals = Vec::new();
    for limits in &LIMITS {
        if let Some(summary) = summaries.iter().find(|summary| summary.function == limits.function) {
            goals.extend(of_function(limits, summary));
        }
    }
    let starts = named(measured, BOTO3).zip(named(measured, REGISTER_FARE));
    let sooner = starts.map(|(boto3, function)| boto3.start_ns.median.checked_div(function.start_ns.median));
    if let Some(times) = sooner {
        let (wanted, found) = (SOONER_THAN_BOTO3.0 / 1_000, times.unwrap_or_default());
        goals.push(goal(
            REGISTER_FARE,
            format!("starts {wanted} × as soon as boto3"),
            format!("{found} ×"),
            found >= wanted,
        ));
    }
    let (most, found) = (DYNAMODB_CALLS_OF_A_FARE, fare.dynamodb);
    goals.push(goal("a fare", format!("≤ {most} DynamoDB calls"), found.to_string(), found <= most));
    let (wanted, found) = (GATEWAY_CALLS_OF_A_FARE, fare.gateway);
    goals.push(goal("a fare", format!("{wanted} gateway calls"), found.to_string(), found == wanted));
    goals
}

fn of_function(limits: &Limits, summary: &Summary) -> Vec<Goal> {
    let of = limits.function;
    let ratio = |what: &str, base: &str, limit: Thousandths, found: Option<Thousandths>| {
        let shown = found.map_or_else(|| "unknown".to_owned(), |found| format!("{found} ×"));
        goal(of, format!("{what} ≤ {limit} × {base}"), shown, found.is_some_and(|found| found <= limit))
    };
    let resident = (mebibytes(limits.resident_kib), mebibytes(summary.peak_resident_kib));
    let zip = summary.zip_bytes.unwrap_or(u64::MAX);
    let mut goals = vec![ratio("start", "a function that does nothing", limits.start, summary.start_ratio)];
    goals.extend(limits.warm.map(|limit| ratio("warm answer", "the request sent raw", limit, summary.warm_ratio)));
    goals.push(goal(
        of,
        format!("≤ {} MiB resident", resident.0),
        format!("{} MiB", resident.1),
        summary.peak_resident_kib <= limits.resident_kib,
    ));
    goals.push(goal(
        of,
        format!("≤ {} MB zipped", megabytes(limits.zip_bytes)),
        format!("{} MB", megabytes(zip)),
        zip <= limits.zip_bytes,
    ));
    goals
}

fn goal(of: &'static str, goal: String, found: String, is_reached: bool) -> Goal {
    Goal { of, goal, found, is_reached }
}

fn named<'a>(measured: &'a [Measured], name: &str) -> Option<&'a Measured> {
    measured.iter().find(|measured| measured.program == name)
}

#[cfg(test)]
pub(crate) mod tests;
