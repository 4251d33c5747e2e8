use super::*;
use crate::gateway::GatewayResponse;
use serde_json::json;

fn answer(body: &Value) -> Answer {
    let body = body.to_string().into_bytes();
    let response = GatewayResponse { status: 200, should_retry: None, retry_after: None, replayed: false, body };
    Answer { last: Ok(response), may_have_happened_before: false }
}

fn refund(id: &str, status: &Value) -> Value {
    json!({"id": id, "status": status, "amount": 700, "currency": "usd", "payment_intent": "pi_1",
        "metadata": {"fare_reference": "stack/wr_563"}})
}

#[test]
fn an_object_that_makes_no_sense_is_told_and_hides_none_of_the_others() {
    let data = [
        refund("re_1", &json!("succeeded")),
        refund("re_2", &json!("teleported")),
        refund("re_3", &Value::Null),
        refund("../4", &json!("pending")),
        json!({"id": "re_5"}),
    ];
    let page = read_page(answer(&json!({"data": data, "has_more": true})), is_refund).unwrap();
    assert_eq!(page.next.as_deref(), Some("re_5"));
    let told = |listed: &Listed<Refund>| match listed {
        Listed::Read(refund) => (true, refund.payment_intent.clone()),
        Listed::Strange(strange) => (false, strange.payment_intent.clone().unwrap_or_default()),
    };
    let told: Vec<_> = page.data.iter().map(told).collect();
    let pi = || "pi_1".to_owned();
    assert_eq!(told, [(true, pi()), (false, pi()), (false, pi()), (false, pi()), (false, String::new())]);
}

#[test]
fn a_list_that_cannot_go_on_is_no_list() {
    for body in [json!({"data": [], "has_more": true}), json!({"data": [{}], "has_more": true}), json!([])] {
        assert!(read_page(answer(&body), is_refund).is_err(), "{body}");
    }
}

#[test]
fn an_id_that_would_lead_elsewhere_is_no_payments() {
    assert!(is_payment_id("pi_3Abc_1"));
    for id in ["", "pi_", "pi_1/capture", "../refunds", "re_1", "pi_?x"] {
        assert!(!is_payment_id(id), "{id}");
    }
}
