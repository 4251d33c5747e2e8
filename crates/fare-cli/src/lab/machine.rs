//! The definition that a learner wrote, found whole before it is deployed.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::names::take_names_of;
use crate::cards::holds_card_number;
use crate::error::{Error, Result};
use crate::graph::{EdgeKind, Graph, State, StateKind};

/// What a state machine of this stack may name, by the names that the template substitutes.
pub(super) type Names = BTreeMap<String, String>;

/// The largest definition, in bytes (Step Functions developer guide, "Quotas").
const LARGEST: u64 = 1024 * 1024;

/// A state machine that can be deployed.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    pub(super) graph: Graph,
    definition: Value,
}

impl Machine {
    /// Reads a definition.
    ///
    /// # Errors
    /// When the file cannot be read or is no JSON; [`Error::DefinitionUnfinished`] with a sentence for each fault, when no
    /// execution of it could run to its end or a state asks for what this stack does not have.
    pub fn read(file: &Path) -> Result<Self> {
        let unreadable = |source| Error::File { path: file.to_owned(), source };
        let from = file.display().to_string();
        let unfit = |fault: &str| Error::DefinitionUnfinished { from: from.clone(), faults: vec![fault.to_owned()] };
        let about = std::fs::metadata(file).map_err(unreadable)?;
        if !about.is_file() {
            return Err(unfit("it is no file with a text in it"));
        }
        if about.len() > LARGEST {
            return Err(unfit("it has more than a megabyte, which is all that Step Functions takes"));
        }
        Self::of(&from, &std::fs::read(file).map_err(unreadable)?)
    }

    /// The definition in this text, which comes `from` there.
    ///
    /// # Errors
    /// As for [`Machine::read`].
    pub fn of(from: &str, text: &[u8]) -> Result<Self> {
        let unfit = |fault: &str| Error::DefinitionUnfinished { from: from.to_owned(), faults: vec![fault.to_owned()] };
        // Editors put a mark there that nobody sees.
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        // Names and comments are repeated in what is said of the machine.
        if holds_card_number(&String::from_utf8_lossy(text)) {
            return Err(unfit("it holds what looks like the number of a card, which is repeated nowhere: take it out"));
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(unfit("it is empty"));
        }
        let definition: Value = serde_json::from_slice(text).map_err(|error| Error::DefinitionNotJson {
            from: from.to_owned(),
            line: error.line(),
            column: error.column(),
            ends: error.is_eof(),
        })?;
        let graph = Graph::of(&definition)
            .map_err(|_| unfit("it is no state machine: an object with an object States is needed"))?;
        let mut machine = Self { definition, graph };
        let mut faults = machine.graph.flaws.clone();
        faults.extend(machine.two_ways());
        faults.extend(machine.other_language());
        faults.extend(machine.branches());
        faults.extend(machine.endless());
        faults.extend(machine.take_names());
        if faults.is_empty() { Ok(machine) } else { Err(Error::DefinitionUnfinished { from: from.to_owned(), faults }) }
    }

    /// The definition with everything that it names put in, ready to be deployed.
    pub(super) fn with(&self, names: &Names) -> String {
        let text = self.definition.to_string();
        names.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
    }

    /// What the definition says of a state.
    pub(super) fn state(&self, name: &str) -> &Value {
        self.definition.get("States").and_then(|states| states.get(name)).unwrap_or(&Value::Null)
    }

    /// The names of all states of which this holds, in the order in which they can be reached.
    pub(super) fn states_that(&self, holds: impl Fn(&Value) -> bool) -> Vec<&str> {
        let names = self.graph.states.iter().map(|state| state.name.as_str());
        names.filter(|name| holds(self.state(name))).collect()
    }

