//! The simulator's own pages, under `/_simulator/`: views, and what can be changed from outside the API.

use std::str::FromStr;

use serde_json::{Value, json};
use strum::VariantNames;

use crate::faults::Fault;
use crate::form::Form;
use crate::gateway::Gateway;
use crate::misbehaviour::Misbehaviour;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Method, Request};
use crate::route::Operation;
use crate::views;

/// Answers a request for one of these pages.
pub(crate) fn answer(gateway: &mut Gateway, request: &Request) -> Reply {
    let page = request.path.strip_prefix("/_simulator/").unwrap_or_default();
    let shown = Form::parse(request.parameters()).and_then(|form| match request.method {
        Method::Get => views::show(gateway, page, &form),
        Method::Post => change(gateway, page, &form),
        Method::Other => Err(Refusal::unrecognised()),
    });
    shown.map_or_else(|refusal| Reply::refused(&refusal, None), |body| Reply::plain(200, body))
}

/// Whether such a request can change anything.
pub(crate) fn changes(request: &Request) -> bool {
    request.method == Method::Post
}

fn change(gateway: &mut Gateway, page: &str, form: &Form) -> Result<Value, Refusal> {
    match page {
        "faults" => {
            let misbehaviour = misbehaviour(form)?;
            gateway.misbehave(misbehaviour);
            Ok(json!(misbehaviour))
        }
        "faults/clear" => {
            form.refuse_unknown(&[])?;
            gateway.behave();
            views::show(gateway, "faults", form)
        }
        "clock" => {
            form.refuse_unknown(&["advance_milliseconds"])?;
            form.required("advance_milliseconds")?;
            gateway.advance_by(form.positive("advance_milliseconds")?.unwrap_or_default());
            views::show(gateway, "clock", &Form::default())
        }
        _ => Err(Refusal::unrecognised()),
    }
}

fn misbehaviour(form: &Form) -> Result<Misbehaviour, Refusal> {
    form.refuse_unknown(&["fault", "milliseconds", "operation", "retry_after_seconds", "skip", "times"])?;
    let fault = Fault::named(form.required("fault")?)
        .ok_or_else(|| unknown("fault", &Fault::all().map(Fault::name).collect::<Vec<_>>().join(", ")))?;
    let fault = match form.whole("milliseconds")? {
        Some(milliseconds) => fault.lasting(milliseconds).ok_or_else(|| takes_no(fault, "milliseconds"))?,
        None => fault,
    };
    let fault = match form.whole("retry_after_seconds")? {
        Some(seconds) => fault.retried_after(seconds).ok_or_else(|| takes_no(fault, "retry_after_seconds"))?,
        None => fault,
    };
    let operation = form.text("operation")?.map(operation).transpose()?;
    if let Some(operation) = operation.filter(|operation| !fault.concerns(*operation)) {
        let name: &str = operation.into();
        return Err(Refusal::invalid(None, "operation", format!("The fault {} cannot strike a {name}.", fault.name())));
    }
    let count = |name: &str, number: Option<u64>, unless: u32| match number.map(u32::try_from) {
        None => Ok(unless),
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => Err(Refusal::invalid(Some("parameter_invalid_integer"), name, "This number is too large.")),
    };
    Ok(Misbehaviour {
        fault,
        operation,
        skip: count("skip", form.whole("skip")?, 0)?,
        times: count("times", form.positive("times")?, 1)?,
    })
}

fn operation(name: &str) -> Result<Operation, Refusal> {
    Operation::from_str(name).map_err(|_| unknown("operation", &Operation::VARIANTS.join(", ")))
}

fn unknown(parameter: &str, known: &str) -> Refusal {
    Refusal::invalid(None, parameter, format!("Invalid {parameter}: must be one of {known}"))
}

fn takes_no(fault: Fault, parameter: &str) -> Refusal {
    Refusal::invalid(None, parameter, format!("The fault {} takes no {parameter}.", fault.name()))
}
