//! The part of DynamoDB's update expressions that the functions use: `SET name = :value`, `SET name =
//! if_not_exists(name, :value)` and `REMOVE name`.

use serde_json::Value;

use super::dynamodb::Item;

/// Applies a request's update expression to an item; `None` if it cannot be read.
pub(super) fn apply(request: &Value, item: &mut Item) -> Option<()> {
    let expression = request.get("UpdateExpression")?.as_str()?;
    let (set, removed) = expression.split_once("REMOVE ").unwrap_or((expression, ""));
    let mut rest = set.strip_prefix("SET ").unwrap_or(set).trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, following) = assigned(request, after.trim_start())?;
        let name = attribute(request, name.trim())?;
        match value {
            Assigned::Always(value) => {
                item.insert(name.to_owned(), value.clone());
            }
            Assigned::IfAbsent(value) => {
                item.entry(name).or_insert_with(|| value.clone());
            }
        }
        rest = following.trim_start().strip_prefix(',').unwrap_or(following).trim();
    }
    for name in removed.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        item.remove(attribute(request, name)?);
    }
    Some(())
}

enum Assigned<'a> {
    Always(&'a Value),
    IfAbsent(&'a Value),
}

/// The value at the beginning of an expression, and what follows it.
fn assigned<'a>(request: &'a Value, expression: &'a str) -> Option<(Assigned<'a>, &'a str)> {
    if let Some(call) = expression.strip_prefix("if_not_exists(") {
        let (arguments, following) = call.split_once(')')?;
        let (_, placeholder) = arguments.split_once(',')?;
        return Some((Assigned::IfAbsent(value(request, placeholder.trim())?), following));
    }
    let end = expression.find(',').unwrap_or(expression.len());
    let (placeholder, following) = expression.split_at_checked(end)?;
    Some((Assigned::Always(value(request, placeholder.trim())?), following))
}

fn value<'a>(request: &'a Value, placeholder: &str) -> Option<&'a Value> {
    request.get("ExpressionAttributeValues")?.get(placeholder)
}

/// The name of an attribute, which may be written as a placeholder.
fn attribute<'a>(request: &'a Value, name: &'a str) -> Option<&'a str> {
    if name.starts_with('#') { request.get("ExpressionAttributeNames")?.get(name)?.as_str() } else { Some(name) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn applied(expression: &str) -> Option<Value> {
        let request = json!({
            "UpdateExpression": expression,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":a": {"S": "new"}, ":n": {"N": "2"}},
        });
        let mut item = json!({"status": {"S": "old"}, "undecided": {"S": "6"}}).as_object().unwrap().clone();
        apply(&request, &mut item).map(|()| json!(item))
    }

    #[test]
    fn attributes_are_set_kept_and_removed() {
        let item = applied(
            "SET #status = :a, at = if_not_exists(at, :n), undecided = if_not_exists(undecided, :a), n = :n REMOVE gone",
        );
        let expected = json!({"status": {"S": "new"}, "at": {"N": "2"}, "n": {"N": "2"}, "undecided": {"S": "6"}});
        assert_eq!(item, Some(expected));
        assert_eq!(applied("REMOVE undecided, #status"), Some(json!({})));
    }

    #[test]
    fn an_expression_of_another_kind_is_not_guessed_at() {
        assert_eq!(applied("ADD n :n"), None);
        assert_eq!(applied("SET n = n + :n"), None);
        assert_eq!(applied("SET n = :unknown"), None);
    }
}
