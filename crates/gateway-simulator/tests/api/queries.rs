//! Lists and searches.

use gateway_simulator::{Reply, Settings};

use crate::{Merchant, refusal as refused};

fn ids(reply: &Reply) -> Vec<String> {
    let data = reply.body["data"].as_array().expect("a list");
    data.iter().map(|object| object["id"].as_str().expect("an id").to_owned()).collect()
}

fn by_reference(reference: &str) -> String {
    format!("metadata['fare_reference']:'{reference}'")
}

#[test]
fn intents_are_listed_newest_first_page_by_page() {
    let mut merchant = Merchant::new();
    let made: Vec<_> = (0..5).map(|_| merchant.held("pm_card_visa")).collect();
    let first = merchant.get("/v1/payment_intents", &[("limit", "3")]);
    assert_eq!(
        (ids(&first), first.body["has_more"].as_bool()),
        (vec![made[4].clone(), made[3].clone(), made[2].clone()], Some(true))
    );
    let second = merchant.get("/v1/payment_intents", &[("limit", "3"), ("starting_after", &made[2])]);
    assert_eq!(
        (ids(&second), second.body["has_more"].as_bool()),
        (vec![made[1].clone(), made[0].clone()], Some(false))
    );
}

#[test]
fn a_page_has_1_to_100_objects_and_starts_after_one_that_exists() {
    let mut merchant = Merchant::new();
    for limit in ["0", "101", "ten"] {
        assert_eq!(
            refused(&merchant.get("/v1/payment_intents", &[("limit", limit)])),
            (400, "parameter_invalid_integer")
        );
    }
    let reply = merchant.get("/v1/payment_intents", &[("starting_after", "pi_none")]);
    assert_eq!(refused(&reply), (400, "resource_missing"));
}

#[test]
fn an_intent_is_found_by_its_metadata() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let found = merchant.get("/v1/payment_intents/search", &[("query", &by_reference("test/wr_563"))]);
    assert_eq!((found.body["object"].as_str(), ids(&found)), (Some("search_result"), vec![intent.clone()]));
    let none = merchant.get("/v1/payment_intents/search", &[("query", &by_reference("test/wr_56"))]);
    assert!(ids(&none).is_empty());

    let open = format!("{} AND -status:'canceled'", by_reference("test/wr_563"));
    assert_eq!(ids(&merchant.get("/v1/payment_intents/search", &[("query", &open)])), [&*intent]);
    merchant.cancel(&intent);
    assert!(ids(&merchant.get("/v1/payment_intents/search", &[("query", &open)])).is_empty());
}

#[test]
fn a_search_goes_on_with_its_next_page() {
    let mut merchant = Merchant::new();
    let made: Vec<_> = (0..3).map(|_| merchant.held("pm_card_visa")).collect();
    let query = by_reference("test/wr_563");
    let first = merchant.get("/v1/payment_intents/search", &[("query", &query), ("limit", "2")]);
    assert_eq!(ids(&first), [made[2].clone(), made[1].clone()]);
    let page = first.body["next_page"].as_str().unwrap();
    let second = merchant.get("/v1/payment_intents/search", &[("query", &query), ("limit", "2"), ("page", page)]);
    assert_eq!((ids(&second), second.body["has_more"].as_bool()), (vec![made[0].clone()], Some(false)));
    assert!(second.body["next_page"].is_null());
}

#[test]
fn a_search_lags_and_a_list_does_not() {
    let mut merchant = Merchant::with(Settings { search_lag_ms: 60_000, ..Settings::default() });
    let intent = merchant.held("pm_card_visa");
    let query = by_reference("test/wr_563");
    merchant.now_ms += 59_999;
    assert!(ids(&merchant.get("/v1/payment_intents/search", &[("query", &query)])).is_empty());
    assert_eq!(ids(&merchant.get("/v1/payment_intents", &[])), [&*intent]);
    merchant.now_ms += 1;
    assert_eq!(ids(&merchant.get("/v1/payment_intents/search", &[("query", &query)])), [intent]);
}

#[test]
fn a_query_that_is_not_understood_is_refused() {
    let reply = Merchant::new().get("/v1/payment_intents/search", &[("query", "everything")]);
    assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some("query")));
}
