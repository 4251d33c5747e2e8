//! Reading a graph from a definition in the Amazon States Language.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::condition::condition;
use super::model::{Edge, EdgeKind, Graph, State, StateKind};
use crate::error::{Error, Result};

/// What catches every error.
const ANY: &str = "States.ALL";

impl Graph {
    /// The graph of a definition. What is unfinished in it is no error but a flaw: a name that nothing is defined under, a
    /// state that leads nowhere, a machine that does not say where it starts.
    ///
    /// # Errors
    /// [`Error::NoStateMachine`] when there is no object `States`, so that nothing can be drawn.
    pub fn of(definition: &Value) -> Result<Self> {
        let states = definition.get("States").and_then(Value::as_object).ok_or(Error::NoStateMachine)?;
        let start = definition.get("StartAt").and_then(Value::as_str);
        let names = in_order(states, start);
        let position = |name: &str| names.iter().position(|known| *known == name);
        let mut graph = Self {
            comment: text(definition, "Comment"),
            start: start.and_then(position),
            states: names.iter().map(|name| state(name, states.get(*name))).collect(),
            edges: Vec::new(),
            flaws: Vec::new(),
        };
        for (from, name) in names.iter().enumerate() {
            let ways = states.get(*name).map(ways_out).unwrap_or_default();
            let edges = ways.into_iter().filter_map(|(to, kind)| Some(Edge { from, to: position(to)?, kind }));
            graph.edges.extend(edges);
        }
        graph.flaws = flaws(&graph, states);
        Ok(graph)
    }
}

fn state(name: &str, definition: Option<&Value>) -> State {
    let kind = definition.map_or(StateKind::Missing, |state| StateKind::of(state.get("Type").and_then(Value::as_str)));
    let calls = definition.and_then(|state| state.get("Resource")?.as_str()).map(called);
    State { name: name.to_owned(), kind, calls }
}

/// `arn:aws:states:::aws-sdk:sfn:describeExecution` calls `sfn describeExecution`; a function's own ARN calls `lambda`.
fn called(resource: &str) -> String {
    let parts: Vec<&str> = resource.split(':').collect();
    match parts.as_slice() {
        [_, _, "states", _, _, "aws-sdk", service, action, ..] | [_, _, "states", _, _, service, action, ..] => {
            format!("{service} {}", action.split('.').next().unwrap_or(action))
        }
        [_, _, service, ..] => (*service).to_owned(),
        _ => resource.to_owned(),
    }
}

/// Every name: those that can be reached from the start in the order of a walk that goes broad first, then the others.
fn in_order<'a>(states: &'a Map<String, Value>, start: Option<&'a str>) -> Vec<&'a str> {
    let mut rest: Vec<&str> = states.keys().map(String::as_str).collect();
    rest.sort_unstable();
    let mut names: Vec<&str> = Vec::new();
    for root in start.into_iter().chain(rest) {
        let mut waiting = VecDeque::from([root]);
        while let Some(name) = waiting.pop_front() {
            if !names.contains(&name) {
                names.push(name);
                waiting.extend(states.get(name).map(ways_out).unwrap_or_default().into_iter().map(|(to, _)| to));
            }
        }
    }
    names
}

/// The ways out of a state, each with its target's name.
fn ways_out(state: &Value) -> Vec<(&str, EdgeKind)> {
    let list = |field: &str| state.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let next = next_of(state).map(|to| (to, EdgeKind::Next));
    let choices = list("Choices").iter().filter_map(|rule| Some((next_of(rule)?, EdgeKind::Choice(condition(rule)))));
    let default = state.get("Default").and_then(Value::as_str).map(|to| (to, EdgeKind::Default));
    let catches =
        list("Catch").iter().filter_map(|catcher| Some((next_of(catcher)?, EdgeKind::Catch(errors(catcher)))));
    next.into_iter().chain(choices).chain(default).chain(catches).collect()
}

fn next_of(way: &Value) -> Option<&str> {
    way.get("Next")?.as_str()
}

fn errors(catcher: &Value) -> Vec<String> {
    let names = catcher.get("ErrorEquals").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names = names.iter().filter_map(Value::as_str);
    names.map(|name| if name == ANY { "any error".to_owned() } else { name.to_owned() }).collect()
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field)?.as_str().map(str::to_owned)
}

