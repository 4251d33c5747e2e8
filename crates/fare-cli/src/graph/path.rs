//! The path that an execution took through a graph.

use std::collections::BTreeMap;

use super::model::Graph;
use crate::scenarios::ExpectedExecution;

/// The path of one execution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// A line that says whose path it is and how it ended.
    pub title: String,
    /// The states that were entered, in order.
    pub steps: Vec<Step>,
}

/// One state that was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The state's name.
    pub state: String,
    /// How often its task was sent off; `0` for a state that is no task.
    pub attempts: u32,
    /// The error that was left after the last attempt.
    pub error: Option<String>,
}

impl Path {
    /// The path that a scenario of the demonstration is to take.
    #[must_use]
    pub fn expected(graph: &Graph, title: &str, execution: &ExpectedExecution) -> Self {
        let error = execution.notice.error();
        let steps = execution.path.iter().enumerate().map(|(number, state)| {
            let retried = execution.retried == Some(*state);
            let position = graph.position(state);
            let is_task = position.and_then(|position| graph.states.get(position)).is_some_and(|s| s.calls.is_some());
            let next = execution.path.get(number + 1).and_then(|next| graph.position(next));
            let ways: Vec<_> = graph.edges.iter().filter(|e| Some(e.from) == position && Some(e.to) == next).collect();
            let caught = !ways.is_empty() && ways.iter().all(|edge| edge.kind.is_catch());
            Step {
                state: (*state).to_owned(),
                attempts: if retried { 2 } else { u32::from(is_task) },
                error: error.filter(|_| caught).map(str::to_owned),
            }
        });
        Self { title: title.to_owned(), steps: steps.collect() }
    }

    /// What the path means for a graph.
    pub(super) fn through(&self, graph: &Graph) -> Walk {
        let mut walk = Walk::default();
        for (number, step) in (1_u32..).zip(&self.steps) {
            let Some(state) = graph.position(&step.state) else { continue };
            let visit = walk.visits.entry(state).or_default();
            visit.numbers.push(number);
            visit.attempts = visit.attempts.max(step.attempts);
        }
        for (step, next) in self.steps.iter().zip(self.steps.iter().skip(1)) {
            let ends = (graph.position(&step.state), graph.position(&next.state));
            let ways = || graph.edges.iter().enumerate().filter(|(_, e)| (Some(e.from), Some(e.to)) == ends);
            let likely = ways().find(|(_, edge)| edge.kind.is_catch() == step.error.is_some());
            let Some((edge, taken)) = likely.or_else(|| ways().next()) else { continue };
            let errors = walk.edges.entry(edge).or_default();
            if let Some(error) = step.error.as_ref().filter(|error| taken.kind.is_catch() && !errors.contains(error)) {
                errors.push(error.clone());
            }
        }
        walk
    }
}

/// A path, laid over a graph.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    /// The states that were entered, by position.
    pub(super) visits: BTreeMap<usize, Visits>,
    /// The edges that were taken, by position, each with the errors that it was taken for.
    pub(super) edges: BTreeMap<usize, Vec<String>>,
}

/// When a state was entered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Visits {
    /// The places in the path, from 1.
    pub(super) numbers: Vec<u32>,
    /// The most attempts that one visit took.
    pub(super) attempts: u32,
}

impl Visits {
    /// The numbers in a few letters.
    pub(super) fn words(&self) -> String {
        self.numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn step(state: &str, attempts: u32, error: Option<&str>) -> Step {
        Step { state: state.to_owned(), attempts, error: error.map(str::to_owned) }
    }

    fn graph() -> Graph {
        Graph::of(&json!({ "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Next": "End", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "End" }] },
            "End": { "Type": "Succeed" },
        }}))
        .unwrap()
    }

    #[test]
    fn an_error_tells_the_two_ways_between_the_same_states_apart() {
        let path = |error| Path { title: String::new(), steps: vec![step("Ask", 3, error), step("End", 0, None)] };
        let well = path(None).through(&graph());
        assert_eq!(well.edges.into_iter().collect::<Vec<_>>(), [(0, vec![])]);
        let badly = path(Some("Declined")).through(&graph());
        assert_eq!(badly.edges.into_iter().collect::<Vec<_>>(), [(1, vec!["Declined".to_owned()])]);
        assert_eq!(badly.visits[&0], Visits { numbers: vec![1], attempts: 3 });
    }

    #[test]
    fn a_state_that_the_graph_does_not_know_is_passed_over() {
        let walk = Path { title: String::new(), steps: vec![step("Elsewhere", 1, None)] }.through(&graph());
        assert_eq!(walk, Walk::default());
    }
}
