//! `fare start`, `fare show` and `fare list`, run as an operator runs them.

use std::process::Output;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use fare_cli::execution::{self, ExecutionArn};
use fare_values::FareStatus;
use serde_json::json;

use crate::harness::{Test, test};
use crate::reconciliation::Saboteur;
use crate::tool::{assert_ended, command, document, run};
use crate::world::{Fare, World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_good_fare_is_watched_through_its_states_until_it_is_collected),
    test!(a_fare_that_is_not_collected_is_told_by_status_and_reason),
    test!(a_repeat_is_recognised_and_another_fare_under_the_same_id_is_refused),
    test!(card_data_is_refused_before_anything_is_sent),
    test!(one_fare_is_shown_as_one_timeline),
    test!(a_payment_of_another_fare_is_not_shown_as_this_ones),
    test!(nobody_knows_a_fare_that_never_was),
    test!(an_undecided_fare_is_listed_until_it_is_decided),
];

const CARD: &str = "4242424242424242";
/// The index of undecided fares lags behind the table.
const INDEX_LIMIT: Duration = Duration::from_secs(20);

fn start(fare: &Fare, rest: &[&str]) -> Output {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), fare.input.to_string()).expect("it can be written");
    run(&[&["start", "--input", file.path().to_str().expect("a plain path")], rest].concat())
}

async fn was_started(world: &World, fare: &Fare) -> bool {
    let arn = ExecutionArn::of(&world.stack.outputs.state_machine_arn, &fare.id);
    execution::describe(&world.stack, &arn).await.expect("it can be asked").is_some()
}

fn a_good_fare_is_watched_through_its_states_until_it_is_collected() {
    let fare = fare("");
    let text = |field: &str| fare.input[field].as_str().expect("a text").to_owned();
    let output = run(&[
        "start",
        "--fare-id",
        &text("fareId"),
        "--customer-id",
        &text("customerId"),
        "--amount",
        &text("fareAmount"),
        "--payment-method",
        &text("paymentMethod"),
        "--watch",
    ]);
    let told = assert_ended(&output, 0);
    let states = ["RegisterFare", "ChargeFare", "CreditCustomerAccount", "SetFareStatusCompleted", "NotifySuccess"];
    let entered = states.map(|state| {
        told.lines().position(|line| line.contains(state) && line.ends_with("entered")).expect("it was entered")
    });
    assert!(entered.is_sorted(), "{told}");
    assert!(told.ends_with(&format!("fare {} collected\n", fare.id)), "{told}");
    assert!(!told.contains("pm_card_visa"), "{told}");
    with_stack(async |world| assert_eq!(world.truth(&fare).await.money(), (0, 2000, 0)));
}

fn a_fare_that_is_not_collected_is_told_by_status_and_reason() {
    let fare = fare("_fail_refund");
    let output = start(&fare, &["--watch", "--output", "json"]);
    let document = document(&assert_ended(&output, 1));
    assert_eq!((&document["collected"], &document["status"]), (&json!(false), &json!("FAILED")));
    assert_eq!(document["reason"], "AccountCreditException");
    let states = document["states"].as_array().expect("states");
    let state = |name: &str| states.iter().find(|state| state["state"] == name).expect("it was entered");
    assert_eq!(state("CreditCustomerAccount")["caught"], "AccountCreditException");
    assert!(state("RefundFare")["attempts"].as_u64() > Some(1), "{states:?}");
    // What is watched goes where it does not mix with the document.
    assert!(String::from_utf8_lossy(&output.stderr).contains("caught AccountCreditException"));
}

fn a_repeat_is_recognised_and_another_fare_under_the_same_id_is_refused() {
    let fare = fare("");
    let first = document(&assert_ended(&start(&fare, &["--output", "json"]), 0));
    assert_eq!((&first["fareId"], &first["startedBefore"]), (&json!(fare.id), &json!(false)));
    let respelt = fare.clone().with("fareAmount", json!({"amount": 2000, "currency": "usd"}));
    let while_it_runs = document(&assert_ended(&start(&respelt, &["--output", "json"]), 0));
    assert_eq!((&while_it_runs["execution"], &while_it_runs["startedBefore"]), (&first["execution"], &json!(true)));
    let told = assert_ended(&start(&fare, &["--watch"]), 0);
    assert!(told.contains("was started before, with the same input"), "{told}");
    let other = start(&fare.clone().with("fareAmount", json!("$30.00")), &[]);
    assert_ended(&other, 7);
    assert!(String::from_utf8_lossy(&other.stderr).contains("another id"));
    with_stack(async |world| assert_eq!(world.truth(&fare).await.money(), (0, 2000, 0)));
}

