//! The JSON objects of the API, in Stripe's full shape.

use serde_json::{Value, json};

use crate::intents::{AttachedMethod, Intent, PaymentError, Status};
use crate::refunds::{Refund, RefundStatus};
use crate::refusal;

/// A `payment_intent`.
pub(crate) fn intent(intent: &Intent) -> Value {
    let details = &intent.details;
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable(),
        "amount_details": { "tip": {} },
        "amount_received": intent.amount_received,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "canceled_at": intent.canceled_at_ms.map(seconds),
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method.word(),
        "client_secret": format!("{}_secret_simulator", intent.id),
        "confirmation_method": details.confirmation_method.unwrap_or("automatic"),
        "created": seconds(intent.created_ms),
        "currency": intent.currency,
        "customer": null,
        "description": details.description,
        "last_payment_error": intent.last_error.as_ref().map(|error| payment_error(error, intent.created_ms)),
        "latest_charge": intent.latest_charge,
        "livemode": false,
        "metadata": details.metadata,
        "next_action": next_action(intent),
        "on_behalf_of": null,
        "payment_method": intent.method.as_ref().map(|method| &method.id),
        "payment_method_configuration_details": null,
        "payment_method_options": {
            "card": {
                "installments": null,
                "mandate_options": null,
                "network": null,
                "request_three_d_secure": "automatic",
            },
        },
        "payment_method_types": ["card"],
        "processing": null,
        "receipt_email": details.receipt_email,
        "review": null,
        "setup_future_usage": null,
        "shipping": null,
        "source": null,
        "statement_descriptor": details.statement_descriptor,
        "statement_descriptor_suffix": details.statement_descriptor_suffix,
        "status": intent.status.word(),
        "transfer_data": null,
        "transfer_group": null,
    })
}

/// A `payment_method` of type card. It shows a test card's last four digits, as Stripe does, and no more of it.
pub(crate) fn payment_method(attached: &AttachedMethod, created_ms: u64) -> Value {
    json!({
        "id": attached.id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": {
                "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
            },
            "email": null,
            "name": null,
            "phone": null,
            "tax_id": null,
        },
        "card": {
            "brand": attached.method.brand,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US",
            "display_brand": attached.method.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "simulator",
            "funding": "credit",
            "generated_from": null,
            "last4": attached.method.last4,
            "networks": { "available": [attached.method.brand], "preferred": null },
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        },
        "created": seconds(created_ms),
        "customer": null,
        "livemode": false,
        "metadata": {},
        "type": "card",
    })
}

/// A `refund`.
pub(crate) fn refund(refund: &Refund) -> Value {
    let mut object = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": null,
        "charge": refund.charge,
        "created": seconds(refund.created_ms),
        "currency": refund.currency,
        "destination_details": { "card": { "reference_status": "pending", "type": "refund" }, "type": "card" },
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status.word(),
        "transfer_reversal": null,
    });
    if let (RefundStatus::Failed, Some(fields)) = (refund.status, object.as_object_mut()) {
        fields.insert("failure_reason".to_owned(), json!("expired_or_canceled_card"));
        fields.insert("failure_balance_transaction".to_owned(), Value::Null);
    }
    object
}

fn payment_error(error: &PaymentError, created_ms: u64) -> Value {
    let mut object = json!({
        "charge": error.charge,
        "code": error.decline.code,
        "doc_url": refusal::doc_url(error.decline.code),
        "message": error.decline.message,
        "payment_method": payment_method(&error.method, created_ms),
        "type": "card_error",
    });
    if let (Some(decline_code), Some(fields)) = (error.decline.decline_code, object.as_object_mut()) {
        fields.insert("decline_code".to_owned(), json!(decline_code));
    }
    object
}

fn next_action(intent: &Intent) -> Value {
    match intent.status {
        Status::RequiresAction => json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "stripe_js": "" },
        }),
        Status::RequiresPaymentMethod
        | Status::RequiresConfirmation
        | Status::Processing
        | Status::RequiresCapture
        | Status::Succeeded
        | Status::Canceled => Value::Null,
    }
}

/// Stripe tells times in whole seconds.
fn seconds(milliseconds: u64) -> u64 {
    milliseconds / 1000
}
