//! Taking a hold, or giving it up.

use stripe::{ApiErrorsCode, ApiErrorsType};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CancelPaymentIntentCancellationReason, CapturePaymentIntent, RetrievePaymentIntent,
};
use stripe_core::{PaymentIntentCancellationReason, PaymentIntentStatus};

use crate::simulator::{Simulator, refusal};

#[tokio::test]
async fn a_hold_is_captured_whole_or_in_part() {
    let simulator = Simulator::start();
    let whole = simulator.captured("pm_card_visa").await;
    assert_eq!((whole.status, whole.amount_capturable), (PaymentIntentStatus::Succeeded, 0));
    assert_eq!((whole.amount, whole.amount_received), (2000, 2000));

    let held = simulator.held("pm_card_visa").await;
    let part = CapturePaymentIntent::new(held.id).amount_to_capture(1500).send(&simulator.client).await.unwrap();
    assert_eq!((part.amount, part.amount_received), (2000, 1500));
    assert_eq!(simulator.money().await, (0, 3500, 0));
}

#[tokio::test]
async fn a_hold_is_released_by_cancelling() {
    let simulator = Simulator::start();
    let held = simulator.held("pm_card_visa").await;
    let cancel =
        CancelPaymentIntent::new(held.id).cancellation_reason(CancelPaymentIntentCancellationReason::Abandoned);
    let cancelled = cancel.send(&simulator.client).await.unwrap();
    assert_eq!((&cancelled.status, cancelled.amount_capturable), (&PaymentIntentStatus::Canceled, 0));
    assert_eq!(cancelled.cancellation_reason, Some(PaymentIntentCancellationReason::Abandoned));
    assert!(cancelled.canceled_at.is_some_and(|at| at >= cancelled.created));
    assert_eq!(simulator.money().await, (0, 0, 0));
}

#[tokio::test]
async fn a_cancelled_intent_is_not_captured_and_a_captured_one_not_cancelled() {
    let simulator = Simulator::start();
    let held = simulator.held("pm_card_visa").await;
    CancelPaymentIntent::new(held.id.clone()).send(&simulator.client).await.unwrap();
    let (status, error) = refusal(CapturePaymentIntent::new(held.id).send(&simulator.client).await);
    assert_eq!((status, &error.type_), (400, &ApiErrorsType::InvalidRequestError));
    assert_eq!(error.code, Some(ApiErrorsCode::PaymentIntentUnexpectedState));
    assert_eq!(error.payment_intent.expect("the intent").status, PaymentIntentStatus::Canceled);

    let captured = simulator.captured("pm_card_visa").await;
    let (status, error) = refusal(CancelPaymentIntent::new(captured.id).send(&simulator.client).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::PaymentIntentUnexpectedState)));
    assert_eq!(simulator.money().await, (0, 2000, 0));
}

#[tokio::test]
async fn more_than_is_held_cannot_be_captured() {
    let simulator = Simulator::start();
    let held = simulator.held("pm_card_visa").await;
    let capture = CapturePaymentIntent::new(held.id.clone()).amount_to_capture(2001);
    let (status, error) = refusal(capture.send(&simulator.client).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::AmountTooLarge)));
    let read = RetrievePaymentIntent::new(held.id).send(&simulator.client).await.unwrap();
    assert_eq!(read.status, PaymentIntentStatus::RequiresCapture);
}