fn card_data_is_refused_before_anything_is_sent() {
    let fare = fare("").with("paymentMethod", json!(CARD));
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), fare.input.to_string()).expect("it can be written");
    let path = file.path().to_str().expect("a plain path");
    let with_flags = [
        "start",
        "--fare-id",
        fare.id.as_str(),
        "--customer-id",
        "3",
        "--amount",
        "$20.00",
        "--payment-method",
        CARD,
        "--watch",
    ];
    for arguments in [
        ["start", "--input", path].as_slice(),
        &with_flags,
        &["show", CARD],
        &["recover", CARD],
        &["redrive", CARD, "--yes"],
        &["graph", CARD],
        &["graph", CARD, "--machine", "recovery"],
        &["graph", "arn:aws:states:us-east-1:000000000000:execution:collect:4242424242424242"],
        &["attention", "take", "--fare", CARD],
        &["attention", "done", CARD],
        &["recover", "4242-4242-4242-4242"],
        &["start", CARD],
        &["list", "--limit", CARD],
    ] {
        // Nothing listens there: whoever sent anything would end otherwise.
        for endpoint in [None, Some("http://127.0.0.1:1")] {
            let mut command = command(arguments);
            command.envs(endpoint.map(|endpoint| ("AWS_ENDPOINT_URL", endpoint)));
            let output = command.output().expect("fare runs");
            assert_ended(&output, 6);
            let said = format!("{output:?}");
            assert!(!said.contains("42424242") && !said.contains("4242-4242"), "{said}");
        }
    }
    with_stack(async |world| {
        assert!(!was_started(world, &fare).await);
        assert_eq!(world.truth(&fare).await.fare, None);
    });
}

fn one_fare_is_shown_as_one_timeline() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        assert!(!world.collect(&fare).await.succeeded);
        let shown = document(&assert_ended(&run(&["show", &fare.id, "--output", "json"]), 0));
        assert_eq!((&shown["fare"]["status"], &shown["payment"]["status"]), (&json!("failed"), &json!("refunded")));
        assert_eq!(shown["ledger"]["credit"]["state"], "tombstone");
        assert_eq!(shown["gateway"][0]["refunds"][0]["amount"], json!({"amount": 2000, "currency": "usd"}));
        let timeline = shown["timeline"].as_array().expect("a timeline");
        let times: Vec<_> = timeline.iter().filter_map(|moment| moment["at"].as_str()?.get(..19)).collect();
        assert!(times.is_sorted(), "{timeline:?}");
        for source in ["execution", "fares", "payments", "ledger", "gateway"] {
            assert!(timeline.iter().any(|moment| moment["source"] == source), "{source}: {timeline:?}");
        }
        let text = assert_ended(&run(&["show", &fare.id]), 0);
        assert!(text.starts_with(&format!("fare {}: failed, customer {}, $20.00\n", fare.id, fare.customer)), "{text}");
        assert!(text.contains("caught AccountCreditException") && !text.contains("pm_card_visa"), "{text}");
    });
}

fn a_payment_of_another_fare_is_not_shown_as_this_ones() {
    with_stack(async |world| {
        let (one, other) = (fare(""), fare(""));
        assert!(world.collect(&one).await.succeeded && world.collect(&other).await.succeeded);
        let saboteur = Saboteur::of(world).await;
        let (own, others) = (saboteur.payment_id(&one).await, saboteur.payment_id(&other).await);
        let key = [("fareId", one.id.clone())];
        let wrong = AttributeValue::S(others);
        saboteur.set(&world.stack.outputs.payments_table, &key, "paymentId", wrong).await;
        let shown = document(&assert_ended(&run(&["show", &one.id, "--output", "json"]), 0));
        let payments = shown["gateway"].as_array().expect("payments");
        let ids: Vec<_> = payments.iter().map(|payment| payment["id"].as_str()).collect();
        assert_eq!(ids, [Some(own.as_str())], "{shown}");
    });
}

fn nobody_knows_a_fare_that_never_was() {
    let output = run(&["show", &fare("").id]);
    assert_eq!(assert_ended(&output, 5), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no such fare"));
}

fn an_undecided_fare_is_listed_until_it_is_decided() {
    with_stack(async |world| {
        let fare = fare("");
        let listed = |status: &str| {
            let output = run(&["list", "--status", status, "--newest", "--limit", "1000", "--output", "json"]);
            let document = document(&assert_ended(&output, 0));
            let fares = document["fares"].as_array().expect("fares").clone();
            fares.into_iter().find(|listed| listed["fareId"] == fare.id.as_str())
        };
        world.decide(&fare, FareStatus::Registered).await;
        let deadline = Instant::now() + INDEX_LIMIT;
        let undecided = loop {
            match listed("undecided") {
                Some(undecided) => break undecided,
                None => assert!(Instant::now() < deadline, "{fare:?} is not listed"),
            }
        };
        assert_eq!((&undecided["status"], &undecided["customerId"]), (&json!("undecided"), &json!(fare.customer)));
        assert_eq!(undecided["amount"], json!({"amount": 2000, "currency": "usd"}));
        let old = run(&["list", "--status", "undecided", "--older-than", "1day"]);
        assert!(!assert_ended(&old, 0).contains(&fare.id));

        world.decide(&fare, FareStatus::Failed).await;
        assert_eq!(listed("undecided"), None);
        assert_eq!(listed("failed").expect("it is listed")["status"], "failed");
    });
}
