//! Giving money back.

use gateway_simulator::Settings;

use crate::{Merchant, id, refusal};

#[test]
fn a_refund_gives_back_everything_unless_told() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_visa");
    let refund = merchant.refund(&intent, &[]);
    assert_eq!((refund.body["object"].as_str(), refund.body["status"].as_str()), (Some("refund"), Some("succeeded")));
    assert_eq!(
        (refund.body["amount"].as_u64(), refund.body["payment_intent"].as_str()),
        (Some(2000), Some(intent.as_str()))
    );
    assert_eq!(merchant.get(&format!("/v1/refunds/{}", id(&refund)), &[]).body, refund.body);
    let holdings = merchant.gateway.holdings("test/wr_563");
    assert_eq!((holdings.captured, holdings.refunded), (2000, 2000));
}

#[test]
fn no_more_is_refunded_than_was_captured() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    merchant.capture(&intent, &[("amount_to_capture", "1500")]);
    assert_eq!(merchant.refund(&intent, &[("amount", "1501")]).status, 400);
    assert_eq!(merchant.refund(&intent, &[("amount", "1000")]).status, 200);
    assert_eq!(merchant.refund(&intent, &[("amount", "501")]).status, 400);
    assert_eq!(merchant.refund(&intent, &[]).body["amount"], 500);
    assert_eq!(refusal(&merchant.refund(&intent, &[])), (400, "charge_already_refunded"));
    assert_eq!(merchant.gateway.holdings("test/wr_563").refunded, 1500);
}

#[test]
fn a_hold_cannot_be_refunded() {
    let mut merchant = Merchant::new();
    let intent = merchant.held("pm_card_visa");
    assert_eq!(refusal(&merchant.refund(&intent, &[])), (400, "payment_intent_unexpected_state"));
    assert_eq!(refusal(&merchant.refund("pi_none", &[])), (400, "resource_missing"));
}

#[test]
fn a_refund_can_fail_after_it_succeeded() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_refundFail");
    let refund = merchant.refund(&intent, &[]);
    assert_eq!(refund.body["status"], "succeeded");
    assert_eq!(merchant.gateway.holdings("test/wr_563").refunded, 2000);

    merchant.now_ms += Settings::default().refund_settles_after_ms;
    let later = merchant.get(&format!("/v1/refunds/{}", id(&refund)), &[]).body;
    assert_eq!(
        (later["status"].as_str(), later["failure_reason"].as_str()),
        (Some("failed"), Some("expired_or_canceled_card"))
    );
    assert_eq!(merchant.gateway.holdings("test/wr_563").refunded, 0);
}

#[test]
fn a_pending_refund_succeeds_later() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_card_pendingRefund");
    let refund = merchant.refund(&intent, &[]);
    assert_eq!(refund.body["status"], "pending");
    merchant.now_ms += Settings::default().refund_settles_after_ms;
    assert_eq!(merchant.get(&format!("/v1/refunds/{}", id(&refund)), &[]).body["status"], "succeeded");
}

#[test]
fn an_outage_turns_three_refund_requests_away_and_remembers_none() {
    let mut merchant = Merchant::new();
    let intent = merchant.captured("pm_sim_refund_unavailable_3");
    let form = [("payment_intent", intent.as_str())];
    for _ in 0..3 {
        let reply = merchant.post_under("refund", "/v1/refunds", &form);
        assert_eq!((reply.status, reply.idempotent_replayed, reply.should_retry), (503, false, Some(true)));
        assert_eq!(merchant.gateway.holdings("test/wr_563").refunded, 0);
    }
    let reply = merchant.post_under("refund", "/v1/refunds", &form);
    assert_eq!((reply.status, reply.idempotent_replayed), (200, false));
    assert!(merchant.post_under("refund", "/v1/refunds", &form).idempotent_replayed);
    assert_eq!(merchant.gateway.holdings("test/wr_563").refunded, 2000);
}

#[test]
fn refunds_are_listed_by_intent_newest_first() {
    let mut merchant = Merchant::new();
    let (one, other) = (merchant.captured("pm_card_visa"), merchant.captured("pm_card_visa"));
    let first = id(&merchant.refund(&one, &[("amount", "500")]));
    merchant.refund(&other, &[]);
    let second = id(&merchant.refund(&one, &[("amount", "600")]));
    let list = merchant.get("/v1/refunds", &[("payment_intent", &one)]).body;
    let ids: Vec<_> = list["data"].as_array().unwrap().iter().map(|refund| refund["id"].clone()).collect();
    assert_eq!(ids, [second, first]);
}

#[test]
fn a_refund_needs_its_intent() {
    let mut merchant = Merchant::new();
    let reply = merchant.post("/v1/refunds", &[("amount", "5")]);
    assert_eq!(
        (refusal(&reply), reply.body["error"]["param"].as_str()),
        ((400, "parameter_missing"), Some("payment_intent"))
    );
}
