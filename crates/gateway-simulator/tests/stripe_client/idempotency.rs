//! Keys: those of idempotent requests, and the secret one.

use stripe::{ApiErrorsType, RequestStrategy, StripeRequest};
use stripe_core::payment_intent::{CapturePaymentIntent, ListPaymentIntent};
use stripe_core::refund::CreateRefund;

use crate::simulator::{Simulator, hold, refusal, under};

#[tokio::test]
async fn a_replayed_key_gives_the_same_object_and_no_second_effect() {
    let simulator = Simulator::start();
    let client = &simulator.client;
    let create = || hold("pm_card_visa").customize().request_strategy(under("wr_563-authorise-1")).send(client);
    let held = create().await.unwrap();
    assert_eq!(create().await.unwrap().id, held.id);

    let capture = CapturePaymentIntent::new(held.id.clone());
    let capture = || capture.customize().request_strategy(under("wr_563-capture-1")).send(client);
    assert_eq!(capture().await.unwrap().amount_received, 2000);
    assert_eq!(capture().await.unwrap().amount_received, 2000);

    let refund = CreateRefund::new().payment_intent(held.id.as_str());
    let refund = || refund.customize().request_strategy(under("wr_563-refund-1")).send(client);
    assert_eq!(refund().await.unwrap().id, refund().await.unwrap().id);

    assert_eq!(simulator.money().await, (0, 2000, 2000));
    for (operation, effect) in [("authorise", "hold_placed"), ("capture", "captured"), ("refund", "refunded")] {
        let log = simulator.log(operation).await;
        let told: Vec<_> = log.iter().map(|entry| (entry["effect"].as_str(), entry["replayed"].as_bool())).collect();
        assert_eq!(told, [(Some(effect), Some(false)), (Some("none"), Some(true))], "{operation}");
    }
}

#[tokio::test]
async fn a_replayed_decline_is_the_same_decline() {
    let simulator = Simulator::start();
    let decline = || hold("pm_card_visa_chargeDeclined").customize().request_strategy(under("wr_563-authorise-1"));
    let (_, first) = refusal(decline().send(&simulator.client).await);
    let (status, again) = refusal(decline().send(&simulator.client).await);
    assert_eq!((status, again.code, again.decline_code), (402, first.code, first.decline_code));
    assert_eq!(again.payment_intent.map(|intent| intent.id), first.payment_intent.map(|intent| intent.id));
}

#[tokio::test]
async fn a_key_is_good_for_one_request_only() {
    let simulator = Simulator::start();
    let first = hold("pm_card_visa").customize().request_strategy(under("wr_563-authorise-1"));
    let held = first.send(&simulator.client).await.unwrap();

    let other = hold("pm_card_mastercard").customize().request_strategy(under("wr_563-authorise-1"));
    let (status, error) = refusal(other.send(&simulator.client).await);
    assert_eq!((status, &error.type_), (400, &ApiErrorsType::IdempotencyError));

    let elsewhere = CapturePaymentIntent::new(held.id).customize().request_strategy(under("wr_563-authorise-1"));
    let (status, error) = refusal(elsewhere.send(&simulator.client).await);
    assert_eq!((status, &error.type_), (400, &ApiErrorsType::IdempotencyError));
    assert_eq!(simulator.money().await, (2000, 0, 0));
}

#[tokio::test]
async fn a_wrong_secret_key_is_401_and_nothing_is_done() {
    let simulator = Simulator::start();
    for key in ["sk_live_simulator", "pk_test simulator", "-"] {
        let intruder = simulator.client_with(key, RequestStrategy::Retry(3));
        let (status, error) = refusal(ListPaymentIntent::new().send(&intruder).await);
        assert_eq!((status, &error.type_), (401, &ApiErrorsType::InvalidRequestError), "{key}");
        assert!(!error.message.unwrap().contains(key), "{key}");
    }
    assert!(simulator.log("list").await.is_empty());
}
