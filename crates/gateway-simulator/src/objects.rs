//! The JSON objects of the API, with every field that Stripe's OpenAPI description of version 2026-09-30.endive requires;
//! null where there is nothing to tell. All that version 2024-06-20 requires is among them, but for an intent's `invoice`.

use serde_json::{Value, json};

use crate::intents::{AttachedMethod, Intent, PaymentError, Status};
use crate::refunds::{Refund, RefundStatus};
use crate::refusal;

/// The fields of an intent that nothing here fills.
const INTENT_NULLS: &[&str] = &[
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "customer",
    "customer_account",
    "excluded_payment_method_types",
    "managed_payments",
    "on_behalf_of",
    "payment_method_configuration_details",
    "payment_record",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "transfer_data",
    "transfer_group",
];

/// The fields of a refund that nothing here fills.
const REFUND_NULLS: &[&str] = &[
    "balance_transaction",
    "customer",
    "customer_account",
    "payment_method",
    "receipt_number",
    "source_transfer_reversal",
    "transfer_reversal",
];

/// A `payment_intent`.
pub(crate) fn intent(intent: &Intent) -> Value {
    let details = &intent.details;
    let object = json!({
        "id": intent.id,
        "object": "payment_intent",
        "allowed_payment_method_types": details.allowed_payment_method_types,
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable(),
        "amount_details": { "tip": {} },
        "amount_received": intent.amount_received,
        "canceled_at": intent.canceled_at_ms.map(seconds),
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method.word(),
        "client_secret": format!("{}_secret_simulator", intent.id),
        "confirmation_method": details.confirmation_method.unwrap_or("automatic"),
        "created": seconds(intent.created_ms),
        "currency": intent.currency,
        "description": details.description,
        "last_payment_error": intent.last_error.as_ref().map(|error| payment_error(error, intent.created_ms)),
        "latest_charge": intent.latest_charge,
        "livemode": false,
        "metadata": details.metadata,
        "next_action": next_action(intent),
        "payment_method": intent.method.as_ref().map(|method| &method.id),
        "payment_method_options": {
            "card": {
                "installments": null,
                "mandate_options": null,
                "network": null,
                "request_three_d_secure": "automatic",
            },
        },
        "payment_method_types": ["card"],
        "receipt_email": details.receipt_email,
        "statement_descriptor": details.statement_descriptor,
        "statement_descriptor_suffix": details.statement_descriptor_suffix,
        "status": intent.status.word(),
    });
    with(object, INTENT_NULLS.iter().map(|field| (*field, Value::Null)))
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
            "display_brand": display_brand(attached.method.brand),
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "simulator",
            "funding": "credit",
            "generated_from": null,
            "last4": attached.method.last4,
            "networks": { "available": [attached.method.brand], "preferred": null },
            "regulated_status": null,
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        },
        "created": seconds(created_ms),
        "customer": null,
        "customer_account": null,
        "livemode": false,
        "metadata": {},
        "type": "card",
    })
}

/// A `refund`.
pub(crate) fn refund(refund: &Refund) -> Value {
    let object = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "charge": refund.charge,
        "created": seconds(refund.created_ms),
        "currency": refund.currency,
        "destination_details": { "card": { "reference_status": "pending", "type": "refund" }, "type": "card" },
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "reason": refund.reason,
        "status": refund.status.word(),
    });
    let why = match refund.status {
        RefundStatus::Pending => Some(("pending_reason", json!("processing"))),
        RefundStatus::Failed => Some(("failure_reason", json!("expired_or_canceled_card"))),
        RefundStatus::Succeeded => None,
    };
    with(object, REFUND_NULLS.iter().map(|field| (*field, Value::Null)).chain(why))
}

fn payment_error(error: &PaymentError, created_ms: u64) -> Value {
    let object = json!({
        "charge": error.charge,
        "code": error.decline.code,
        "doc_url": refusal::doc_url(error.decline.code),
        "message": error.decline.message,
        "payment_method": payment_method(&error.method, created_ms),
        "type": "card_error",
    });
    with(object, error.decline.decline_code.map(|decline_code| ("decline_code", json!(decline_code))))
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

/// Stripe writes two brands differently here (API reference, `payment_method.card.display_brand`).
fn display_brand(brand: &'static str) -> &'static str {
    match brand {
        "amex" => "american_express",
        "unionpay" => "union_pay",
        other => other,
    }
}

/// Stripe tells times in whole seconds.
fn seconds(milliseconds: u64) -> u64 {
    milliseconds / 1000
}

/// An object with more fields.
fn with(mut object: Value, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.extend(more.into_iter().map(|(field, value)| (field.to_owned(), value)));
    }
    object
}
