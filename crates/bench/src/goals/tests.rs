use super::*;
use crate::artefact::Artefact;
use crate::endpoint::Calls;
use crate::statistics::Spread;

pub(crate) fn measured(program: &'static str, start: u64) -> Measured {
    let spread = |median| Spread { min: median, median, max: median };
    Measured {
        program,
        start_ns: spread(start),
        first_ns: spread(start),
        processor_to_first_ns: spread(start),
        warm_p50_ns: start,
        warm_p99_ns: start,
        warm_processor_ns: start,
        peak_resident_kib: 9_000,
        artefact: Some(Artefact { bootstrap_bytes: 5_000_000, zip_bytes: 2_400_000 }),
        aws_calls_at_first: Calls::new(),
        aws_calls: [("PutItem".to_owned(), 1)].into(),
        gateway_calls: Calls::new(),
    }
}

fn fare(dynamodb: u64, gateway: u64) -> FareCalls {
    FareCalls { dynamodb, gateway, aws_calls: Calls::new(), gateway_calls: Calls::new() }
}

fn missed(measured: &[Measured], fare: &FareCalls) -> Vec<String> {
    let goals = judge(&summaries(&[], measured), measured, fare);
    goals.into_iter().filter(|goal| !goal.is_reached).map(|goal| format!("{}: {}", goal.of, goal.goal)).collect()
}

#[test]
fn a_start_that_takes_too_long_is_named() {
    let all = |start| [measured(FLOOR, 1_000), measured(PAYMENT, start)];
    assert_eq!(missed(&all(2_000), &fare(5, 2)), Vec::<String>::new());
    assert_eq!(missed(&all(2_001), &fare(5, 2)), ["payment: start ≤ 2.00 × a function that does nothing"]);
}

#[test]
fn what_is_too_large_is_named() {
    let mut function = measured(PAYMENT, 1_000);
    function.peak_resident_kib = 14 * 1024 + 1;
    function.artefact = Some(Artefact { bootstrap_bytes: 0, zip_bytes: 3_500_001 });
    let missed = missed(&[measured(FLOOR, 1_000), function], &fare(5, 2));
    assert_eq!(missed, ["payment: ≤ 14.0 MiB resident", "payment: ≤ 3.50 MB zipped"]);
}

#[test]
fn a_fare_that_asks_too_much_or_too_little_is_named() {
    assert_eq!(missed(&[], &fare(6, 1)), ["a fare: ≤ 5 DynamoDB calls", "a fare: 2 gateway calls"]);
}

#[test]
fn boto3_has_to_be_far_behind_where_it_is_there() {
    let all = |boto3| [measured(FLOOR, 1_000), measured(REGISTER_FARE, 1_000), measured(BOTO3, boto3)];
    let named = |boto3| missed(&all(boto3), &fare(5, 2)).iter().any(|goal| goal.contains("boto3"));
    assert!(!named(50_000) && named(49_999));
}

#[test]
fn a_ratio_that_is_not_known_is_not_reached() {
    let missed = missed(&[measured(REGISTER_FARE, 1_000)], &fare(5, 2));
    assert_eq!(missed.len(), 2, "{missed:?}");
}
