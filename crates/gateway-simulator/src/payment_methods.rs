//! Payment methods: what a token stands for, and what the issuer of such a card says.

use crate::form::Form;
use crate::misbehaviour::Habit;
use crate::refusal::Refusal;
use crate::test_methods;
use crate::tokens;

/// What the issuer says when an intent is confirmed with this method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OnConfirm {
    Approve,
    Decline(Decline),
    /// The customer has to authenticate first, which nobody does here.
    Authenticate,
    /// The same while the customer is there. The card was set up for payments without.
    AuthenticateOnSession,
}

/// An issuer's no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) decline_code: Option<&'static str>,
    pub(crate) message: &'static str,
}

/// A test payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TestMethod {
    pub(crate) brand: &'static str,
    pub(crate) last4: &'static str,
    pub(crate) on_confirm: OnConfirm,
    pub(crate) habit: Option<Habit>,
}

/// The method behind a `pm_…` token.
pub(crate) fn find(token: &str) -> Option<TestMethod> {
    let simulated = || Some(TestMethod { habit: Some(tokens::habit(token)?), ..test_methods::VISA });
    token.strip_prefix("pm_card_").and_then(test_methods::find).or_else(simulated)
}

/// The method that a request to create or confirm an intent sends, if it sends one: as `payment_method=pm_…`, or as
/// `payment_method_data[type]=card` with `payment_method_data[card][token]=tok_…` (Stripe's API reference, Create a
/// PaymentIntent).
pub(crate) fn sent(form: &Form) -> Result<Option<TestMethod>, Refusal> {
    form.refuse_others_in(DATA, &[TYPE, TOKEN])?;
    let method = form.text("payment_method")?;
    match (method, form.has(DATA)) {
        (None, false) => Ok(None),
        (Some(token), false) => {
            let known = find(token).ok_or_else(|| Refusal::no_such_parameter("PaymentMethod", token, "payment_method"));
            known.map(Some)
        }
        (None, true) => {
            form.required(TYPE)?;
            form.choice(TYPE, &["card"])?;
            let token = form.required(TOKEN)?;
            let known = token.strip_prefix("tok_").and_then(test_methods::find);
            known.map(Some).ok_or_else(|| Refusal::no_such_parameter("token", token, TOKEN))
        }
        (Some(_), true) => Err(Refusal::invalid(
            None,
            DATA,
            "You may only specify one of these parameters: payment_method, payment_method_data.",
        )),
    }
}

const DATA: &str = "payment_method_data";
const TYPE: &str = "payment_method_data[type]";
const TOKEN: &str = "payment_method_data[card][token]";
