//! Lists, newest first and page by page (Stripe's API reference, Pagination).

use serde_json::{Value, json};

use crate::form::Form;
use crate::refusal::Refusal;

/// The parameters that every list takes.
pub(crate) const PARAMETERS: [&str; 5] = ["created", "ending_before", "expand", "limit", "starting_after"];

/// An object that can be listed. Its id sorts by the order of creation.
pub(crate) trait Listed {
    fn id(&self) -> &str;
    fn created_ms(&self) -> u64;
    fn shown(&self) -> Value;
}

/// The page that the request asks for. `newest_first` are all objects of one kind, `wanted` says which of them the list is
/// about; a cursor may be any object.
pub(crate) fn page<'a, T: Listed + 'a>(
    form: &Form,
    url: &str,
    noun: &str,
    newest_first: impl DoubleEndedIterator<Item = &'a T> + Clone,
    wanted: impl Fn(&T) -> bool,
) -> Result<Value, Refusal> {
    let limit = form.page_size()?;
    let created = Created::of(form)?;
    let cursor = |name: &str| {
        let Some(id) = form.text(name)? else { return Ok(None) };
        let known = newest_first.clone().any(|object| object.id() == id);
        if known { Ok(Some(id)) } else { Err(Refusal::no_such_parameter(noun, id, name)) }
    };
    let (after, before) = (cursor("starting_after")?, cursor("ending_before")?);
    let listed = newest_first.clone().filter(|object| wanted(object) && created.includes(object.created_ms()));
    let (shown, has_more) = match (after, before) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid(
                None,
                "ending_before",
                "You may only specify one of these parameters: starting_after, ending_before.",
            ));
        }
        (after, None) => take(listed.filter(|object| after.is_none_or(|after| object.id() < after)), limit),
        (None, Some(before)) => {
            let (mut page, has_more) = take(listed.rev().filter(|object| object.id() > before), limit);
            page.reverse();
            (page, has_more)
        }
    };
    Ok(json!({ "object": "list", "url": url, "has_more": has_more, "data": shown }))
}

/// The first `limit` objects, and whether there are more.
pub(crate) fn take<'a, T: Listed + 'a>(mut objects: impl Iterator<Item = &'a T>, limit: usize) -> (Vec<Value>, bool) {
    let shown = objects.by_ref().take(limit).map(Listed::shown).collect();
    (shown, objects.next().is_some())
}

/// A filter on the time of creation, in whole seconds as the API tells it.
struct Created {
    least: u64,
    most: u64,
}

impl Created {
    fn of(form: &Form) -> Result<Self, Refusal> {
        form.refuse_others_in("created", &["created", "created[gte]", "created[gt]", "created[lte]", "created[lt]"])?;
        let exactly = form.whole("created")?;
        let above = form.whole("created[gt]")?.map(|second| second.saturating_add(1));
        let below = form.whole("created[lt]")?.map(|second| second.checked_sub(1));
        let least = [exactly, form.whole("created[gte]")?, above].into_iter().flatten().max().unwrap_or(0);
        let most = [exactly, form.whole("created[lte]")?].into_iter().flatten().min().unwrap_or(u64::MAX);
        Ok(match below {
            Some(None) => Self { least: 1, most: 0 },
            Some(Some(below)) => Self { least, most: most.min(below) },
            None => Self { least, most },
        })
    }

    fn includes(&self, created_ms: u64) -> bool {
        (self.least..=self.most).contains(&(created_ms / 1000))
    }
}
