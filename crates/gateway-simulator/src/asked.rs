//! A request as the gateway understands it.

use crate::books::Books;
use crate::form::Form;
use crate::idempotency;
use crate::log::Subject;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::route::{Operation, Route};
use crate::search::Query;
use crate::{card_data, currencies, version};

/// An authorised request with parameters that could be read.
pub(crate) struct Asked<'a> {
    pub(crate) route: Route<'a>,
    pub(crate) path: &'a str,
    pub(crate) form: Form,
    pub(crate) key: Option<&'a str>,
    /// The id under which it is answered.
    pub(crate) request_id: &'a str,
    /// What it says it is about.
    pub(crate) subject: Subject,
}

impl<'a> Asked<'a> {
    /// Understands a request, if it can be [`read`].
    pub(crate) fn of(request: &'a Request, request_id: &'a str, books: &Books) -> Result<Self, Refusal> {
        let (form, key) = read(request)?;
        let route = Route::of(request);
        let subject = subject(route, &form, books);
        Ok(Self { route, path: &request.path, form, key, request_id, subject })
    }

    /// The intent that this would change.
    pub(crate) fn written_intent(&self) -> Option<&str> {
        match self.route.operation {
            Operation::Confirm | Operation::Capture | Operation::Void | Operation::Refund => {
                self.subject.payment_intent.as_deref()
            }
            Operation::Authorise
            | Operation::Retrieve
            | Operation::List
            | Operation::Search
            | Operation::RetrieveRefund
            | Operation::ListRefunds
            | Operation::Unrecognised => None,
        }
    }

    /// A name for the payment: the intent; before there is one, the merchant's reference, so that another key for the
    /// same fare is the same payment; without that, the key.
    pub(crate) fn payment(&self) -> &str {
        let reference = || self.subject.fare_reference.as_deref();
        match self.route.operation {
            Operation::Authorise | Operation::Confirm => reference().or(self.key).unwrap_or_default(),
            Operation::Capture
            | Operation::Void
            | Operation::Retrieve
            | Operation::List
            | Operation::Search
            | Operation::Refund
            | Operation::RetrieveRefund
            | Operation::ListRefunds
            | Operation::Unrecognised => self.subject.payment_intent.as_deref().unwrap_or_default(),
        }
    }
}

/// The parameters and the key of a request, neither of them with card data.
pub(crate) fn read(request: &Request) -> Result<(Form, Option<&str>), Refusal> {
    request.stripe_version.as_deref().map_or(Ok(()), version::check)?;
    let key = idempotency::key_of(request)?;
    let form = Form::parse(request.parameters())?;
    card_data::refuse(&request.path, &form, key)?;
    Ok((form, key))
}

fn subject(route: Route<'_>, form: &Form, books: &Books) -> Subject {
    let of_refund = |id: &str| books.refunds.get(id).map(|refund| refund.intent.as_str());
    let id = if route.operation == Operation::RetrieveRefund {
        of_refund(route.id)
    } else {
        form.raw("payment_intent").or(Some(route.id))
    };
    let named = id.and_then(|id| books.intent(id)).map(Subject::of).unwrap_or_default();
    let searched = || Some(Query::parse(form.raw("query")?).ok()?.metadata("fare_reference")?.to_owned());
    let sent = || form.metadata().ok()?.remove("fare_reference");
    let amount = form.raw("amount").or(form.raw("amount_to_capture")).and_then(|amount| amount.parse().ok());
    Subject {
        payment_intent: named.payment_intent,
        fare_reference: named.fare_reference.or_else(sent).or_else(searched),
        amount: amount.or(named.amount),
        currency: named.currency.or_else(|| currencies::known(form.raw("currency")?).ok()),
    }
}
