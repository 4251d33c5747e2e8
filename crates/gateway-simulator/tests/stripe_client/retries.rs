//! Retries: those of the library's own strategy, and those that its caller makes under a key.

use std::time::Duration;

use stripe::{ApiErrorsCode, ApiErrorsType, RequestStrategy, StripeError, StripeRequest};
use stripe_core::payment_intent::{CapturePaymentIntent, RetrievePaymentIntent};
use stripe_core::refund::CreateRefund;

use crate::simulator::{Simulator, hold, refusal, under};

/// The statuses of the attempts; 0 where the connection closed without one.
async fn attempts(simulator: &Simulator, operation: &str) -> Vec<u64> {
    simulator.log(operation).await.iter().map(|entry| entry["status"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_librarys_strategy_outlasts_what_passes() {
    for (fault, status) in [
        ("request_lost", 0),
        ("answer_lost", 0),
        ("truncated", 200),
        ("server_error_before", 500),
        ("unavailable", 503),
        ("failed_dependency", 424),
        ("key_in_use", 409),
        ("rate_limited", 429),
    ] {
        let simulator = Simulator::start();
        let held = simulator.held("pm_card_visa").await;
        simulator.misbehave(&[("fault", fault), ("operation", "retrieve"), ("times", "2")]).await;
        let read = RetrievePaymentIntent::new(held.id.clone()).customize().request_strategy(RequestStrategy::Retry(3));
        assert_eq!(read.send(&simulator.client).await.unwrap().id, held.id, "{fault}");
        assert_eq!(attempts(&simulator, "retrieve").await, [status, status, 200], "{fault}");
    }
}

#[tokio::test]
async fn the_librarys_strategy_gives_up_after_its_last_attempt() {
    let simulator = Simulator::start();
    let held = simulator.held("pm_card_visa").await;
    simulator.misbehave(&[("fault", "unavailable"), ("operation", "retrieve"), ("times", "9")]).await;
    let read = RetrievePaymentIntent::new(held.id).customize().request_strategy(RequestStrategy::Retry(3));
    let (status, error) = refusal(read.send(&simulator.client).await);
    assert_eq!((status, &error.type_), (503, &ApiErrorsType::ApiError));
    assert_eq!(attempts(&simulator, "retrieve").await, [503, 503, 503]);
}

#[tokio::test]
async fn the_librarys_strategy_does_not_try_a_decline_again() {
    let simulator = Simulator::start();
    let decline = hold("pm_card_visa_chargeDeclined").customize().request_strategy(RequestStrategy::Retry(3));
    let (_, error) = refusal(decline.send(&simulator.client).await);
    assert_eq!(error.code, Some(ApiErrorsCode::CardDeclined));
    assert_eq!(attempts(&simulator, "authorise").await, [402]);
}

#[tokio::test]
async fn a_capture_that_fails_once_is_made_again_under_its_key_and_takes_the_money_once() {
    for (payment_method, status) in [
        ("pm_sim_capture_request_lost", None),
        ("pm_sim_capture_answer_lost", None),
        ("pm_sim_capture_truncated", None),
        ("pm_sim_capture_server_error_before", Some(500)),
        ("pm_sim_capture_server_error_after", Some(500)),
        ("pm_sim_capture_unavailable", Some(503)),
        ("pm_sim_capture_failed_dependency", Some(424)),
        ("pm_sim_capture_key_in_use", Some(409)),
        ("pm_sim_capture_rate_limited", Some(429)),
        ("pm_sim_capture_unauthorised", Some(401)),
    ] {
        let simulator = Simulator::start();
        let capture = CapturePaymentIntent::new(simulator.held(payment_method).await.id);
        let capture = || capture.customize().request_strategy(under("wr_563-capture-1")).send(&simulator.client);
        match (capture().await.unwrap_err(), status) {
            (StripeError::Stripe(_, seen), Some(status)) => assert_eq!(seen, status, "{payment_method}"),
            (StripeError::ClientError(_), None) => {}
            (other, _) => panic!("{payment_method}: {other}"),
        }
        assert_eq!(capture().await.unwrap().amount_received, 2000, "{payment_method}");
        assert_eq!(simulator.money().await, (0, 2000, 0), "{payment_method}");
    }
}

#[tokio::test]
async fn a_capture_whose_answer_is_late_is_made_again_after_the_librarys_timeout() {
    let simulator = Simulator::start();
    let capture = CapturePaymentIntent::new(simulator.held("pm_sim_capture_answer_late").await.id);
    let capture = || capture.customize().request_strategy(under("wr_563-capture-1"));
    let late = capture().timeout(Duration::from_millis(250)).send(&simulator.client).await;
    assert!(matches!(late, Err(StripeError::Timeout)));
    assert_eq!(capture().send(&simulator.client).await.unwrap().amount_received, 2000);
    assert_eq!(simulator.money().await, (0, 2000, 0));
}

#[tokio::test]
async fn a_refund_is_made_again_until_the_outage_is_over() {
    let simulator = Simulator::start();
    let intent = simulator.captured("pm_sim_refund_unavailable_3").await;
    let refund = CreateRefund::new().payment_intent(intent.id.as_str());
    let refund = || refund.customize().request_strategy(under("wr_563-refund-1")).send(&simulator.client);
    for _ in 0..3 {
        assert_eq!(refusal(refund().await).0, 503);
    }
    assert_eq!(refund().await.unwrap().amount, 2000);
    assert_eq!(simulator.money().await, (0, 2000, 2000));
}

#[tokio::test]
async fn a_kept_server_error_is_repeated_for_its_key_and_gone_under_another() {
    let simulator = Simulator::start();
    simulator.misbehave(&[("fault", "server_error_kept"), ("operation", "authorise")]).await;
    let create = hold("pm_card_visa");
    let create = |key| create.customize().request_strategy(under(key)).send(&simulator.client);
    for _ in 0..3 {
        let (status, error) = refusal(create("wr_563-authorise-1").await);
        assert_eq!((status, &error.type_), (500, &ApiErrorsType::ApiError));
    }
    assert_eq!(simulator.money().await, (0, 0, 0));
    create("wr_563-authorise-2").await.unwrap();
    assert_eq!(simulator.money().await, (2000, 0, 0));
}
