//! Reading intents: one by id, all of them, or those that a search finds.

use serde_json::json;

use crate::books::Books;
use crate::form::Form;
use crate::intents::Intent;
use crate::log::Effect;
use crate::outcome::Done;
use crate::pages;
use crate::refusal::Refusal;
use crate::search::Query;

const PAGE_PREFIX: &str = "simulator_page_";

/// `GET /v1/payment_intents/{id}`
pub(crate) fn retrieve(books: &Books, id: &str, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["client_secret", "expand"])?;
    let intent = books.intent(id).ok_or_else(|| Refusal::no_such("payment_intent", id, "intent"))?;
    Ok(Done::intent(intent, Effect::None))
}

/// `GET /v1/payment_intents`: newest first, and always up to date.
pub(crate) fn list(books: &Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&pages::PARAMETERS)?;
    pages::page(form, "/v1/payment_intents", "payment_intent", books.newest_first(), |_| true).map(Done::list)
}

/// `GET /v1/payment_intents/search`: newest first, without those that are too new for the index.
pub(crate) fn search(books: &Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["expand", "limit", "page", "query"])?;
    let (limit, skip) = (form.page_size()?, skip(form)?);
    let query = Query::parse(form.required("query")?)?;
    let indexed = |intent: &&Intent| intent.created_ms.saturating_add(books.settings.search_lag_ms) <= books.now_ms;
    let found = books.newest_first().filter(indexed).filter(|intent| query.matches(intent)).skip(skip);
    let (data, has_more) = pages::take(found, limit);
    let next_page = has_more.then(|| format!("{PAGE_PREFIX}{}", skip.saturating_add(limit)));
    Ok(Done::list(json!({
        "object": "search_result",
        "url": "/v1/payment_intents/search",
        "has_more": has_more,
        "next_page": next_page,
        "data": data,
    })))
}

fn skip(form: &Form) -> Result<usize, Refusal> {
    let Some(page) = form.text("page")? else { return Ok(0) };
    let number = page.strip_prefix(PAGE_PREFIX).and_then(|number| number.parse().ok());
    number.ok_or_else(|| Refusal::invalid(None, "page", "Invalid page: not a next_page of an earlier answer"))
}
