//! What a task names and does, as the template says it or as an account does.

use serde_json::Value;

/// The functions, by the part of their names that every deployment keeps, and what each may be asked.
const FUNCTIONS: [(&str, &[&str]); 6] = [
    ("RegisterFareFunction", &["register", "complete", "cancel"]),
    ("DecideFareFunction", &["register", "complete", "cancel"]),
    ("ChargeFareFunction", &["charge", "refund"]),
    ("RefundFareFunction", &["charge", "refund"]),
    ("CreditCustomerFunction", &["credit", "debit"]),
    ("DebitCustomerFunction", &["credit", "debit"]),
];
const TOPIC: &str = "NotificationTopic";

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Sends an action to one of the functions.
    Asks(String),
    /// Publishes a notice.
    Publishes,
}

/// What a state does for the fare, if it is a task that does anything.
pub(super) fn does(state: &Value) -> Option<Does> {
    match resource(state)? {
        Resource::Function => {
            let action = state.pointer("/Parameters/Payload/action").or_else(|| state.pointer("/Parameters/action"));
            action.and_then(Value::as_str).map(|action| Does::Asks(action.to_owned()))
        }
        Resource::Publish => Some(Does::Publishes),
    }
}

/// The function that knows an action, by the name that the lab calls it by.
pub(super) fn function_for(action: &str) -> &'static str {
    match action {
        "register" => "RegisterFareFunction",
        "complete" | "cancel" => "DecideFareFunction",
        "charge" => "ChargeFareFunction",
        "refund" => "RefundFareFunction",
        "credit" => "CreditCustomerFunction",
        _ => "DebitCustomerFunction",
    }
}

enum Resource {
    Function,
    Publish,
}

fn resource(state: &Value) -> Option<Resource> {
    let resource = state.get("Resource").and_then(Value::as_str)?;
    if resource.ends_with(":::lambda:invoke") || is_function(resource) {
        Some(Resource::Function)
    } else if resource.ends_with(":::sns:publish") {
        Some(Resource::Publish)
    } else {
        None
    }
}

/// Whether a resource is a function itself.
fn is_function(resource: &str) -> bool {
    resource.contains(":lambda:") && resource.contains(":function:") || resource.ends_with("FunctionArn}")
}

pub(super) fn take_names_of(task: &mut Value) -> std::result::Result<(), String> {
    let resource_name = task.get("Resource").and_then(Value::as_str).unwrap_or_default().to_owned();
    match resource(task) {
        None => Err(format!(
            "calls `{resource_name}`, which the lab has not: take AWS Lambda Invoke (arn:aws:states:::lambda:invoke) or SNS \
             Publish (arn:aws:states:::sns:publish)"
        )),
        Some(Resource::Publish) => {
            take(task.pointer_mut("/Parameters/TopicArn"), "TopicArn", "topic", &[TOPIC]).map(drop)
        }
        Some(Resource::Function) => {
            let known = FUNCTIONS.map(|(name, _)| name);
            let place = if is_function(&resource_name) {
                take(task.get_mut("Resource"), "Resource", "function", &known)
            } else {
                take(task.pointer_mut("/Parameters/FunctionName"), "FunctionName", "function", &known)
            };
            let function = place?;
            let actions = FUNCTIONS.iter().find(|(name, _)| *name == function).map(|(_, actions)| *actions);
            let actions = actions.unwrap_or_default();
            match does(task) {
                None => Err(format!(
                    "sends no `action` that the check can read: write it into Payload as text; {function} knows {}",
                    quoted(actions)
                )),
                Some(Does::Asks(action)) if !actions.contains(&action.as_str()) => {
                    Err(format!("sends the action `{action}` to {function}, which knows {}", quoted(actions)))
                }
                Some(_) => Ok(()),
            }
        }
    }
}

/// Replaces a name or an ARN by what the template substitutes for it, and tells which of `known` it was.
fn take(
    value: Option<&mut Value>,
    field: &str,
    what: &str,
    known: &[&'static str],
) -> std::result::Result<&'static str, String> {
    let value = value.ok_or_else(|| format!("has no {field}: this stack has {}", known.join(", ")))?;
    let named = value.as_str().unwrap_or_default();
    match known.iter().find(|name| named.contains(*name)) {
        Some(name) if named.contains(":function:") && !named.ends_with(":live") => {
            Err(format!("names {name} without `:live` at the end: the machine's role may call that alias only"))
        }
        Some(name) => {
            *value = Value::from(format!("${{{name}Arn}}"));
            Ok(name)
        }
        None => {
            Err(format!("names the {what} `{named}`, which this stack does not have: there is {}", known.join(", ")))
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
