//! Creating an intent and confirming it: a hold, a charge, a decline, or a wait for the customer.

use crate::books::{Books, Due, HOLD_LIFETIME_MS};
use crate::currencies;
use crate::faults::Fault;
use crate::form::Form;
use crate::intents::{AttachedMethod, CaptureMethod, Details, Intent, PaymentError, Status};
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
use crate::payment_methods::{self, Decline, OnConfirm, TestMethod};
use crate::refusal::Refusal;
use crate::test_methods::{AUTHENTICATION_REQUIRED, GENERIC_DECLINE};

const CREATE_PARAMETERS: &[&str] = &[
    "allowed_payment_method_types",
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
    "payment_method_data",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "statement_descriptor",
    "statement_descriptor_suffix",
];
const CONFIRM_PARAMETERS: &[&str] =
    &["error_on_requires_action", "expand", "off_session", "payment_method", "payment_method_data", "return_url"];

/// `POST /v1/payment_intents`
pub(crate) fn create(books: &mut Books, form: &Form, issuer: Option<Fault>) -> Result<Done, Refusal> {
    form.refuse_unknown(CREATE_PARAMETERS)?;
    form.required("amount")?;
    let amount = form.positive("amount")?.unwrap_or(0);
    let currency = currencies::known(form.required("currency")?)?;
    currencies::check_amount(amount, &currency)?;
    let capture_method = capture_method(form)?;
    let details = details(form)?;
    check_types(form)?;
    let customer = customer(form)?;
    let method = payment_methods::sent(form)?;
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
    };
    intent.method = method.map(|method| attach(books, method));
    let outcome = if confirm { charge(books, &mut intent, customer, issuer) } else { Ok(Effect::None) };
    books.keep(intent.clone());
    outcome.map(|effect| Done::intent(&intent, effect))
}

/// `POST /v1/payment_intents/{id}/confirm`
pub(crate) fn confirm(books: &mut Books, id: &str, form: &Form, issuer: Option<Fault>) -> Result<Done, Refusal> {
    form.refuse_unknown(CONFIRM_PARAMETERS)?;
    let customer = customer(form)?;
    let method = payment_methods::sent(form)?;
    let mut intent = books.intent(id).cloned().ok_or_else(|| Refusal::no_such("payment_intent", id, "intent"))?;
    let allowed = [Status::RequiresConfirmation, Status::RequiresPaymentMethod, Status::RequiresAction];
    intent.require(&allowed, "You cannot confirm this PaymentIntent", "confirmed")?;
    if let Some(method) = method {
        intent.method = Some(attach(books, method));
    }
    if intent.method.is_none() {
        return Err(missing_method().with("payment_intent", objects::intent(&intent)).executed());
    }
    let outcome = charge(books, &mut intent, customer, issuer);
    books.keep(intent.clone());
    outcome.map(|effect| Done::intent(&intent, effect))
}

/// Where the customer is while the issuer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Customer {
    /// At hand, and may be asked to authenticate.
    Present,
    /// At hand, but the merchant wants a decline rather than wait.
    NotWaitedFor,
    /// Away: the payment is off session.
    Away,
}

/// Asks the issuer. Whatever the answer, the intent is left as it follows from it.
fn charge(
    books: &mut Books,
    intent: &mut Intent,
    customer: Customer,
    issuer: Option<Fault>,
) -> Result<Effect, Refusal> {
    let Some(attached) = intent.method.clone() else { return Err(missing_method()) };
    if issuer == Some(Fault::Refused) {
        return Err(decline(books, intent, attached, GENERIC_DECLINE));
    }
    match (attached.method.on_confirm, customer) {
        (OnConfirm::Approve, _) | (OnConfirm::AuthenticateOnSession, Customer::Away) => Ok(approve(books, intent)),
        (OnConfirm::Decline(reason), _) => Err(decline(books, intent, attached, reason)),
        (OnConfirm::Authenticate | OnConfirm::AuthenticateOnSession, Customer::Present) => {
            intent.status = Status::RequiresAction;
            Ok(Effect::None)
        }
        (OnConfirm::Authenticate, Customer::NotWaitedFor | Customer::Away)
        | (OnConfirm::AuthenticateOnSession, Customer::NotWaitedFor) => {
            Err(decline(books, intent, attached, AUTHENTICATION_REQUIRED))
        }
    }
}

fn approve(books: &mut Books, intent: &mut Intent) -> Effect {
    intent.latest_charge = Some(books.next_id("ch"));
    intent.last_error = None;
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

fn attach(books: &mut Books, method: TestMethod) -> AttachedMethod {
    AttachedMethod { id: books.next_id("pm"), method }
}

/// A confirmation ends in `requires_action` only if the customer is there and the merchant will wait.
fn customer(form: &Form) -> Result<Customer, Refusal> {
    Ok(match (form.flag("off_session")?, form.flag("error_on_requires_action")?) {
        (true, _) => Customer::Away,
        (false, true) => Customer::NotWaitedFor,
        (false, false) => Customer::Present,
    })
}

fn capture_method(form: &Form) -> Result<CaptureMethod, Refusal> {
    // Stripe's newer default, automatic_async, differs only in when the balance transaction appears.
    let chosen = form.choice("capture_method", &["manual", "automatic", "automatic_async"])?;
    Ok(if chosen == Some("manual") { CaptureMethod::Manual } else { CaptureMethod::Automatic })
}

fn details(form: &Form) -> Result<Details, Refusal> {
    let text = |name| form.text(name).map(|text| text.map(str::to_owned));
    let allowed = form.list("allowed_payment_method_types");
    Ok(Details {
        metadata: form.metadata()?,
        allowed_payment_method_types: (!allowed.is_empty()).then(|| allowed.into_iter().map(str::to_owned).collect()),
        description: text("description")?,
        receipt_email: text("receipt_email")?,
        statement_descriptor: text("statement_descriptor")?,
        statement_descriptor_suffix: text("statement_descriptor_suffix")?,
        confirmation_method: form.choice("confirmation_method", &["automatic", "manual"])?,
    })
}

/// Types other than cards are refused in `payment_method_types`, and silently filtered out of its successor
/// `allowed_payment_method_types` (Stripe's changelog, 2026-07-29.dahlia).
fn check_types(form: &Form) -> Result<(), Refusal> {
    let allowed = form.list("allowed_payment_method_types");
    let wrong = if form.list("payment_method_types").iter().any(|kind| *kind != "card") {
        "payment_method_types"
    } else if !allowed.is_empty() && !allowed.contains(&"card") {
        "allowed_payment_method_types"
    } else {
        return Ok(());
    };
    Err(Refusal::invalid(None, wrong, format!("Invalid {wrong}: this simulator takes cards only.")))
}

fn missing_method() -> Refusal {
    Refusal::malformed(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
         PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
    )
    .with_code("payment_intent_unexpected_state")
}
