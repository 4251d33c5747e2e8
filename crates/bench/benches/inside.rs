//! What happens inside of a function between an event and its answer, without any call: reading, hashing, looking for card
//! data, and turning an error into what crosses the wire.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fare_values::{FareId, FareRequest, MAX_INPUT_BYTES, Rejection, StoreUnavailable, WireError, read_event};
use register_fare::{Action, RegisterFareError};
use serde_json::{Value, json};

fn event() -> Value {
    json!({
        "action": "register",
        "fare": {"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"},
        "execution": "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:wr_563",
    })
}

/// As large as an input may be, with as many digits in it as the search has most to do with.
fn largest_input() -> Value {
    let digits = "4000 0566 5566 555 ".repeat(500);
    let frame = json!({"note": ""}).to_string().len();
    json!({"note": digits.get(..MAX_INPUT_BYTES - frame).unwrap_or_default()})
}

fn inside(criterion: &mut Criterion) {
    let event = event();
    let text = event.to_string();
    criterion.bench_function("an event's text to JSON", |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(black_box(&text)));
    });
    criterion.bench_function("JSON to a fare", |bencher| bencher.iter(|| read_event::<Action>(black_box(&event))));
    if let Ok(read) = read_event::<Action>(&event) {
        criterion.bench_function("a fare's payload hash", |bencher| {
            bencher.iter(|| black_box(&read.request).payload_hash());
        });
    }

    let largest = largest_input();
    let mut scan = criterion.benchmark_group("card data");
    scan.throughput(Throughput::Bytes(u64::try_from(largest.to_string().len()).unwrap_or_default()));
    scan.bench_function("in 8 KiB", |bencher| {
        bencher.iter(|| FareRequest::from_json(black_box(&largest)).is_err());
    });
    scan.finish();

    errors(criterion);
}

fn errors(criterion: &mut Criterion) {
    if let Ok(fare_id) = FareId::new("wr_563") {
        criterion.bench_function("a refusal to the wire", |bencher| {
            bencher.iter(|| WireError::from(RegisterFareError::Conflict { fare_id: black_box(&fare_id).clone() }));
        });
    }
    criterion.bench_function("a rejection to the wire", |bencher| {
        bencher.iter(|| WireError::from(Rejection::invalid(black_box("fareAmount"), "is not an amount")));
    });
    criterion.bench_function("a store's failure to the wire", |bencher| {
        bencher.iter(|| WireError::from(RegisterFareError::Store(StoreUnavailable::because(black_box("timed out")))));
    });
}

criterion_group!(benches, inside);
criterion_main!(benches);
