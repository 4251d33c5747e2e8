//! What a picture shows, before it is known how: boxes, and the lines between them.

use super::model::{EdgeKind, Graph, State, StateKind};
use super::path::{Path, Visits, Walk};
use super::text::wrapped;

/// The longest line of a label, in letters, unless a word is longer.
const LABEL_LETTERS: usize = 26;

/// A graph with the path that was taken through it.
#[derive(Debug)]
pub(super) struct Drawing<'a> {
    pub(super) graph: &'a Graph,
    /// Whose path it is.
    pub(super) title: Option<&'a str>,
    pub(super) lines: Vec<Line>,
    walk: Option<Walk>,
}

/// A line from one state to another. Ways of one kind between the same states are one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it is taken because of an error.
    pub(super) caught: bool,
    /// When it is taken, in lines.
    pub(super) label: Vec<String>,
    pub(super) taken: bool,
}

impl<'a> Drawing<'a> {
    pub(super) fn of(graph: &'a Graph, path: Option<&'a Path>) -> Self {
        let walk = path.map(|path| path.through(graph));
        let mut lines: Vec<Line> = Vec::new();
        for (number, edge) in graph.edges.iter().enumerate() {
            let errors = walk.as_ref().and_then(|walk| walk.edges.get(&number));
            let caught = edge.kind.is_catch();
            let label = match errors {
                Some(errors) if !errors.is_empty() => errors.clone(),
                Some(_) | None => label(graph, number),
            };
            let same = lines.iter_mut().find(|line| (line.from, line.to, line.caught) == (edge.from, edge.to, caught));
            match same {
                // What a path came along says more than what it could have come along.
                Some(line) if errors.is_some() && !line.taken => (line.label, line.taken) = (label, true),
                Some(line) if line.taken && errors.is_none() => {}
                Some(line) => line.label.extend(label),
                None => lines.push(Line { from: edge.from, to: edge.to, caught, label, taken: errors.is_some() }),
            }
        }
        Self { graph, title: path.map(|path| path.title.as_str()), lines, walk }
    }

    /// When a state was entered; `None` where it was not, or where there is no path.
    pub(super) fn visits(&self, state: usize) -> Option<&Visits> {
        self.walk.as_ref()?.visits.get(&state)
    }

    /// Whether there is a path and it does not lead here.
    pub(super) fn is_passed_over(&self, state: usize) -> bool {
        self.walk.is_some() && self.visits(state).is_none()
    }

    /// Whether there is a path and it does not take this line.
    pub(super) fn is_left_out(&self, line: &Line) -> bool {
        self.walk.is_some() && !line.taken
    }
}

/// What a state is, in a few words.
pub(super) fn kind(state: &State) -> String {
    match (&state.calls, &state.kind) {
        (Some(calls), StateKind::Task) => format!("task · {calls}"),
        (_, kind) => kind.word().to_owned(),
    }
}

/// When an edge is taken, in lines.
fn label(graph: &Graph, number: usize) -> Vec<String> {
    let Some(edge) = graph.edges.get(number) else { return Vec::new() };
    match &edge.kind {
        EdgeKind::Next => Vec::new(),
        EdgeKind::Choice(condition) => wrapped(condition, LABEL_LETTERS),
        EdgeKind::Default => vec!["otherwise".to_owned()],
        EdgeKind::Catch(errors) => {
            let before = graph.edges.iter().take(number);
            let others = before.filter(|other| other.from == edge.from && other.kind.is_catch()).count() > 0;
            let other =
                |error: &String| if others { error.replace("any error", "any other error") } else { error.clone() };
            errors.iter().map(other).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::Step;
    use super::*;

    fn graph() -> Graph {
        Graph::of(&json!({ "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Resource": "arn:aws:lambda:x", "Next": "Good", "Catch": [
                { "ErrorEquals": ["Declined"], "Next": "Bad" }, { "ErrorEquals": ["States.ALL"], "Next": "Bad" }] },
            "Good": { "Type": "Succeed" },
            "Bad": { "Type": "Fail" },
        }}))
        .unwrap()
    }

    #[test]
    fn ways_of_one_kind_between_the_same_states_are_one_line() {
        let graph = graph();
        let drawing = Drawing::of(&graph, None);
        let labels: Vec<_> = drawing.lines.iter().map(|line| line.label.join("; ")).collect();
        assert_eq!(labels, ["", "Declined; any other error"]);
        assert!(!drawing.is_passed_over(2) && !drawing.is_left_out(&drawing.lines[0]));
    }

    #[test]
    fn a_line_that_was_taken_says_for_which_error() {
        let step = |state: &str, error: Option<&str>| Step {
            state: state.to_owned(),
            attempts: 1,
            error: error.map(str::to_owned),
        };
        let steps = vec![step("Ask", Some("Sandbox.Timedout")), step("Bad", None)];
        let path = Path { title: "one".to_owned(), steps };
        let graph = graph();
        let drawing = Drawing::of(&graph, Some(&path));
        assert_eq!(drawing.lines[1].label, ["Sandbox.Timedout"]);
        assert!(drawing.lines[1].taken && drawing.is_left_out(&drawing.lines[0]));
        assert!(drawing.is_passed_over(1) && !drawing.is_passed_over(2));
    }

    #[test]
    fn a_task_says_what_it_calls() {
        assert_eq!(kind(&graph().states[0]), "task · lambda");
    }
}
