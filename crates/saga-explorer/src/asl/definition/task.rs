//! Task states: the services they ask, and their Retry and Catch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::fields::Fields;
use super::state::{LONGEST_SECONDS, template};
use crate::asl::error::{DefinitionError, Problem};
use crate::asl::need::ServiceCall;
use crate::asl::path::{Place, Scope};
use crate::asl::retry::{ALL, Catcher, ErrorEquals, MATCHABLE, Rate, Retrier, Schedule};
use crate::asl::template::{Fault, Template};

/// What only Task states have.
#[derive(Debug)]
pub(in crate::asl) struct Task {
    service: Service,
    pub(in crate::asl) timeout_seconds: Option<u64>,
    pub(in crate::asl) result_selector: Option<Template>,
    pub(in crate::asl) retriers: Vec<Retrier>,
    pub(in crate::asl) catchers: Vec<Catcher>,
}

/// An optimised integration, asked for a response (no `.sync`, no `.waitForTaskToken`).
///
/// Source: guide, "Integrating services": Lambda, SNS, SQS.
#[derive(Debug)]
enum Service {
    Invoke { function: Arc<str>, payload: Template },
    Publish { topic: Arc<str>, message: Template },
    SendMessage { queue: Arc<str>, body: Template, deduplication_id: Option<Template>, group_id: Option<Template> },
    DescribeExecution { execution: Template },
}

/// The fields of Lambda's answer that are the same at every call. The SDK's metadata, which the service adds, differ from call
/// to call and are left out; a ResultSelector that reads them is refused.
const INVOKE_RESULT: [&str; 3] = ["ExecutedVersion", "Payload", "StatusCode"];

impl Task {
    pub(super) fn compile(fields: &mut Fields, states: &BTreeMap<String, usize>) -> Result<Self, DefinitionError> {
        let resource = fields.required_text("Resource")?;
        let parameters = template(fields, "Parameters")?.ok_or_else(|| fields.error("Parameters", Problem::Missing))?;
        let service =
            Service::compile(&resource, parameters).map_err(|(field, problem)| fields.error(&field, problem))?;
        let result_selector = template(fields, "ResultSelector")?;
        if matches!(service, Service::Invoke { .. }) {
            let paths = result_selector.iter().flat_map(Template::paths);
            let mut unknown = paths.filter(|path| {
                path.reads_document()
                    && !path.first_document_field().is_some_and(|field| INVOKE_RESULT.contains(&field))
            });
            if let Some(path) = unknown.next() {
                return Err(fields.error("ResultSelector", Problem::Unsupported(path.text().to_owned())));
            }
        }
        Ok(Self {
            service,
            timeout_seconds: fields.number("TimeoutSeconds", 1, LONGEST_SECONDS)?,
            result_selector,
            retriers: elements(fields, "Retry", retrier)?,
            catchers: elements(fields, "Catch", |fields| catcher(fields, states))?,
        })
    }

    /// The request, from the state's effective input.
    pub(in crate::asl) fn call(&self, scope: &Scope<'_>) -> Result<ServiceCall, Fault> {
        let text = |template: &Template, field: &str| match template.render(scope)? {
            Value::String(text) => Ok(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(Fault::runtime(format!("The parameter '{field}' is not a string")))
            }
        };
        let id =
            |template: &Option<Template>, field: &str| template.as_ref().map(|given| text(given, field)).transpose();
        Ok(match &self.service {
            Service::Invoke { function, payload } => {
                ServiceCall::Invoke { function: Arc::clone(function), payload: payload.render(scope)? }
            }
            Service::Publish { topic, message } => {
                ServiceCall::Publish { topic: Arc::clone(topic), message: message.render(scope)? }
            }
            Service::SendMessage { queue, body, deduplication_id, group_id } => ServiceCall::SendMessage {
                queue: Arc::clone(queue),
                body: body.render(scope)?,
                deduplication_id: id(deduplication_id, "MessageDeduplicationId")?,
                group_id: id(group_id, "MessageGroupId")?,
            },
            Service::DescribeExecution { execution } => {
                ServiceCall::DescribeExecution { execution: text(execution, "ExecutionArn")? }
            }
        })
    }

