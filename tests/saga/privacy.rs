//! Card data is refused, and whatever was sent is repeated nowhere.

use aws_sdk_sfn::types::HistoryEvent;
use serde_json::json;

use crate::harness::{Test, test};
use crate::world::{Ended, World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[test!(card_data_is_refused_and_neither_stored_nor_repeated)];

const NUMBER: &str = "4242424242424242";

/// Everything that the execution's history says after its start, where the input stands as it was sent.
async fn history_after_the_start(world: &World, ended: &Ended) -> Vec<HistoryEvent> {
    let request = world.clients().sfn.get_execution_history().execution_arn(ended.arn.as_str());
    let mut pages = request.into_paginator().send();
    let mut events = Vec::new();
    while let Some(page) = pages.next().await {
        events.extend(page.expect("the history can be read").events);
    }
    // The first state is given the input, and every task asks for it by reference; what they make of it counts.
    events.into_iter().filter(|event| event.state_exited_event_details().is_some() || is_outcome(event)).collect()
}

fn is_outcome(event: &HistoryEvent) -> bool {
    event.task_failed_event_details().is_some()
        || event.task_succeeded_event_details().is_some()
        || event.execution_failed_event_details().is_some()
}

fn card_data_is_refused_and_neither_stored_nor_repeated() {
    with_stack(async |world| {
        let senders = [
            ("cc", json!(NUMBER)),
            ("cvv", json!("123")),
            ("expiryDate", json!("12/30")),
            ("note", json!(format!("card {NUMBER}"))),
            ("note", json!({"deep": [4_242_424_242_424_242_u64]})),
            (NUMBER, json!("a field name")),
            ("paymentMethod", json!("4242 4242 4242 4242")),
        ];
        let fares: Vec<_> = senders.iter().map(|(field, value)| fare("").with(field, value.clone())).collect();
        let ended = futures::future::join_all(fares.iter().map(|fare| world.collect(fare))).await;
        for (fare, ended) in fares.iter().zip(&ended) {
            assert_eq!(ended.error(), "CardDataNotAccepted", "{}", fare.input);
            let truth = world.truth(fare).await;
            assert_eq!(truth.fare, None);
            truth.assert_untouched();
            let events = history_after_the_start(world, ended).await;
            assert!(!events.is_empty());
            for said in [format!("{events:?}"), ended.notice.body.clone()] {
                assert!(!said.contains(NUMBER) && !said.contains("4242 4242"), "{said}");
            }
        }
    });
}
