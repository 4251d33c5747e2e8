//! Keys of the API, paths, card data, and the determinism of it all.

use gateway_simulator::{Gateway, Method, Request, Settings};

use crate::{Merchant, NOON, hold_form};

#[test]
fn a_request_without_an_acceptable_key_is_401_and_leaves_no_trace() {
    let mut gateway = Gateway::new(Settings::default());
    for bad in [
        None,
        Some(""),
        Some("Bearer "),
        Some("Bearer sk_test"),
        Some("Bearer sk_live_hidden"),
        Some("Bearer rk_live_hidden"),
        Some("Bearer pk_test_hidden"),
        Some("Bearer sk_test_hidden!"),
        Some("Basic sk_test_hidden"),
        Some("sk_test_hidden"),
    ] {
        let request = Request { authorization: bad.map(str::to_owned), ..Request::get("/v1/refunds", &[]) };
        let before = gateway.clone();
        let reply = gateway.handle(&request, NOON);
        assert_eq!(
            (reply.status, reply.body["error"]["type"].as_str()),
            (401, Some("invalid_request_error")),
            "{bad:?}"
        );
        assert!(reply.request_id.is_some() && !reply.body.to_string().contains("hidden"));
        assert_eq!(gateway, before, "{bad:?}");
    }
    for good in ["sk_test_anything", "rk_test_anything", "AGeneratedKey123"] {
        assert_eq!(gateway.handle(&Request::get("/v1/refunds", &[]).with_api_key(good), NOON).status, 200);
    }
    assert_eq!(gateway.log().len(), 3);
}

#[test]
fn the_answer_tells_its_version_its_id_and_its_key() {
    let mut merchant = Merchant::new();
    let request = Request::post("/v1/payment_intents", &hold_form("pm_card_visa")).with_idempotency_key("key");
    let reply = merchant.send(Request { stripe_version: Some("2024-06-20".to_owned()), ..request });
    let headers = reply.headers();
    let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    assert_eq!((header("Stripe-Version"), header("Idempotency-Key")), (Some("2024-06-20"), Some("key")));
    assert_eq!(header("Original-Request"), header("Request-Id"));
    assert_eq!(header("Request-Id"), Some(merchant.gateway.log()[0].request_id.as_str()));

    let unversioned = merchant.get("/v1/refunds", &[]);
    assert!(unversioned.stripe_version.is_some() && unversioned.original_request.is_none());
}

#[test]
fn a_version_that_is_none_is_refused_and_not_repeated() {
    let mut merchant = Merchant::new();
    let request = Request { stripe_version: Some("hidden".to_owned()), ..Request::get("/v1/refunds", &[]) };
    let reply = merchant.send(request);
    assert_eq!(reply.status, 400);
    assert!(!format!("{reply:?}").contains("hidden"));
}

#[test]
fn an_error_is_whole() {
    let mut merchant = Merchant::new();
    let reply = merchant.hold("pm_card_visa_chargeDeclinedInsufficientFunds");
    let error = &reply.body["error"];
    for (field, value) in [
        ("type", "card_error"),
        ("code", "card_declined"),
        ("decline_code", "insufficient_funds"),
        ("message", "Your card has insufficient funds."),
        ("doc_url", "https://stripe.com/docs/error-codes/card-declined"),
    ] {
        assert_eq!(error[field], value, "{field}");
    }
    let id = reply.request_id.unwrap();
    assert_eq!(error["request_log_url"], format!("https://dashboard.stripe.com/test/logs/{id}"));
    assert_eq!(error["charge"], error["payment_intent"]["latest_charge"]);
    assert_eq!(error["payment_method"]["card"]["last4"], "9995");
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
fn a_parameter_for_what_is_not_simulated_is_refused_by_its_name() {
    let mut merchant = Merchant::new();
    let reply = merchant.get("/v1/payment_intents", &[("customer", "cus_1")]);
    assert_eq!((reply.status, reply.body["error"]["param"].as_str()), (400, Some("customer")));
    assert!(reply.body["error"]["message"].as_str().unwrap().contains("simulator"));
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
    assert_eq!(merchant.get("/v1/payment_intents/4242424242424242", &[]).status, 400);
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
