//! Holds, declines, and what needs the customer.

use stripe::{ApiErrorsCode, ApiErrorsType};
use stripe_core::payment_intent::{ConfirmPaymentIntent, CreatePaymentIntent, RetrievePaymentIntent};
use stripe_core::{PaymentIntentAllowedPaymentMethodTypes, PaymentIntentCaptureMethod, PaymentIntentStatus};
use stripe_types::Currency;

use crate::simulator::{Simulator, hold, refusal};

#[tokio::test]
async fn a_hold_is_confirmed_as_it_is_created() {
    let simulator = Simulator::start();
    let intent = simulator.held("pm_card_visa").await;
    assert_eq!((intent.amount, intent.amount_capturable, intent.amount_received), (2000, 2000, 0));
    assert_eq!((intent.currency, intent.capture_method), (Currency::USD, PaymentIntentCaptureMethod::Manual));
    assert_eq!(intent.metadata["fare_reference"], "test/wr_563");
    assert_eq!(intent.allowed_payment_method_types, Some(vec![PaymentIntentAllowedPaymentMethodTypes::Card]));
    assert!(intent.latest_charge.is_some() && intent.payment_method.is_some() && !intent.livemode);
    assert_eq!(simulator.money().await, (2000, 0, 0));
}

#[tokio::test]
async fn an_intent_may_be_confirmed_in_a_second_step() {
    let simulator = Simulator::start();
    let created = CreatePaymentIntent::new(500, Currency::EUR).send(&simulator.client).await.unwrap();
    assert_eq!(created.status, PaymentIntentStatus::RequiresPaymentMethod);
    let confirm = ConfirmPaymentIntent::new(created.id).payment_method("pm_card_mastercard");
    let confirmed = confirm.send(&simulator.client).await.unwrap();
    assert_eq!((confirmed.status, confirmed.amount_received), (PaymentIntentStatus::Succeeded, 500));
}

#[tokio::test]
async fn a_decline_is_a_card_error_with_its_codes() {
    let simulator = Simulator::start();
    let declines = [
        ("pm_card_visa_chargeDeclined", ApiErrorsCode::CardDeclined, Some("generic_decline")),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", ApiErrorsCode::CardDeclined, Some("insufficient_funds")),
        ("pm_card_visa_chargeDeclinedLostCard", ApiErrorsCode::CardDeclined, Some("lost_card")),
        ("pm_card_visa_chargeDeclinedStolenCard", ApiErrorsCode::CardDeclined, Some("stolen_card")),
        ("pm_card_chargeDeclinedExpiredCard", ApiErrorsCode::ExpiredCard, None),
        ("pm_card_chargeDeclinedIncorrectCvc", ApiErrorsCode::IncorrectCvc, None),
        ("pm_card_chargeDeclinedProcessingError", ApiErrorsCode::ProcessingError, None),
    ];
    for (payment_method, code, decline_code) in declines {
        let (status, error) = refusal(hold(payment_method).send(&simulator.client).await);
        assert_eq!((status, &error.type_), (402, &ApiErrorsType::CardError), "{payment_method}");
        assert_eq!((error.code, error.decline_code.as_deref()), (Some(code), decline_code), "{payment_method}");
        assert!(error.charge.is_some() && error.message.is_some() && error.doc_url.is_some(), "{payment_method}");
        let card = error.payment_method.expect("the payment method").card.expect("a card");
        assert_eq!((card.brand.as_str(), card.last4.len()), ("visa", 4), "{payment_method}");
    }
    assert_eq!(simulator.money().await, (0, 0, 0));
}

#[tokio::test]
async fn a_declined_intent_can_be_read_and_tells_why() {
    let simulator = Simulator::start();
    let (_, error) = refusal(hold("pm_card_visa_chargeDeclinedInsufficientFunds").send(&simulator.client).await);
    let declined = error.payment_intent.expect("the intent");
    let read = RetrievePaymentIntent::new(declined.id).send(&simulator.client).await.unwrap();
    assert_eq!(read.status, PaymentIntentStatus::RequiresPaymentMethod);
    assert_eq!(read.last_payment_error.unwrap().decline_code.as_deref(), Some("insufficient_funds"));
}

#[tokio::test]
async fn authentication_is_an_action_for_a_customer_who_is_there() {
    let simulator = Simulator::start();
    let intent = hold("pm_card_authenticationRequired").send(&simulator.client).await.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::RequiresAction);
    assert_eq!(intent.next_action.unwrap().type_, "use_stripe_sdk");
    assert_eq!(simulator.money().await, (0, 0, 0));
}

#[tokio::test]
async fn authentication_is_a_decline_where_the_client_says_so() {
    let simulator = Simulator::start();
    let create = hold("pm_card_authenticationRequired").error_on_requires_action(true);
    let (status, error) = refusal(create.send(&simulator.client).await);
    assert_eq!((status, error.code), (402, Some(ApiErrorsCode::AuthenticationRequired)));
    assert_eq!(error.decline_code.as_deref(), Some("authentication_required"));
    assert_eq!(error.payment_intent.unwrap().status, PaymentIntentStatus::RequiresPaymentMethod);
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let simulator = Simulator::start();
    let (status, error) = refusal(hold("pm_nobody_knows").send(&simulator.client).await);
    assert_eq!((status, &error.type_), (400, &ApiErrorsType::InvalidRequestError));
    assert_eq!((error.code, error.param.as_deref()), (Some(ApiErrorsCode::ResourceMissing), Some("payment_method")));

    let too_little = CreatePaymentIntent::new(1, Currency::USD).send(&simulator.client).await;
    let (status, error) = refusal(too_little);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::AmountTooSmall)));
    assert_eq!(error.param.as_deref(), Some("amount"));
}