    /// The definition's own field of that name, such as `TimeoutSeconds`.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.definition.get(name)
    }

    fn other_language(&self) -> Option<String> {
        let language = |value: &Value| value.get("QueryLanguage").and_then(Value::as_str) == Some("JSONata");
        let state = self.states_that(language).first().map(|name| (*name).to_owned());
        let place = if language(&self.definition) { Some("the machine".to_owned()) } else { state };
        place.map(|place| {
            format!("{place} is written in JSONata: the lab is in JSONPath, which Workflow Studio offers as its other query language")
        })
    }

    /// States that end the machine and lead on.
    fn two_ways(&self) -> Option<String> {
        let both =
            self.states_that(|state| state.get("End") == Some(&Value::Bool(true)) && state.get("Next").is_some());
        both.first().map(|name| format!("{name} has End and Next, of which it may have one"))
    }

    /// States whose branches the check does not look into: an engine's history need not tell what ran in them.
    fn branches(&self) -> Option<String> {
        let has_branches = |state: &&State| matches!(state.kind, StateKind::Parallel | StateKind::Map);
        let names: Vec<_> = self.graph.states.iter().filter(has_branches).map(|state| state.name.as_str()).collect();
        let named = names.join(", ");
        (!names.is_empty()).then(|| {
            format!("{named}: the check does not look into a Parallel or a Map, so let tasks follow each other")
        })
    }

    /// States that lead to each other for ever, because none of them has another way on. A task may fail, and so end it.
    fn endless(&self) -> Option<String> {
        let mut walked = Vec::new();
        let mut at = self.graph.start?;
        while !walked.contains(&at) {
            if self.graph.states.get(at).is_none_or(|state| state.kind == StateKind::Task) {
                return None;
            }
            walked.push(at);
            let mut ways = self.graph.ways_out(at).filter(|edge| !edge.kind.is_catch());
            match (ways.next(), ways.next()) {
                (Some(only), None) if only.kind == EdgeKind::Next => at = only.to,
                _ => return None,
            }
        }
        let circle = walked.iter().skip_while(|state| **state != at).chain([&at]);
        let names: Vec<_> =
            circle.filter_map(|state| self.graph.states.get(*state)).map(|state| state.name.as_str()).collect();
        Some(format!("{} goes round in a circle that nothing ends", names.join(" → ")))
    }

    /// Puts the template's names in the place of those of an account, and says what is none of this stack's.
    fn take_names(&mut self) -> Vec<String> {
        let mut faults = Vec::new();
        for state in self.graph.states.iter().filter(|state| state.kind == StateKind::Task) {
            let task = self.definition.get_mut("States").and_then(|states| states.get_mut(&state.name));
            let Some(task) = task else { continue };
            if let Err(fault) = take_names_of(task) {
                faults.push(format!("{} {fault}", state.name));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::names::{Does, does};
    use super::*;

    fn register(function: &str) -> Value {
        json!({
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Parameters": { "FunctionName": function, "Payload": { "action": "register" } }
        })
    }

    fn one(state: Value) -> Value {
        json!({ "StartAt": "RegisterFare", "States": { "RegisterFare": state } })
    }

    fn read(definition: &Value) -> Result<Machine> {
        Machine::of("mine.json", definition.to_string().as_bytes())
    }

    fn faults(definition: &Value) -> Vec<String> {
        match read(definition) {
            Err(Error::DefinitionUnfinished { faults, .. }) => faults,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_function_may_be_named_as_the_template_does_or_as_an_account_does() {
        let names = Names::from([("RegisterFareFunctionArn".to_owned(), "the function".to_owned())]);
        for name in [
            "${RegisterFareFunctionArn}",
            "arn:aws:lambda:eu-west-1:123456789012:function:rides-RegisterFareFunction-aB3:live",
            "rides-RegisterFareFunction-aB3",
        ] {
            let machine = read(&one(register(name))).unwrap();
            assert!(machine.with(&names).contains(r#""FunctionName":"the function""#), "{name}");
        }
        let direct = json!({
            "Type": "Task", "End": true, "Parameters": { "action": "register" },
            "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:rides-RegisterFareFunction-aB3:live",
        });
        assert!(read(&one(direct)).unwrap().with(&names).contains(r#""Resource":"the function""#));
    }

    #[test]
    fn what_this_stack_does_not_have_is_said_with_what_it_has() {
        let fault = &faults(&one(register("Charge")))[0];
        assert!(
            fault.starts_with("RegisterFare names the function `Charge`, which this stack does not have"),
            "{fault}"
        );
        assert!(fault.contains("RegisterFareFunction, DecideFareFunction"), "{fault}");
        let mut other = register("${RegisterFareFunctionArn}");
        other["Parameters"]["Payload"]["action"] = json!("charge");
        let fault = &faults(&one(other.clone()))[0];
        assert!(fault.contains("sends the action `charge` to RegisterFareFunction, which knows `register`"), "{fault}");
        other["Parameters"]["Payload"] = json!({});
        assert!(faults(&one(other.clone()))[0].contains("sends no `action` that the check can read"));
        other["Resource"] = json!("arn:aws:states:::sqs:sendMessage");
        assert!(faults(&one(other))[0].contains("calls `arn:aws:states:::sqs:sendMessage`, which the lab has not"));
    }

    #[test]
    fn a_state_that_is_named_and_not_there_is_a_fault() {
        let definition = json!({ "StartAt": "Begin", "States": { "Begin": { "Type": "Pass", "Next": "ChargeFare" } } });
        assert_eq!(faults(&definition), ["ChargeFare is named and not defined"]);
    }

    #[test]
    fn a_circle_without_a_way_out_is_a_fault_and_one_with_a_choice_is_none() {
        let endless = json!({ "StartAt": "A", "States": {
            "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "Next": "A" } } });
        assert_eq!(faults(&endless), ["A → B → A goes round in a circle that nothing ends"]);
        let chosen = json!({ "StartAt": "A", "States": {
            "A": { "Type": "Choice", "Default": "A", "Choices": [{ "Variable": "$.b", "IsPresent": true, "Next": "B" }] },
            "B": { "Type": "Succeed" } } });
        assert!(read(&chosen).is_ok());
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place_and_what_is_no_machine_as_such() {
        let error = Machine::of("mine.json", b"{\n  \"StartAt\": }").unwrap_err().to_string();
        assert!(error.contains("mine.json") && error.contains("line 2"), "{error}");
        for (text, said) in [
            (b"[]".as_slice(), "it is no state machine"),
            (b" \n", "it is empty"),
            (br#"{"Comment": "4242 4242 4242 4242", "States": {}}"#, "the number of a card, which is repeated nowhere"),
            (br#"{"States": {"#, "where it ends too soon"),
        ] {
            let error = Machine::of("mine.json", text).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("4242"), "{error}");
        }
        let marked =
            [b"\xef\xbb\xbf".as_slice(), one(register("${RegisterFareFunctionArn}")).to_string().as_bytes()].concat();
        assert!(Machine::of("mine.json", &marked).is_ok());
    }

    #[test]
    fn an_alias_that_is_missing_and_an_end_that_leads_on_are_faults() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:rides-RegisterFareFunction-aB3";
        for arn in [arn.to_owned(), format!("{arn}:$LATEST")] {
            assert!(faults(&one(register(&arn)))[0].contains("names RegisterFareFunction without `:live`"), "{arn}");
        }
        let mut definition = one(register("${RegisterFareFunctionArn}"));
        definition["States"]["RegisterFare"]["Next"] = json!("RegisterFare");
        assert!(faults(&definition)[0].contains("RegisterFare has End and Next"));
    }

    #[test]
    fn branches_are_refused_since_what_runs_in_them_would_not_be_seen() {
        let definition = json!({ "StartAt": "Both", "States": {
            "Both": { "Type": "Parallel", "Branches": [one(register("${RegisterFareFunctionArn}"))], "End": true } } });
        assert!(faults(&definition)[0].starts_with("Both: the check does not look into a Parallel"));
    }

    #[test]
    fn the_other_query_language_is_named() {
        let mut definition = one(register("${RegisterFareFunctionArn}"));
        definition["QueryLanguage"] = json!("JSONata");
        assert!(faults(&definition)[0].contains("JSONata"));
    }

    #[test]
    fn the_finished_machine_is_one_that_can_be_deployed() {
        let machine = Machine::read(Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../statemachine/fare-collection.asl.json"
        )));
        let machine = machine.unwrap();
        assert_eq!(does(machine.state("ChargeFare")), Some(Does::Asks("charge".to_owned())));
        assert_eq!(does(machine.state("NotifySuccess")), Some(Does::Publishes));
        assert_eq!(does(machine.state("BeginSaga")), None);
    }
}