fn flaws(graph: &Graph, states: &Map<String, Value>) -> Vec<String> {
    let mut flaws = Vec::new();
    if graph.start.is_none() {
        flaws.push("the machine does not say which state it starts at".to_owned());
    }
    for (position, state) in graph.states.iter().enumerate() {
        let name = &state.name;
        let ends = states.get(name).and_then(|state| state.get("End")).and_then(Value::as_bool) == Some(true);
        let way_on = graph.ways_out(position).any(|edge| !edge.kind.is_catch());
        match state.kind {
            StateKind::Missing => flaws.push(format!("{name} is named and not defined")),
            StateKind::Untyped => flaws.push(format!("{name} has no type that is known")),
            StateKind::Succeed | StateKind::Fail => {}
            StateKind::Task
            | StateKind::Choice
            | StateKind::Pass
            | StateKind::Wait
            | StateKind::Parallel
            | StateKind::Map => {
                if !ends && !way_on {
                    flaws.push(format!("{name} leads nowhere and does not end the machine"));
                }
            }
        }
        let entered = graph.start == Some(position) || graph.edges.iter().any(|edge| edge.to == position);
        if !entered {
            flaws.push(format!("nothing leads to {name}"));
        }
    }
    flaws
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named<'a>(graph: &'a Graph, edge: &Edge) -> (&'a str, &'a str) {
        (&graph.states[edge.from].name, &graph.states[edge.to].name)
    }

    #[test]
    fn every_kind_of_way_is_read_with_when_it_is_taken() {
        let graph = Graph::of(&json!({ "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Weigh",
                "Catch": [{ "ErrorEquals": ["Declined", "States.ALL"], "Next": "Bad" }] },
            "Weigh": { "Type": "Choice", "Default": "Bad",
                "Choices": [{ "Variable": "$.a.b", "StringEquals": "yes", "Next": "Good" }] },
            "Good": { "Type": "Succeed" },
            "Bad": { "Type": "Fail" },
        }}))
        .unwrap();
        let ways: Vec<_> = graph.edges.iter().map(|edge| (named(&graph, edge), edge.kind.clone())).collect();
        let any = EdgeKind::Catch(vec!["Declined".to_owned(), "any error".to_owned()]);
        let expected = [
            (("Ask", "Weigh"), EdgeKind::Next),
            (("Ask", "Bad"), any),
            (("Weigh", "Good"), EdgeKind::Choice("a.b is yes".to_owned())),
            (("Weigh", "Bad"), EdgeKind::Default),
        ];
        assert_eq!(ways, expected);
        assert_eq!((graph.start, graph.flaws.as_slice()), (Some(0), [].as_slice()));
        assert_eq!(graph.states[0].calls.as_deref(), Some("lambda invoke"));
    }

    #[test]
    fn what_is_unfinished_is_drawn_and_said() {
        let graph = Graph::of(&json!({ "States": {
            "First": { "Type": "Pass", "Next": "Nowhere" },
            "Lost": { "Type": "Task" },
            "Odd": { "Type": "Dance", "End": true },
        }}))
        .unwrap();
        let missing = &graph.states[graph.position("Nowhere").unwrap()];
        assert_eq!(missing.kind, StateKind::Missing);
        for flaw in [
            "the machine does not say which state it starts at",
            "Nowhere is named and not defined",
            "Lost leads nowhere and does not end the machine",
            "nothing leads to Lost",
            "Odd has no type that is known",
        ] {
            assert!(graph.flaws.iter().any(|said| said == flaw), "{flaw}: {:?}", graph.flaws);
        }
    }

    #[test]
    fn a_start_that_is_not_defined_is_a_state_all_the_same() {
        let graph = Graph::of(&json!({ "StartAt": "Begin", "States": {} })).unwrap();
        assert_eq!((graph.start, graph.states.len()), (Some(0), 1));
        assert_eq!(graph.flaws, ["Begin is named and not defined"]);
    }

    #[test]
    fn what_is_no_state_machine_is_refused() {
        for other in [json!({}), json!([]), json!({ "States": [] }), json!("States")] {
            assert!(matches!(Graph::of(&other), Err(Error::NoStateMachine)), "{other}");
        }
    }

    #[test]
    fn a_task_is_told_by_what_it_calls() {
        assert_eq!(called("arn:${AWSPartition}:states:::aws-sdk:sfn:describeExecution"), "sfn describeExecution");
        assert_eq!(called("arn:aws:states:::sns:publish.waitForTaskToken"), "sns publish");
        assert_eq!(called("arn:aws:lambda:us-east-1:1:function:charge"), "lambda");
    }
}
