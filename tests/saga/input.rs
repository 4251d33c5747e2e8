//! What may be sent, and what becomes of everything else.

use fare_cli::execution::ExecutionArn;
use serde_json::{Value, json};

use crate::harness::{Test, test};
use crate::world::{Ended, Fare, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(bad_input_is_refused_by_the_field_at_fault_and_has_no_effect),
    test!(input_of_any_other_shape_is_refused_too),
    test!(input_that_cannot_even_be_read_is_refused_without_repeating_it),
    test!(yen_have_no_decimals_and_dinars_have_three),
];

fn assert_rejected(ended: &Ended, error: &str, field: &str) {
    let path = ["BeginSaga", "RegisterFare", "RejectFare", "NotifyFailure", "FareProcessingFailed"];
    assert_eq!(ended.states(), path);
    assert_eq!(ended.error(), error);
    assert!(ended.cause().contains(&format!("`{field}`")), "{}", ended.cause());
    assert_eq!(ended.notice.text("fareStatus"), Some("rejected"));
    assert_eq!(ended.notice.content["fareId"], Value::Null);
}

fn bad_input_is_refused_by_the_field_at_fault_and_has_no_effect() {
    with_stack(async |world| {
        let faults = [
            ("fareAmount", json!("$20.001"), "fareAmount"),
            ("fareAmount", json!("$0.00"), "fareAmount"),
            ("fareAmount", json!("-$1.00"), "fareAmount"),
            ("fareAmount", json!("1e3"), "fareAmount"),
            ("fareAmount", json!("$99999999999999999999"), "fareAmount"),
            ("fareAmount", json!({"amount": 2000, "currency": "zzz"}), "fareAmount.currency"),
            ("fareAmount", json!({"amount": 20.5, "currency": "usd"}), "fareAmount.amount"),
            ("fareAmount", json!({"amount": "2000", "currency": "usd"}), "fareAmount.amount"),
            ("customerId", json!("no spaces"), "customerId"),
            ("customerId", json!(null), "customerId"),
            ("paymentMethod", json!("visa"), "paymentMethod"),
            ("tip", json!("$1.00"), "tip"),
        ];
        let fares: Vec<_> = faults.iter().map(|(name, value, _)| fare("").with(name, value.clone())).collect();
        let ended = futures::future::join_all(fares.iter().map(|fare| world.collect(fare))).await;
        for ((fare, ended), (_, _, field)) in fares.iter().zip(&ended).zip(&faults) {
            assert_rejected(ended, "InvalidFare", field);
            let truth = world.truth(fare).await;
            assert_eq!(truth.fare, None, "{}", fare.input);
            truth.assert_untouched();
        }
    });
}

fn input_of_any_other_shape_is_refused_too() {
    with_stack(async |world| {
        for input in [json!([]), json!("wr_563"), json!(17), json!({}), json!([{"fareId": "wr_563"}])] {
            let arn = world.start(&fare("").id, &input).await;
            let ended = world.ended(arn).await;
            assert_rejected(&ended, "InvalidFare", if input == json!({}) { "fareId" } else { "input" });
        }
    });
}

fn input_that_cannot_even_be_read_is_refused_without_repeating_it() {
    with_stack(async |world| {
        let deep = format!("{}{}", "[".repeat(160), "]".repeat(160));
        for unreadable in ["1e400", r#""\ud800""#, &deep] {
            let input = format!(r#"{{"fareId": "wr_563", "4242424242424242": {unreadable}}}"#);
            let request = world.clients().sfn.start_execution().name(fare("").id).input(input);
            let started = request.state_machine_arn(&world.stack.outputs.state_machine_arn).send().await.unwrap();
            let ended = world.ended(ExecutionArn::new(started.execution_arn())).await;
            assert!(!ended.notice.body.contains("4242424242424242"), "{}", ended.notice.body);
            assert_rejected(&ended, "InvalidFare", "input");
        }
    });
}

fn yen_have_no_decimals_and_dinars_have_three() {
    with_stack(async |world| {
        for (currency, amount) in [("jpy", 1500), ("kwd", 1990), ("usd", 2000)] {
            let fare: Fare = fare("").with("fareAmount", json!({"amount": amount, "currency": currency}));
            let ended = world.collect(&fare).await;
            assert!(ended.succeeded, "{currency}: {:?}", ended.notice);
            assert_eq!(ended.notice.content["amount"], json!(amount));
            assert_eq!(ended.notice.text("currency"), Some(currency));
            let truth = world.truth(&fare).await;
            assert_eq!(truth.money(), (0, amount, 0));
            assert_eq!(truth.balances.get(currency), Some(&amount));
        }
    });
}
