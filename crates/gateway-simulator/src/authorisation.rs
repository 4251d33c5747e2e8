//! Creating an intent and confirming it: a hold, a charge, a decline, or a wait for the customer.

use crate::books::{Books, Due, HOLD_LIFETIME_MS};
use crate::currencies;
use crate::faults::Fault;
use crate::form::Form;
use crate::intents::{AttachedMethod, CaptureMethod, Details, Intent, PaymentError, Status};
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
use crate::payment_methods::{self, AUTHENTICATION_REQUIRED, Decline, OnConfirm, TestMethod};
use crate::refusal::Refusal;

const CREATE_PARAMETERS: &[&str] = &[
    "amount",
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "currency",
    "description",
    "error_on_requires_action",
    "expand",
    "metadata",
    "off_session",
    "payment_method",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "statement_descriptor",
    "statement_descriptor_suffix",
];
const CONFIRM_PARAMETERS: &[&str] =
    &["error_on_requires_action", "expand", "off_session", "payment_method", "return_url"];

/// `POST /v1/payment_intents`
pub(crate) fn create(books: &mut Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(CREATE_PARAMETERS)?;
    form.required("amount")?;
    let amount = form.positive("amount")?.unwrap_or(0);
    let currency = currencies::known(form.required("currency")?)?;
    currencies::check_amount(amount, &currency)?;
    let capture_method = capture_method(form)?;
    let details = details(form)?;
    check_types(form)?;
    let waits = customer_may_act(form)?;
    let method = method(form)?;
    let confirm = form.flag("confirm")?;
    if confirm && method.is_none() {
        return Err(missing_method());
    }

    let mut intent = Intent {
        id: books.next_id("pi"),
        created_ms: books.now_ms,
        amount,
        currency,
        capture_method,
        details,
        status: if method.is_some() { Status::RequiresConfirmation } else { Status::RequiresPaymentMethod },
        method: None,
        latest_charge: None,
        last_error: None,
        amount_received: 0,
        amount_refunded: 0,
        canceled_at_ms: None,
        cancellation_reason: None,
        refund_outages_left: 0,
    };
    intent.method = method.map(|method| attach(books, method));
    let outcome = if confirm { charge(books, &mut intent, waits) } else { Ok(Effect::None) };
    books.keep(intent.clone());
    outcome.map(|effect| Done::intent(&intent, effect))
}

/// `POST /v1/payment_intents/{id}/confirm`
pub(crate) fn confirm(books: &mut Books, id: &str, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(CONFIRM_PARAMETERS)?;
    let waits = customer_may_act(form)?;
    let method = method(form)?;
    let mut intent = books.intent(id).cloned().ok_or_else(|| Refusal::no_such("payment_intent", id, "intent"))?;
    let allowed = [Status::RequiresConfirmation, Status::RequiresPaymentMethod, Status::RequiresAction];
    intent.require(&allowed, "You cannot confirm this PaymentIntent", "confirmed")?;
    if let Some(method) = method {
        intent.method = Some(attach(books, method));
    }
    if intent.method.is_none() {
        return Err(missing_method().with("payment_intent", objects::intent(&intent)).executed());
    }
    let outcome = charge(books, &mut intent, waits);
    books.keep(intent.clone());
    outcome.map(|effect| Done::intent(&intent, effect))
}

/// Asks the issuer. Whatever the answer, the intent is left as it follows from it.
fn charge(books: &mut Books, intent: &mut Intent, customer_may_act: bool) -> Result<Effect, Refusal> {
    let Some(attached) = intent.method.clone() else { return Err(missing_method()) };
    match attached.method.on_confirm {
        OnConfirm::Approve => Ok(approve(books, intent)),
        OnConfirm::Authenticate if customer_may_act => {
            intent.status = Status::RequiresAction;
            Ok(Effect::None)
        }
        OnConfirm::Authenticate => Err(decline(books, intent, attached, AUTHENTICATION_REQUIRED)),
        OnConfirm::Decline(reason) => Err(decline(books, intent, attached, reason)),
    }
}

fn approve(books: &mut Books, intent: &mut Intent) -> Effect {
    intent.latest_charge = Some(books.next_id("ch"));
    intent.last_error = None;
    if let Some(Fault::RefundUnavailableAtFirst { times }) = intent.fault() {
        intent.refund_outages_left = times;
    }
    match intent.capture_method {
        CaptureMethod::Manual => {
            intent.status = Status::RequiresCapture;
            books.schedule(HOLD_LIFETIME_MS, Due::Hold(intent.id.clone()));
            Effect::HoldPlaced
        }
        CaptureMethod::Automatic => {
            intent.status = Status::Succeeded;
            intent.amount_received = intent.amount;
            Effect::Captured
        }
    }
}

fn decline(books: &mut Books, intent: &mut Intent, attached: AttachedMethod, reason: Decline) -> Refusal {
    let charge = books.next_id("ch");
    let method = objects::payment_method(&attached, intent.created_ms);
    intent.status = Status::RequiresPaymentMethod;
    intent.method = None;
    intent.latest_charge = Some(charge.clone());
    intent.last_error = Some(PaymentError { decline: reason, charge: charge.clone(), method: attached });
    Refusal::card(reason.code, reason.decline_code, reason.message)
        .with("charge", charge)
        .with("payment_method", method)
        .with("payment_intent", objects::intent(intent))
}

fn attach(books: &mut Books, method: &'static TestMethod) -> AttachedMethod {
    AttachedMethod { id: books.next_id("pm"), method }
}

fn method(form: &Form) -> Result<Option<&'static TestMethod>, Refusal> {
    let find = |token| {
        payment_methods::find(token).ok_or_else(|| Refusal::no_such_parameter("PaymentMethod", token, "payment_method"))
    };
    form.text("payment_method")?.map(find).transpose()
}

/// Whether a confirmation may end in `requires_action`, rather than in a decline.
fn customer_may_act(form: &Form) -> Result<bool, Refusal> {
    Ok(!form.flag("off_session")? && !form.flag("error_on_requires_action")?)
}

fn capture_method(form: &Form) -> Result<CaptureMethod, Refusal> {
    // Stripe's newer default, automatic_async, differs only in when the balance transaction appears.
    let chosen = form.choice("capture_method", &["manual", "automatic", "automatic_async"])?;
    Ok(if chosen == Some("manual") { CaptureMethod::Manual } else { CaptureMethod::Automatic })
}

fn details(form: &Form) -> Result<Details, Refusal> {
    let text = |name| form.text(name).map(|text| text.map(str::to_owned));
    Ok(Details {
        metadata: form.metadata()?,
        description: text("description")?,
        receipt_email: text("receipt_email")?,
        statement_descriptor: text("statement_descriptor")?,
        statement_descriptor_suffix: text("statement_descriptor_suffix")?,
        confirmation_method: form.choice("confirmation_method", &["automatic", "manual"])?,
    })
}

fn check_types(form: &Form) -> Result<(), Refusal> {
    match form.list("payment_method_types").iter().find(|kind| **kind != "card") {
        Some(_) => Err(Refusal::invalid(
            None,
            "payment_method_types",
            "Invalid payment_method_types: this simulator takes cards only.",
        )),
        None => Ok(()),
    }
}

fn missing_method() -> Refusal {
    Refusal::malformed(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
         PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
    )
    .with_code("payment_intent_unexpected_state")
}
