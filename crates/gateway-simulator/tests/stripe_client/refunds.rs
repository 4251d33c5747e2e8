//! Giving captured money back.

use stripe::{ApiErrorsCode, ApiErrorsType};
use stripe_core::refund::{CreateRefund, CreateRefundReason, ListRefund, RetrieveRefund};
use stripe_core::{PaymentIntent, RefundReason};
use stripe_types::Currency;

use crate::simulator::{Simulator, refusal};

fn refund(intent: &PaymentIntent) -> CreateRefund {
    CreateRefund::new().payment_intent(intent.id.as_str())
}

#[tokio::test]
async fn a_capture_is_refunded_in_parts_until_nothing_is_left() {
    let simulator = Simulator::start();
    let intent = simulator.captured("pm_card_visa").await;
    let part = refund(&intent).amount(500).reason(CreateRefundReason::RequestedByCustomer);
    let part = part.send(&simulator.client).await.unwrap();
    assert_eq!((part.amount, part.currency, part.status.as_deref()), (500, Currency::USD, Some("succeeded")));
    assert_eq!(part.reason, Some(RefundReason::RequestedByCustomer));
    assert_eq!(part.payment_intent.as_ref().map(|of| of.id()), Some(&intent.id));
    assert_eq!(part.charge.map(|of| of.into_id()), intent.latest_charge.clone().map(|of| of.into_id()));

    let rest = refund(&intent).send(&simulator.client).await.unwrap();
    assert_eq!(rest.amount, 1500);
    assert_eq!(simulator.money().await, (0, 2000, 2000));

    let (status, error) = refusal(refund(&intent).send(&simulator.client).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::ChargeAlreadyRefunded)));
}

#[tokio::test]
async fn more_than_was_captured_is_not_refunded() {
    let simulator = Simulator::start();
    let intent = simulator.captured("pm_card_visa").await;
    let (status, error) = refusal(refund(&intent).amount(2001).send(&simulator.client).await);
    assert_eq!((status, &error.type_), (400, &ApiErrorsType::InvalidRequestError));
    assert_eq!(error.param.as_deref(), Some("amount"));
    assert_eq!(simulator.money().await, (0, 2000, 0));
}

#[tokio::test]
async fn a_pending_refund_can_be_read_again_and_is_listed() {
    let simulator = Simulator::start();
    let intent = simulator.captured("pm_card_pendingRefund").await;
    let made = refund(&intent).send(&simulator.client).await.unwrap();
    assert_eq!(made.status.as_deref(), Some("pending"));
    let read = RetrieveRefund::new(made.id.clone()).send(&simulator.client).await.unwrap();
    assert_eq!((read.id, read.amount), (made.id.clone(), 2000));
    let list = ListRefund::new().payment_intent(intent.id.as_str()).send(&simulator.client).await.unwrap();
    assert_eq!((list.data.len(), list.has_more), (1, false));
    assert_eq!(list.data[0].id, made.id);
}
