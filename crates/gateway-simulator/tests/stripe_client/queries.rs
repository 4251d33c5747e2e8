//! Reading one intent, all of them page by page, and those that carry a reference.

use std::collections::HashMap;

use futures::TryStreamExt;
use stripe::ApiErrorsCode;
use stripe_core::PaymentIntentId;
use stripe_core::payment_intent::{ListPaymentIntent, RetrievePaymentIntent, SearchPaymentIntent};
use stripe_types::RangeQueryTs;

use crate::simulator::{Simulator, hold, refusal};

/// Five holds, newest first as a list shows them.
async fn five_holds(simulator: &Simulator) -> Vec<PaymentIntentId> {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, simulator.held("pm_card_visa").await.id);
    }
    ids
}

#[tokio::test]
async fn an_intent_is_read_as_it_stands() {
    let simulator = Simulator::start();
    let captured = simulator.captured("pm_card_visa").await;
    let read = RetrievePaymentIntent::new(captured.id.clone()).send(&simulator.client).await.unwrap();
    assert_eq!((read.id, read.status, read.amount_received), (captured.id, captured.status, 2000));

    let (status, error) = refusal(RetrievePaymentIntent::new("pi_none").send(&simulator.client).await);
    assert_eq!((status, error.code), (404, Some(ApiErrorsCode::ResourceMissing)));
}

#[tokio::test]
async fn a_list_is_walked_page_by_page() {
    let simulator = Simulator::start();
    let made = five_holds(&simulator).await;
    let first = ListPaymentIntent::new().limit(2).send(&simulator.client).await.unwrap();
    assert_eq!((first.data.len(), first.has_more, &*first.url), (2, true, "/v1/payment_intents"));

    let pages = ListPaymentIntent::new().limit(2).paginate();
    let all: Vec<_> = pages.stream(&simulator.client).map_ok(|intent| intent.id).try_collect().await.unwrap();
    assert_eq!(all, made);
    assert_eq!(simulator.log("list").await.len(), 1 + 3);
}

#[tokio::test]
async fn a_list_is_walked_backwards_and_bounded_in_time() {
    let simulator = Simulator::start();
    let made = five_holds(&simulator).await;
    let list = ListPaymentIntent::new().limit(2).ending_before(made[3].as_str());
    let page = list.created(RangeQueryTs::gte(1_700_000_000)).send(&simulator.client).await.unwrap();
    let found: Vec<_> = page.data.into_iter().map(|intent| intent.id).collect();
    assert_eq!((found.as_slice(), page.has_more), (&made[1..3], true));

    let older = ListPaymentIntent::new().created(RangeQueryTs::lt(1_700_000_000));
    assert!(older.send(&simulator.client).await.unwrap().data.is_empty());
}

#[tokio::test]
async fn a_search_by_metadata_is_walked_page_by_page() {
    let simulator = Simulator::start();
    let made = five_holds(&simulator).await;
    let other = HashMap::from([("fare_reference".to_owned(), "test/wr_564".to_owned())]);
    hold("pm_card_visa").metadata(other).send(&simulator.client).await.unwrap();

    let search = SearchPaymentIntent::new("metadata['fare_reference']:'test/wr_563'").limit(2);
    let first = search.send(&simulator.client).await.unwrap();
    assert_eq!((first.data.len(), first.has_more, first.next_page.is_some()), (2, true, true));
    let found = search.paginate().stream(&simulator.client).map_ok(|intent| intent.id);
    assert_eq!(found.try_collect::<Vec<_>>().await.unwrap(), made);
}

#[tokio::test]
async fn a_search_that_finds_nothing_has_one_empty_page() {
    let simulator = Simulator::start();
    let search = SearchPaymentIntent::new("metadata['fare_reference']:'nobody'");
    let none = search.send(&simulator.client).await.unwrap();
    assert_eq!((none.data.len(), none.has_more, none.next_page), (0, false, None));
}
