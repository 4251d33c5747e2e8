//! Reading intents: one by id, all of them, or those that a search finds.

use serde_json::{Value, json};

use crate::books::Books;
use crate::form::Form;
use crate::intents::Intent;
use crate::log::Effect;
use crate::objects;
use crate::outcome::Done;
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
    form.refuse_unknown(&["expand", "limit", "starting_after"])?;
    let limit = form.page_size()?;
    let after = form.text("starting_after")?;
    if let Some(after) = after.filter(|after| books.intent(after).is_none()) {
        return Err(Refusal::no_such_parameter("payment_intent", after, "starting_after"));
    }
    // Ids sort in the order of creation.
    let mut found = books.newest_first().filter(|intent| after.is_none_or(|after| intent.id.as_str() < after));
    let (data, has_more) = page(&mut found, limit);
    Ok(Done::list(json!({ "object": "list", "url": "/v1/payment_intents", "has_more": has_more, "data": data })))
}

/// `GET /v1/payment_intents/search`: newest first, without those that are too new for the index.
pub(crate) fn search(books: &Books, form: &Form) -> Result<Done, Refusal> {
    form.refuse_unknown(&["expand", "limit", "page", "query"])?;
    let (limit, skip) = (form.page_size()?, skip(form)?);
    let query = Query::parse(form.required("query")?)?;
    let indexed = |intent: &&Intent| intent.created_ms.saturating_add(books.settings.search_lag_ms) <= books.now_ms;
    let mut found = books.newest_first().filter(indexed).filter(|intent| query.matches(intent)).skip(skip);
    let (data, has_more) = page(&mut found, limit);
    let next_page = has_more.then(|| format!("{PAGE_PREFIX}{}", skip.saturating_add(limit)));
    Ok(Done::list(json!({
        "object": "search_result",
        "url": "/v1/payment_intents/search",
        "has_more": has_more,
        "next_page": next_page,
        "data": data,
    })))
}

fn page<'a>(found: &mut impl Iterator<Item = &'a Intent>, limit: usize) -> (Vec<Value>, bool) {
    let data = found.by_ref().take(limit).map(objects::intent).collect();
    (data, found.next().is_some())
}

fn skip(form: &Form) -> Result<usize, Refusal> {
    let Some(page) = form.text("page")? else { return Ok(0) };
    let number = page.strip_prefix(PAGE_PREFIX).and_then(|number| number.parse().ok());
    number.ok_or_else(|| Refusal::invalid(None, "page", "Invalid page: not a next_page of an earlier answer"))
}
