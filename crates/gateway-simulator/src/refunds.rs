//! Giving captured money back.

use std::collections::BTreeMap;

use serde_json::json;

use crate::books::{Books, Due};
use crate::currencies;
use crate::faults::Fault;
use crate::form::Form;
use crate::intents::{Intent, Status};
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
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
}

/// `POST /v1/refunds`: gives back what was captured or a part of it, and never more than is left.
pub(crate) fn create(books: &mut Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["amount", "expand", "metadata", "payment_intent", "reason"])?;
    let asked = form.positive("amount")?;
    let metadata = form.metadata()?;
    let reason = form.choice("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
    let intent_id = form.required("payment_intent")?;
    let intent = books
        .intent(intent_id)
        .ok_or_else(|| Refusal::no_such_parameter("payment_intent", intent_id, "payment_intent"))?;
    let amount = refundable(intent, asked)?;

    let status = match intent.fault() {
        Some(Fault::RefundPendingFirst) => RefundStatus::Pending,
        Some(
            Fault::RefundFailsLater
            | Fault::CaptureRefused
            | Fault::CaptureAnswerLate { .. }
            | Fault::RefundUnavailableAtFirst { .. },
        )
        | None => RefundStatus::Succeeded,
    };
    let changes_later = matches!(intent.fault(), Some(Fault::RefundPendingFirst | Fault::RefundFailsLater));
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
    };
    if let Some(intent) = books.intent_mut(intent_id) {
        intent.amount_refunded = intent.amount_refunded.saturating_add(amount);
    }
    if changes_later {
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

/// `GET /v1/refunds`: newest first, of one intent if asked.
pub(crate) fn list(books: &Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["expand", "limit", "payment_intent", "starting_after"])?;
    let (limit, intent) = (form.page_size()?, form.text("payment_intent")?);
    let after = form.text("starting_after")?;
    if let Some(after) = after.filter(|after| !books.refunds.contains_key(*after)) {
        return Err(Refusal::no_such_parameter("refund", after, "starting_after"));
    }
    let mut found = books
        .refunds
        .values()
        .rev()
        .filter(|refund| after.is_none_or(|after| refund.id.as_str() < after))
        .filter(|refund| intent.is_none_or(|intent| refund.intent == intent));
    let data: Vec<_> = found.by_ref().take(limit).map(objects::refund).collect();
    let has_more = found.next().is_some();
    Ok(Done::list(json!({ "object": "list", "url": "/v1/refunds", "has_more": has_more, "data": data })))
}

/// In front of the API: whether this refund request never gets there. Counts it if so.
pub(crate) fn outage(books: &mut Books, form: &Form) -> Option<Refusal> {
    let intent = books.intent_mut(form.raw("payment_intent")?)?;
    intent.refund_outages_left = intent.refund_outages_left.checked_sub(1)?;
    Some(Refusal::unavailable())
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
