//! The picture as a Mermaid flow chart, for whoever draws it elsewhere.

use super::drawing::{Drawing, kind};
use super::model::{Graph, StateKind};
use super::path::Path;

/// Writes a machine, or the path that was taken through it, as a Mermaid flow chart.
#[must_use]
pub fn to_mermaid(graph: &Graph, path: Option<&Path>) -> String {
    let drawing = Drawing::of(graph, path);
    let mut chart = Vec::new();
    if let Some(title) = drawing.title {
        chart.extend(["---".to_owned(), format!("title: {}", serde_json::Value::from(title)), "---".to_owned()]);
    }
    chart.push("flowchart TD".to_owned());
    if let Some(start) = graph.start {
        chart.push(format!("    start(( )) --> s{start}"));
    }
    for (number, state) in graph.states.iter().enumerate() {
        let mut words = escaped(&state.name);
        words.push_str(&format!("<br/>{}", escaped(&kind(state))));
        if let Some(visits) = drawing.visits(number) {
            words = format!("{} · {words}", visits.words());
            if visits.attempts > 1 {
                words.push_str(&format!(" ×{}", visits.attempts));
            }
        }
        let (open, close) = brackets(&state.kind);
        chart.push(format!("    s{number}{open}\"{words}\"{close}"));
    }
    // Links are styled by number; the one from the start is number 0.
    let first = usize::from(graph.start.is_some());
    let mut taken: Vec<String> = (0..first).filter(|_| path.is_some()).map(|number| number.to_string()).collect();
    for (number, line) in drawing.lines.iter().enumerate() {
        let arrow = if line.caught { "-.->" } else { "-->" };
        let words = line.label.iter().map(|words| escaped(words)).collect::<Vec<_>>().join("<br/>");
        let label = if words.is_empty() { String::new() } else { format!("|\"{words}\"|") };
        chart.push(format!("    s{} {arrow}{label} s{}", line.from, line.to));
        if line.taken {
            taken.push((first + number).to_string());
        }
    }
    if path.is_some() {
        chart.push("    classDef taken stroke-width:4px".to_owned());
        chart.push("    classDef dim opacity:0.4".to_owned());
        let of = |taken: bool| {
            let states = (0..graph.states.len()).filter(|state| drawing.is_passed_over(*state) != taken);
            states.map(|state| format!("s{state}")).collect::<Vec<_>>().join(",")
        };
        for (class, states) in [("taken", of(true)), ("dim", of(false))] {
            if !states.is_empty() {
                chart.push(format!("    class {states} {class}"));
            }
        }
        if !taken.is_empty() {
            chart.push(format!("    linkStyle {} stroke-width:4px", taken.join(",")));
        }
    }
    chart.push(String::new());
    chart.join("\n")
}

fn brackets(kind: &StateKind) -> (&'static str, &'static str) {
    match kind {
        StateKind::Task | StateKind::Untyped => ("[", "]"),
        StateKind::Missing => (">", "]"),
        StateKind::Choice => ("{{", "}}"),
        StateKind::Pass => ("[/", "/]"),
        StateKind::Wait => ("[\\", "/]"),
        StateKind::Parallel | StateKind::Map => ("[[", "]]"),
        StateKind::Succeed => ("([", "])"),
        StateKind::Fail => ("(((", ")))"),
    }
}

/// Text as Mermaid takes it between quotes: what could end them, begin markup or be an entity is named instead.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A number with a dot, or a dash, would begin a list.
    let mut at_start = true;
    for letter in text.chars() {
        match letter {
            '#' | '"' | '<' | '>' | '&' | '`' | '\\' | '*' | '_' | ';' => {
                escaped.push_str(&format!("#{};", u32::from(letter)));
            }
            '.' | ')' | '-' | '+' if at_start => escaped.push_str(&format!("#{};", u32::from(letter))),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
        at_start &= letter.is_ascii_digit();
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::Step;
    use super::*;

    fn graph() -> Graph {
        Graph::of(&json!({ "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Next": "end", "Catch": [{ "ErrorEquals": ["A\"B"], "Next": "Bad #1" }] },
            "end": { "Type": "Succeed" },
            "Bad #1": { "Type": "Fail" },
        }}))
        .unwrap()
    }

    #[test]
    fn names_that_mean_something_to_mermaid_are_only_text() {
        let chart = to_mermaid(&graph(), None);
        let expected = "flowchart TD\n    start(( )) --> s0\n    s0[\"Ask<br/>task\"]\n    s1([\"end<br/>succeeds\"])\n    \
            s2(((\"Bad #35;1<br/>fails\")))\n    s0 --> s1\n    s0 -.->|\"A#34;B\"| s2\n";
        assert_eq!(chart, expected);
    }

    #[test]
    fn nothing_begins_a_list() {
        assert_eq!(escaped("12. state"), "12#46; state");
        assert_eq!(escaped("- state - 1.2"), "#45; state - 1.2");
    }

    #[test]
    fn a_path_is_numbered_and_heavier_than_the_rest() {
        let step = |state: &str, attempts| Step { state: state.to_owned(), attempts, error: None };
        let path = Path { title: "fare \"1\"".to_owned(), steps: vec![step("Ask", 2), step("end", 0)] };
        let chart = to_mermaid(&graph(), Some(&path));
        for line in [
            "title: \"fare \\\"1\\\"\"",
            "    s0[\"1 · Ask<br/>task ×2\"]",
            "    class s0,s1 taken",
            "    class s2 dim",
            "    linkStyle 0,1 stroke-width:4px",
        ] {
            assert!(chart.lines().any(|written| written == line), "{line} is not in {chart}");
        }
    }
}