    /// The task's result, from what the caller was answered.
    pub(in crate::asl) fn result(&self, answer: Value) -> Value {
        match &self.service {
            Service::Invoke { .. } => {
                json!({ "ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200 })
            }
            Service::Publish { .. } | Service::SendMessage { .. } | Service::DescribeExecution { .. } => answer,
        }
    }
}

impl Service {
    fn compile(resource: &str, mut parameters: Template) -> Result<Self, (String, Problem)> {
        let integration = ["aws", "aws-cn", "aws-us-gov"]
            .iter()
            .find_map(|partition| resource.strip_prefix(&format!("arn:{partition}:states:::")));
        let mut required =
            |field: &str| parameters.take(field).ok_or_else(|| (format!("Parameters.{field}"), Problem::Missing));
        let service = match integration {
            Some("lambda:invoke") => Self::Invoke {
                function: constant("FunctionName", required("FunctionName")?)?,
                payload: required("Payload")?,
            },
            Some("sns:publish") => {
                Self::Publish { topic: constant("TopicArn", required("TopicArn")?)?, message: required("Message")? }
            }
            Some("sqs:sendMessage") => Self::SendMessage {
                queue: constant("QueueUrl", required("QueueUrl")?)?,
                body: required("MessageBody")?,
                deduplication_id: parameters.take("MessageDeduplicationId"),
                group_id: parameters.take("MessageGroupId"),
            },
            Some("aws-sdk:sfn:describeExecution") => Self::DescribeExecution { execution: required("ExecutionArn")? },
            Some(_) | None => return Err(("Resource".to_owned(), Problem::Unsupported(resource.to_owned()))),
        };
        match parameters.any_field() {
            None => Ok(service),
            Some(field) => Err((format!("Parameters.{field}"), Problem::Unknown)),
        }
    }
}

fn constant(field: &str, template: Template) -> Result<Arc<str>, (String, Problem)> {
    match template {
        Template::Constant(Value::String(text)) if !text.is_empty() => Ok(text.into()),
        Template::Constant(_) | Template::Object(_) | Template::Path(_) | Template::StringToJson(_) => {
            Err((format!("Parameters.{field}"), Problem::Malformed("a constant string")))
        }
    }
}

/// The elements of `Retry` or `Catch`. An error name counts once in the whole list: the first element takes it for good, a
/// second one would never be reached.
fn elements<T>(
    fields: &mut Fields,
    list: &str,
    compile: impl Fn(Fields) -> Result<(T, BTreeSet<String>), DefinitionError>,
) -> Result<Vec<T>, DefinitionError> {
    let Some(items) = fields.list(list)? else { return Ok(Vec::new()) };
    let mut names = BTreeSet::new();
    let mut compiled = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let error = |problem| Err(fields.error(&format!("{list}[{index}].ErrorEquals"), problem));
        let (element, own) = compile(item)?;
        if names.contains(ALL) {
            return Err(
                fields.error(&format!("{list}[{}].ErrorEquals", index.saturating_sub(1)), Problem::WildcardNotLast)
            );
        }
        for name in own {
            if !names.insert(name.clone()) {
                return error(Problem::RepeatedError(name));
            }
        }
        compiled.push(element);
    }
    Ok(compiled)
}

fn retrier(mut fields: Fields) -> Result<(Retrier, BTreeSet<String>), DefinitionError> {
    fields.skip_comment()?;
    let (errors, names) = error_equals(&mut fields)?;
    let max_attempts = fields.number("MaxAttempts", 0, 99_999_999)?.unwrap_or(3);
    let max_attempts = u32::try_from(max_attempts).unwrap_or(u32::MAX);
    let interval = fields.number("IntervalSeconds", 1, LONGEST_SECONDS)?.unwrap_or(1);
    let cap = fields.number("MaxDelaySeconds", 1, 31_622_399)?;
    let rate = match fields.take("BackoffRate") {
        None => Rate::DEFAULT,
        Some(Value::Number(number)) => Rate::parse(&number.to_string())
            .ok_or_else(|| fields.error("BackoffRate", Problem::Malformed("a decimal number of at least 1")))?,
        Some(_) => return Err(fields.error("BackoffRate", Problem::Malformed("a decimal number of at least 1"))),
    };
    let full_jitter = match fields.text("JitterStrategy")?.as_deref() {
        None | Some("NONE") => false,
        Some("FULL") => true,
        Some(other) => return Err(fields.error("JitterStrategy", Problem::Unsupported(other.to_owned()))),
    };
    let schedule = Schedule::compute(interval, rate, cap, max_attempts).ok_or_else(|| {
        fields.error("BackoffRate", Problem::Malformed("such that every delay is a whole number of milliseconds"))
    })?;
    fields.finish()?;
    Ok((Retrier { errors, max_attempts, schedule, full_jitter }, names))
}

fn catcher(
    mut fields: Fields,
    states: &BTreeMap<String, usize>,
) -> Result<(Catcher, BTreeSet<String>), DefinitionError> {
    fields.skip_comment()?;
    let (errors, names) = error_equals(&mut fields)?;
    let next = fields.target("Next", states)?.ok_or_else(|| fields.error("Next", Problem::Missing))?;
    let result_place = super::state::result_place(&mut fields)?;
    fields.finish()?;
    Ok((Catcher { errors, result_place, next }, names))
}

fn error_equals(fields: &mut Fields) -> Result<(ErrorEquals, BTreeSet<String>), DefinitionError> {
    let malformed =
        |fields: &Fields| fields.error("ErrorEquals", Problem::Malformed("an array of error names that is not empty"));
    let Some(value) = fields.take("ErrorEquals") else { return Err(fields.error("ErrorEquals", Problem::Missing)) };
    let Value::Array(items) = value else { return Err(malformed(fields)) };
    let names: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    let names = names.filter(|names| !names.is_empty()).ok_or_else(|| malformed(fields))?;
    let mut distinct = BTreeSet::new();
    for name in &names {
        if name.starts_with("States.") && !MATCHABLE.contains(&name.as_str()) {
            return Err(fields.error("ErrorEquals", Problem::Unsupported(name.clone())));
        }
        if !distinct.insert(name.clone()) {
            return Err(fields.error("ErrorEquals", Problem::RepeatedError(name.clone())));
        }
    }
    if distinct.contains(ALL) && distinct.len() > 1 {
        return Err(fields.error("ErrorEquals", Problem::WildcardNotLast));
    }
    Ok((ErrorEquals(names), distinct))
}

/// Where a result goes.
pub(in crate::asl) fn put(place: Option<&Place>, document: Value, result: Value) -> Result<Value, Fault> {
    let Some(place) = place else { return Ok(document) };
    place.put(document, result).map_err(|_| Fault {
        error: crate::asl::retry::RESULT_PATH_MATCH_FAILURE,
        cause: "The ResultPath cannot be applied to the state's input".to_owned(),
    })
}
