//! The condition of a choice, in words.

use serde_json::Value;

/// The condition as a phrase, `detail.status is FAILED` for example. A check that something is there is left out beside
/// another one of the same thing, which it only guards.
pub(super) fn condition(rule: &Value) -> String {
    if let Some(jsonata) = rule.get("Condition").and_then(Value::as_str) {
        return jsonata.trim_start_matches("{%").trim_end_matches("%}").trim().to_owned();
    }
    for (field, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(parts) = rule.get(field).and_then(Value::as_array) {
            let telling = parts.iter().filter(|part| !is_guard(part, parts));
            return telling.map(condition).collect::<Vec<_>>().join(word);
        }
    }
    if let Some(inner) = rule.get("Not") {
        return format!("not {}", condition(inner));
    }
    let variable = rule.get("Variable").and_then(Value::as_str).unwrap_or("?");
    let variable = variable.strip_prefix("$.").unwrap_or(variable);
    comparison(rule).map_or_else(|| "?".to_owned(), |(operator, value)| compared(variable, operator, value))
}

fn compared(variable: &str, operator: &str, value: &Value) -> String {
    let truth = value == &Value::Bool(true);
    let plain = value.as_str().map_or_else(|| value.to_string(), |text| text.trim_start_matches("$.").to_owned());
    let is = if truth { "is" } else { "is not" };
    let operator = operator.strip_suffix("Path").unwrap_or(operator);
    match operator {
        "IsPresent" if truth => format!("{variable} is there"),
        "IsPresent" => format!("no {variable}"),
        "IsNull" => format!("{variable} {is} null"),
        "IsString" => format!("{variable} {is} a text"),
        "IsNumeric" => format!("{variable} {is} a number"),
        "IsBoolean" => format!("{variable} {is} a boolean"),
        "IsTimestamp" => format!("{variable} {is} a time"),
        "StringMatches" => format!("{variable} matches {plain}"),
        other if other.ends_with("GreaterThanEquals") => format!("{variable} ≥ {plain}"),
        other if other.ends_with("LessThanEquals") => format!("{variable} ≤ {plain}"),
        other if other.ends_with("GreaterThan") => format!("{variable} > {plain}"),
        other if other.ends_with("LessThan") => format!("{variable} < {plain}"),
        _ => format!("{variable} is {plain}"),
    }
}

/// The comparison of a rule, whatever its operator.
fn comparison(rule: &Value) -> Option<(&str, &Value)> {
    let fields = rule.as_object()?;
    let other = |field: &&String| !matches!(field.as_str(), "Variable" | "Next" | "Comment" | "Assign" | "Output");
    let operator = fields.keys().find(other)?;
    Some((operator, fields.get(operator)?))
}

/// Whether a part of a conjunction only says that something is there which another part looks at.
fn is_guard(part: &Value, parts: &[Value]) -> bool {
    let looked_at = |other: &&Value| other.get("Variable") == part.get("Variable");
    part.get("IsPresent") == Some(&Value::Bool(true)) && parts.iter().filter(looked_at).count() > 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_comparison_is_told_in_words() {
        let rule = json!({ "Comment": "…", "Variable": "$.decision.status", "StringEquals": "completed", "Next": "A" });
        assert_eq!(condition(&rule), "decision.status is completed");
        assert_eq!(condition(&json!({ "Variable": "$.n", "NumericGreaterThan": 3 })), "n > 3");
        assert_eq!(condition(&json!({ "Variable": "$.n", "NumericLessThanEqualsPath": "$.m" })), "n ≤ m");
        assert_eq!(condition(&json!({ "Variable": "$.charge", "IsPresent": false })), "no charge");
        assert_eq!(condition(&json!({ "Not": { "Variable": "$.a", "IsNull": true } })), "not a is null");
        assert_eq!(condition(&json!({ "Condition": "{% $n > 3 %}" })), "$n > 3");
    }

    #[test]
    fn a_guard_is_left_out_beside_what_it_guards() {
        let there = json!({ "Variable": "$.error", "IsPresent": true });
        let same = json!({ "Variable": "$.error", "StringEquals": "Declined" });
        assert_eq!(condition(&json!({ "And": [there, same] })), "error is Declined");
        assert_eq!(condition(&json!({ "And": [there] })), "error is there");
    }

    #[test]
    fn a_rule_without_a_comparison_is_a_question() {
        assert_eq!(condition(&json!({ "Variable": "$.a", "Next": "A" })), "?");
    }
}
