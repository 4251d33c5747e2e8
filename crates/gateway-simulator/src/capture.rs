//! Taking a hold, and giving it up.

use crate::books::Books;
use crate::currencies;
use crate::faults::Fault;
use crate::form::Form;
use crate::intents::{Intent, Status};
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
use crate::refusal::Refusal;

const CANCELLATION_REASONS: &[&str] = &["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

/// `POST /v1/payment_intents/{id}/capture`: takes the hold or a part of it; what is not taken is released.
pub(crate) fn capture(books: &mut Books, id: &str, form: &Form, issuer: Option<Fault>) -> Result<Done, Refusal> {
    form.refuse_unknown(&["amount_to_capture", "expand", "statement_descriptor", "statement_descriptor_suffix"])?;
    let asked = form.positive("amount_to_capture")?;
    let intent = existing(books, id)?;
    intent.require(&[Status::RequiresCapture], "This PaymentIntent could not be captured", "captured")?;
    let amount = asked.unwrap_or_else(|| intent.amount_capturable());
    if amount > intent.amount_capturable() {
        return Err(too_much(intent));
    }
    if issuer == Some(Fault::Refused) {
        return Err(Refusal::card("card_declined", Some("generic_decline"), "The capture was refused by the issuer.")
            .with("payment_intent", objects::intent(intent)));
    }
    intent.status = Status::Succeeded;
    intent.amount_received = amount;
    Ok(Done::intent(intent, Effect::Captured).with_amount(amount))
}

/// `POST /v1/payment_intents/{id}/cancel`: ends an intent that has taken no money, and releases its hold.
pub(crate) fn cancel(books: &mut Books, id: &str, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["cancellation_reason", "expand"])?;
    let reason = form.choice("cancellation_reason", CANCELLATION_REASONS)?;
    let now_ms = books.now_ms;
    let intent = existing(books, id)?;
    let allowed = [
        Status::RequiresPaymentMethod,
        Status::RequiresCapture,
        Status::RequiresConfirmation,
        Status::RequiresAction,
        Status::Processing,
    ];
    intent.require(&allowed, "You cannot cancel this PaymentIntent", "canceled")?;
    let effect = if intent.status == Status::RequiresCapture { Effect::Voided } else { Effect::None };
    intent.cancel(now_ms, reason);
    Ok(Done::intent(intent, effect))
}

fn existing<'a>(books: &'a mut Books, id: &str) -> Result<&'a mut Intent, Refusal> {
    books.intent_mut(id).ok_or_else(|| Refusal::no_such("payment_intent", id, "intent"))
}

fn too_much(intent: &Intent) -> Refusal {
    let most = currencies::display(intent.amount_capturable(), &intent.currency);
    let message =
        format!("The amount to capture must not be more than the amount that is held, {most} {}.", intent.currency);
    Refusal::invalid(Some("amount_too_large"), "amount_to_capture", message)
        .with("payment_intent", objects::intent(intent))
        .executed()
}
