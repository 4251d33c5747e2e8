//! Giving captured money back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::books::{Books, Due};
use crate::currencies;
use crate::faults::Fault;
use crate::form::Form;
use crate::intents::{Intent, Status};
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
use crate::pages::{self, Listed};
use crate::refusal::Refusal;

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

impl RefundStatus {
    /// The word in the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A refund. The amount is in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: Option<String>,
    pub(crate) amount: u64,
    pub(crate) currency: String,
    pub(crate) created_ms: u64,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) status: RefundStatus,
    /// The status that it comes to by itself, and then stays in.
    pub(crate) settles_as: RefundStatus,
}

/// `POST /v1/refunds`: gives back what was captured or a part of it, and never more than is left.
pub(crate) fn create(books: &mut Books, form: &Form, issuer: Option<Fault>) -> Result<Done, Refusal> {
    form.refuse_unknown(&["amount", "expand", "metadata", "payment_intent", "reason"])?;
    let asked = form.positive("amount")?;
    let metadata = form.metadata()?;
    let reason = form.choice("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
    let intent_id = form.required("payment_intent")?;
    let intent = books
        .intent(intent_id)
        .ok_or_else(|| Refusal::no_such_parameter("payment_intent", intent_id, "payment_intent"))?;
    let amount = refundable(intent, asked)?;

    let status = if issuer == Some(Fault::PendingFirst) { RefundStatus::Pending } else { RefundStatus::Succeeded };
    let settles_as = if issuer == Some(Fault::FailsLater) { RefundStatus::Failed } else { RefundStatus::Succeeded };
    let (charge, currency) = (intent.latest_charge.clone(), intent.currency.clone());
    let refund = Refund {
        id: books.next_id("re"),
        intent: intent_id.to_owned(),
        charge,
        amount,
        currency,
        created_ms: books.now_ms,
        metadata,
        reason,
        status,
        settles_as,
    };
    if let Some(intent) = books.intent_mut(intent_id) {
        intent.amount_refunded = intent.amount_refunded.saturating_add(amount);
    }
    if status != settles_as {
        books.schedule(books.settings.refund_settles_after_ms, Due::Refund(refund.id.clone()));
    }
    let done = Done::refund(&refund, books.intent(intent_id), Effect::Refunded);
    books.refunds.insert(refund.id.clone(), refund);
    Ok(done)
}

/// `GET /v1/refunds/{id}`
pub(crate) fn retrieve(books: &Books, id: &str) -> Result<Done, Refusal> {
    let refund = books.refunds.get(id).ok_or_else(|| Refusal::no_such("refund", id, "id"))?;
    Ok(Done::refund(refund, books.intent(&refund.intent), Effect::None))
}

/// `GET /v1/refunds`: newest first, of one intent or one charge if asked.
pub(crate) fn list(books: &Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&[&pages::PARAMETERS[..], &["charge", "payment_intent"]].concat())?;
    let (intent, charge) = (form.text("payment_intent")?, form.text("charge")?);
    let wanted = |refund: &Refund| {
        intent.is_none_or(|intent| refund.intent == intent)
            && charge.is_none_or(|charge| refund.charge.as_deref() == Some(charge))
    };
    pages::page(form, "/v1/refunds", "refund", books.refunds.values().rev(), wanted).map(Done::list)
}

impl Listed for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_ms(&self) -> u64 {
        self.created_ms
    }

    fn shown(&self) -> Value {
        objects::refund(self)
    }
}

fn refundable(intent: &Intent, asked: Option<u64>) -> Result<u64, Refusal> {
    if intent.status != Status::Succeeded {
        let message = format!("This PaymentIntent ({}) does not have a successful charge to refund.", intent.id);
        return Err(Refusal::unexpected_state(message, objects::intent(intent)));
    }
    let left = intent.amount_refundable();
    if left == 0 {
        let message =
            format!("Charge {} has already been refunded.", intent.latest_charge.as_deref().unwrap_or_default());
        return Err(Refusal::malformed(&message).with_code("charge_already_refunded").executed());
    }
    let amount = asked.unwrap_or(left);
    if amount > left {
        let show = |amount| currencies::display(amount, &intent.currency);
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({}) in {}",
            show(amount),
            show(left),
            intent.currency
        );
        return Err(Refusal::invalid(None, "amount", message).executed());
    }
    Ok(amount)
}
