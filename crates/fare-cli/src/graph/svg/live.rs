//! The same picture for a page that lights up what an execution enters. Nothing is taken or dimmed yet; every state, line and
//! label stands in a group that names it, so that the page changes classes and words and never draws. It has no style of its
//! own: [`style`] is a sheet beside it, since the page's policy allows no style within.

use super::super::drawing::{Drawing, Line, kind};
use super::super::layout::{Node, Plan, Point, Stroke, lay_out};
use super::super::model::{Graph, State};
use super::ink::STYLE;
use super::{Svg, escaped, plan};

/// How far the badges of a state reach out of its box.
const MARGIN: i32 = 12;

/// Draws a machine for a page. A state is the group `.state`, with its number in `data-state` and its name in `data-name`;
/// a line is `.stroke` and a label `.said`, with what they stand for in `data-ways`: `1-4-caught`, from state 1 to state 4.
#[must_use]
pub fn to_live_svg(graph: &Graph) -> String {
    let drawing = Drawing::of(graph, None);
    let plan = plan(&drawing);
    let layout = lay_out(&plan);
    let mut svg = Svg { text: String::new(), live: true };
    let (left, top) = (-MARGIN, -MARGIN);
    let (wide, high) = (layout.width + 2 * MARGIN, layout.height + 2 * MARGIN);
    let said = escaped(graph.comment.as_deref().unwrap_or("A state machine."));
    svg.put(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"{left} {top} {wide} {high}\" role=\"group\" aria-label=\"{said}\">"
    ));
    svg.put("<g class=\"strokes\">");
    svg.strokes(&drawing, &plan, &layout);
    svg.put("</g>");
    for (line, place) in drawing.lines.iter().zip(&layout.labels) {
        if let Some(place) = place {
            svg.label(&drawing, line, *place);
        }
    }
    for (number, (node, middle)) in plan.nodes.iter().zip(&layout.nodes).enumerate() {
        svg.node(&drawing, number, *node, *middle);
    }
    svg.put("</svg>");
    svg.text
}

/// The colours of the picture, for whatever has the class `drawing`.
#[must_use]
pub fn style() -> String {
    format!(".drawing{{{STYLE}}}\n")
}

/// Opens the group of a line.
pub(super) fn stroke(plan: &Plan, stroke: &Stroke) -> String {
    let ways = stroke.links.iter().filter_map(|link| plan.links.get(*link));
    let ways: Vec<_> = ways.map(|link| way(link.from, link.to, link.aside)).collect();
    format!("<g class=\"stroke\" data-ways=\"{}\">", ways.join(" "))
}

/// Opens the group of a label.
pub(super) fn label(line: &Line) -> String {
    format!("<g class=\"said\" data-ways=\"{}\">", way(line.from, line.to, line.caught))
}

/// Opens the group of a state, which can be chosen, and puts the two badges there that the page fills: its place in the path,
/// and how often it was tried.
pub(super) fn state(number: usize, state: &State, node: Node, middle: Point) -> String {
    let name = escaped(&state.name);
    let (left, right) = (middle.x - node.width / 2, middle.x + node.width / 2);
    let top = middle.y - node.height / 2;
    let halo = format!(
        "<rect class=\"halo\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>",
        left - 6,
        top - 6,
        node.width + 12,
        node.height + 12
    );
    format!(
        "<g class=\"state\" data-state=\"{number}\" data-name=\"{name}\" data-kind=\"{kind}\" data-left=\"{left}\" \
         data-right=\"{right}\" data-top=\"{top}\" role=\"button\" tabindex=\"0\" aria-label=\"{name}, {kind}\">{halo}",
        kind = escaped(&kind(state)),
    )
}

fn way(from: usize, to: usize, caught: bool) -> String {
    format!("{from}-{to}-{}", if caught { "caught" } else { "way" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn graph() -> Graph {
        Graph::of(&json!({ "StartAt": "Ask <b>", "States": {
            "Ask <b>": { "Type": "Task", "Resource": "arn:aws:lambda:x", "Next": "Good",
                         "Catch": [{ "ErrorEquals": ["A&B"], "Next": "Bad" }] },
            "Good": { "Type": "Succeed" },
            "Bad": { "Type": "Fail" },
        }}))
        .unwrap()
    }

    #[test]
    fn every_state_and_every_way_has_a_handle_and_names_are_text() {
        let svg = to_live_svg(&graph());
        for handle in [
            "data-state=\"0\" data-name=\"Ask &lt;b&gt;\"",
            "data-state=\"2\"",
            "class=\"stroke\" data-ways=\"0-1-way\"",
            "class=\"said\" data-ways=\"0-2-caught\"",
            "tabindex=\"0\"",
        ] {
            assert!(svg.contains(handle), "{handle} is not in {svg}");
        }
        assert!(!svg.contains("<b>") && !svg.contains("<style") && !svg.contains(" dim"), "{svg}");
        assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
    }

    #[test]
    fn the_style_is_for_the_drawing_alone() {
        let style = style();
        assert!(style.starts_with(".drawing{") && style.ends_with("}\n"), "{style}");
    }
}
