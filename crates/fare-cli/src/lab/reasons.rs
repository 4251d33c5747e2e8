//! Why something came out as it did: what the machine lacks, and where.

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;

use super::expect::Needs;
use super::machine::Machine;
use super::names::{Does, does, function_for};
use super::observed::ObservedExecution;
use crate::cards::holds_card_number;
use crate::graph::StateKind;

/// The errors that `States.ALL` does not catch (Step Functions developer guide, "Error names").
const UNCATCHABLE: [&str; 2] = ["States.Runtime", "States.DataLimitExceeded"];

/// The reason, as far as definition and path tell it.
pub(super) fn reason(needs: Needs, execution: Option<&ObservedExecution>, machine: &Machine) -> Option<String> {
    // What a good fare meets is no refusal to be caught, but a request that is not what it should be.
    let ought_to_be_caught =
        !matches!(needs, Needs::Request | Needs::Action("register" | "charge" | "credit" | "complete"));
    let uncaught = execution.and_then(|execution| uncaught(execution, machine, ought_to_be_caught));
    match needs {
        Needs::Retry(action) => execution.and_then(|execution| lacks_retry(action, execution, machine)).or(uncaught),
        Needs::Action(action) => {
            uncaught.or_else(|| execution.map(|execution| never_asked(action, execution, machine)))
        }
        Needs::Publishing => uncaught.or_else(|| execution.map(|execution| never_published(execution, machine))),
        Needs::Ending => Some("let that path end in a state of type Fail".to_owned()),
        Needs::Request | Needs::Nothing => uncaught,
    }
}

/// The state that broke the execution, because nothing catches its error.
fn uncaught(execution: &ObservedExecution, machine: &Machine, ought_to_be_caught: bool) -> Option<String> {
    let last = execution.trail.visited.last()?;
    let kind =
        machine.graph.position(&last.state).and_then(|state| machine.graph.states.get(state)).map(|state| &state.kind);
    if execution.ended.status != ExecutionStatus::Failed || kind == Some(&StateKind::Fail) {
        return None;
    }
    if kind == Some(&StateKind::Choice) {
        return Some(format!("{} had no choice that fits, and no Default", last.state));
    }
    let error = execution.ended.error.as_deref().or(last.failed.as_deref()).unwrap_or("an error without a name");
    let state = &last.state;
    let cause = in_short(&execution.cause);
    if UNCATCHABLE.contains(&error) {
        return Some(format!("{state} broke with {error}, which nothing catches{cause}"));
    }
    let lacking = if ought_to_be_caught { " and has no Catch for it" } else { "" };
    Some(format!("{state} failed with {error}{lacking}{cause}"))
}

/// The state that sends the action, where it failed and has no retry for that.
fn lacks_retry(action: &str, execution: &ObservedExecution, machine: &Machine) -> Option<String> {
    let asks = |state: &str| does(machine.state(state)) == Some(Does::Asks(action.to_owned()));
    let failed = execution.trail.visited.iter().find(|visited| asks(&visited.state) && visited.failed.is_some())?;
    let (state, error) = (&failed.state, failed.failed.as_deref().unwrap_or_default());
    (!retries(machine.state(state), error)).then(|| format!("{state} has no Retry for {error}"))
}

fn never_asked(action: &str, execution: &ObservedExecution, machine: &Machine) -> String {
    let senders = machine.states_that(|state| does(state) == Some(Does::Asks(action.to_owned())));
    missed(
        &senders,
        &format!("no state sends the action `{action}` to {}", function_for(action)),
        &format!("the action `{action}` was sent and did not help"),
        execution,
    )
}

fn never_published(execution: &ObservedExecution, machine: &Machine) -> String {
    let publishers = machine.states_that(|state| does(state) == Some(Does::Publishes));
    missed(
        &publishers,
        "no state publishes to the topic",
        "what was published came to neither queue: its `outcome` must be `success` or `failure`, in a message that is an object",
        execution,
    )
}

/// What to say of states that could have helped: there are none, or they were not come to, or they ran all the same.
fn missed(states: &[&str], none: &str, ran: &str, execution: &ObservedExecution) -> String {
    let path: Vec<_> = execution.trail.visited.iter().map(|visited| visited.state.as_str()).collect();
    if states.is_empty() {
        none.to_owned()
    } else if states.iter().any(|state| path.contains(state)) {
        ran.to_owned()
    } else {
        format!("{} went by without coming to {}", path.join(" → "), states.join(" or "))
    }
}

/// Whether a state tries again on this error: the first rule that fits decides (States Language, "Retrying after error").
fn retries(state: &Value, error: &str) -> bool {
    let rules = state.get("Retry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let fits = |rule: &&Value| {
        let names = rule.get("ErrorEquals").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(Value::as_str).any(|name| name == error || name == "States.ALL")
    };
    rules.iter().find(fits).is_some_and(|rule| rule.get("MaxAttempts").and_then(Value::as_u64) != Some(0))
}

/// The sentence of an error, if it has one. Functions answer with `{"errorType": …, "errorMessage": …}`.
fn in_short(cause: &str) -> String {
    let answered = serde_json::from_str::<Value>(cause).ok();
    let sentence = answered.as_ref().and_then(|answer| answer.get("errorMessage")?.as_str()).unwrap_or(cause);
    // An engine may repeat an input in its own errors.
    if sentence.is_empty() || holds_card_number(sentence) { String::new() } else { format!(" (\"{sentence}\")") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_rule_that_fits_says_whether_an_error_is_retried() {
        let state = json!({ "Retry": [
            { "ErrorEquals": ["A", "B"], "MaxAttempts": 0 }, { "ErrorEquals": ["States.ALL"] }] });
        assert!(!retries(&state, "B") && retries(&state, "C") && !retries(&json!({}), "C"));
    }

    #[test]
    fn of_what_a_function_answers_the_sentence_is_told() {
        assert_eq!(
            in_short(r#"{"errorType":"A","errorMessage":"the card was declined"}"#),
            " (\"the card was declined\")"
        );
        assert_eq!(in_short("plain"), " (\"plain\")");
        assert_eq!(in_short(""), "");
        assert_eq!(in_short("the path was not found in the input '{\"cc\": \"4242424242424242\"}'"), "");
    }
}
