//! Lists in both directions, and by the time of creation.

use gateway_simulator::Reply;

use crate::{Merchant, NOON, refusal};

/// Five intents, one each second, oldest first.
fn five() -> (Merchant, Vec<String>) {
    let mut merchant = Merchant::new();
    let made = (0..5)
        .map(|_| {
            merchant.now_ms += 1_000;
            merchant.held("pm_card_visa")
        })
        .collect();
    (merchant, made)
}

fn ids(reply: &Reply) -> Vec<&str> {
    reply.body["data"].as_array().expect("a list").iter().map(|object| object["id"].as_str().unwrap()).collect()
}

#[test]
fn the_page_before_an_object_is_the_one_next_to_it() {
    let (mut merchant, made) = five();
    let page = merchant.get("/v1/payment_intents", &[("limit", "2"), ("ending_before", &made[1])]);
    assert_eq!((ids(&page), page.body["has_more"].as_bool()), (vec![&*made[3], &*made[2]], Some(true)));
    let page = merchant.get("/v1/payment_intents", &[("limit", "2"), ("ending_before", &made[3])]);
    assert_eq!((ids(&page), page.body["has_more"].as_bool()), (vec![&*made[4]], Some(false)));
}

#[test]
fn paging_back_shows_what_paging_forth_has_shown() {
    let (mut merchant, _) = five();
    let mut forth = vec![];
    let mut query = vec![("limit", "2".to_owned())];
    loop {
        let borrowed: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = merchant.get("/v1/payment_intents", &borrowed);
        forth.push(ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>());
        if page.body["has_more"] == false {
            break;
        }
        query = vec![("limit", "2".to_owned()), ("starting_after", forth.last().unwrap().last().unwrap().clone())];
    }
    assert_eq!(forth.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    for (index, page) in forth.iter().enumerate().take(2) {
        let back = merchant.get("/v1/payment_intents", &[("limit", "2"), ("ending_before", &forth[index + 1][0])]);
        assert_eq!(ids(&back), *page);
    }
}

#[test]
fn only_one_cursor_is_taken_and_it_has_to_exist() {
    let (mut merchant, made) = five();
    let both = [("starting_after", made[3].as_str()), ("ending_before", made[1].as_str())];
    assert_eq!(refusal(&merchant.get("/v1/payment_intents", &both)).0, 400);
    for list in ["/v1/payment_intents", "/v1/refunds"] {
        for cursor in ["starting_after", "ending_before"] {
            let reply = merchant.get(list, &[(cursor, "x_none")]);
            assert_eq!(
                (refusal(&reply), reply.body["error"]["param"].as_str()),
                ((400, "resource_missing"), Some(cursor))
            );
        }
    }
}

#[test]
fn a_list_can_be_limited_to_times_of_creation() {
    let (mut merchant, made) = five();
    let second = |number: u64| (NOON / 1000 + number).to_string();
    for (query, expected) in [
        (vec![("created[gte]", second(4))], vec![5, 4]),
        (vec![("created[gt]", second(4))], vec![5]),
        (vec![("created[lte]", second(2))], vec![2, 1]),
        (vec![("created[lt]", second(2))], vec![1]),
        (vec![("created[gt]", second(1)), ("created[lte]", second(3))], vec![3, 2]),
        (vec![("created[gte]", second(4)), ("created[lt]", second(2))], vec![]),
        (vec![("created[lt]", "0".to_owned())], vec![]),
        (vec![("created", second(3))], vec![3]),
    ] {
        let borrowed: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let expected: Vec<_> = expected.iter().map(|number: &usize| made[number - 1].as_str()).collect();
        assert_eq!(ids(&merchant.get("/v1/payment_intents", &borrowed)), expected, "{query:?}");
    }
}

#[test]
fn a_time_of_creation_is_a_whole_second() {
    let mut merchant = Merchant::new();
    for (name, value) in [("created[gte]", "soon"), ("created", "-1"), ("created[since]", "5")] {
        let reply = merchant.get("/v1/payment_intents", &[(name, value)]);
        assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some(name)));
    }
}

#[test]
fn refunds_are_paged_within_their_intent() {
    let mut merchant = Merchant::new();
    let (one, other) = (merchant.captured("pm_card_visa"), merchant.captured("pm_card_visa"));
    let refunds: Vec<_> = [&one, &other, &one, &one]
        .into_iter()
        .map(|intent| crate::id(&merchant.refund(intent, &[("amount", "100")])))
        .collect();
    let page = merchant.get("/v1/refunds", &[("payment_intent", &one), ("limit", "2")]);
    assert_eq!((ids(&page), page.body["has_more"].as_bool()), (vec![&*refunds[3], &*refunds[2]], Some(true)));
    let page = merchant.get("/v1/refunds", &[("payment_intent", &one), ("starting_after", &refunds[2])]);
    assert_eq!((ids(&page), page.body["has_more"].as_bool()), (vec![&*refunds[0]], Some(false)));
    let page = merchant.get("/v1/refunds", &[("payment_intent", &one), ("ending_before", &refunds[0]), ("limit", "1")]);
    assert_eq!((ids(&page), page.body["has_more"].as_bool()), (vec![&*refunds[2]], Some(true)));
}
