//! Keys of the API, paths, card data, and the determinism of it all.

use gateway_simulator::{Gateway, Method, Request, Settings};

use crate::{Merchant, NOON, hold_form};

#[test]
fn only_a_secret_test_key_opens_the_account() {
    let mut gateway = Gateway::new(Settings::default());
    let mut status = |authorization: Option<&str>| {
        let request = Request { authorization: authorization.map(str::to_owned), ..Request::get("/v1/refunds", &[]) };
        let reply = gateway.handle(&request, NOON);
        assert!(!reply.body.to_string().contains("hidden"));
        reply.status
    };
    for bad in [
        None,
        Some(""),
        Some("Bearer sk_live_hidden"),
        Some("Bearer pk_test_hidden"),
        Some("Bearer sk_test_"),
        Some("sk_test_hidden"),
    ] {
        assert_eq!(status(bad), 401, "{bad:?}");
    }
    assert_eq!(status(Some("Bearer sk_test_anything")), 200);
    assert_eq!(gateway.log().len(), 1);
}

#[test]
fn an_unknown_path_or_method_is_404() {
    let mut merchant = Merchant::new();
    assert_eq!(merchant.get("/v1/charges", &[]).status, 404);
    assert_eq!(merchant.send(Request { method: Method::Other, ..Request::get("/v1/refunds", &[]) }).status, 404);
    assert_eq!(merchant.post("/_simulator/log", &[]).status, 404);
}

#[test]
fn an_unknown_parameter_is_refused() {
    let mut merchant = Merchant::new();
    let form = [&hold_form("pm_card_visa")[..], &[("colour", "red")]].concat();
    let reply = merchant.post("/v1/payment_intents", &form);
    assert_eq!((reply.status, reply.body["error"]["code"].as_str()), (400, Some("parameter_unknown")));
}

#[test]
fn card_data_is_neither_accepted_nor_repeated_nor_logged() {
    let mut merchant = Merchant::new();
    for (name, value) in [
        ("card[number]", "4242424242424242"),
        ("payment_method_data[card][number]", "4242424242424242"),
        ("description", "4242 4242 4242 4242"),
        ("metadata[fare_reference]", "4242424242424242"),
    ] {
        let form = [&hold_form("pm_card_visa")[..6], &[(name, value)]].concat();
        let reply = merchant.post("/v1/payment_intents", &form);
        assert_eq!(reply.status, 400, "{name}");
        assert!(!reply.body.to_string().contains("4242"));
    }
    let form = hold_form("pm_card_visa");
    assert_eq!(merchant.post_under("4242424242424242", "/v1/payment_intents", &form).status, 400);
    assert!(!format!("{:?}", merchant.gateway).contains("4242"));
    assert_eq!(merchant.gateway.holdings("test/wr_563").intents, 0);
}

#[test]
fn the_same_history_gives_the_same_gateway() {
    let run = || {
        let mut merchant = Merchant::new();
        let intent = merchant.captured("pm_card_visa");
        merchant.refund(&intent, &[("amount", "700")]);
        merchant.hold("pm_card_visa_chargeDeclined");
        merchant.gateway
    };
    assert_eq!(run(), run());
}

#[test]
fn a_clone_is_a_branch_of_its_own() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    let mut branch = Merchant { gateway: merchant.gateway.clone(), now_ms: merchant.now_ms };
    branch.capture(&intent, &[]);
    assert_eq!(merchant.gateway.holdings("test/wr_563").captured, 0);
    assert_eq!(branch.gateway.holdings("test/wr_563").captured, 2000);
}
