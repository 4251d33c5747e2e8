//! The picture as SVG: light or dark as its reader likes it, kinds told by shape and word and not by colour alone.

mod ink;
mod live;
mod shape;

use std::fmt::Write;

use super::drawing::{Drawing, Line, kind};
use super::layout::{Layout, Link, Node, Plan, Point, Stroke, lay_out};
use super::model::{Graph, StateKind};
use super::path::Path;
use super::text::{bold_width, width};
use ink::STYLE;
pub use live::{style, to_live_svg};

const NAME_SIZE: i32 = 13;
const KIND_SIZE: i32 = 11;
const LABEL_SIZE: i32 = 11;
const LABEL_LINE: i32 = 14;
const BOX_HEIGHT: i32 = 44;
const START: Node = Node { width: 14, height: 14, good_end: false };
/// The room for the title, where there is one.
const TITLE_HEIGHT: i32 = 34;
/// The room for what explains the lines.
const LEGEND_HEIGHT: i32 = 26;
/// The radius of a line's corners.
const CORNER: i32 = 6;

/// Draws a machine, or the path that was taken through it.
#[must_use]
pub fn to_svg(graph: &Graph, path: Option<&Path>) -> String {
    let drawing = Drawing::of(graph, path);
    let plan = plan(&drawing);
    let layout = lay_out(&plan);
    let mut svg = Svg::default();
    svg.draw(&drawing, &plan, &layout);
    svg.text
}

/// The states as nodes, and one more from which the first is entered.
fn plan(drawing: &Drawing<'_>) -> Plan {
    let graph = drawing.graph;
    let mut nodes: Vec<Node> = graph
        .states
        .iter()
        .map(|state| {
            let room = if state.kind == StateKind::Choice || state.kind == StateKind::Pass { 44 } else { 30 };
            let width = bold_width(&state.name, NAME_SIZE).max(width(&kind(state), KIND_SIZE)) + room;
            Node { width: width.max(110) / 2 * 2, height: BOX_HEIGHT, good_end: state.kind == StateKind::Succeed }
        })
        .collect();
    let mut links: Vec<Link> = drawing
        .lines
        .iter()
        .map(|line| {
            let widest = line.label.iter().map(|words| label_width(words, line.taken)).max();
            let height = LABEL_LINE * i32::try_from(line.label.len()).unwrap_or(i32::MAX);
            Link { from: line.from, to: line.to, aside: line.caught, label: widest.map(|width| (width, height)) }
        })
        .collect();
    let start = graph.start.map(|first| {
        nodes.push(START);
        links.push(Link { from: graph.states.len(), to: first, aside: false, label: None });
        graph.states.len()
    });
    Plan { nodes, links, start }
}

fn label_width(words: &str, taken: bool) -> i32 {
    if taken { bold_width(words, LABEL_SIZE) } else { width(words, LABEL_SIZE) }
}

#[derive(Default)]
struct Svg {
    text: String,
    /// Whether what can change has a handle for whoever changes it.
    live: bool,
}

impl Svg {
    fn put(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn draw(&mut self, drawing: &Drawing<'_>, plan: &Plan, layout: &Layout) {
        let title = drawing.title.unwrap_or_default();
        let legend = legend(drawing);
        let legend_width: i32 = legend.iter().map(|(_, words)| width(words, LABEL_SIZE) + 56).sum();
        let wide = layout.width.max(legend_width + 32).max(bold_width(title, 15) + 32);
        let above = if drawing.title.is_some() { TITLE_HEIGHT } else { 0 };
        let high = above + layout.height + LEGEND_HEIGHT;
        self.put(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
             role=\"img\">"
        ));
        let comment = drawing.graph.comment.as_deref().unwrap_or("A state machine.");
        self.put(&format!("<title>{}</title>", escaped(drawing.title.unwrap_or(comment))));
        self.put(&format!("<style>{STYLE}</style>"));
        self.put(&format!("<rect class=\"ground\" width=\"{wide}\" height=\"{high}\"/>"));
        if drawing.title.is_some() {
            self.put(&format!("<text class=\"title\" x=\"16\" y=\"27\">{}</text>", escaped(title)));
        }
        self.put(&format!("<g transform=\"translate(0 {above})\">"));
        self.strokes(drawing, plan, layout);
        for (line, place) in drawing.lines.iter().zip(&layout.labels) {
            if let Some(place) = place {
                self.label(drawing, line, *place);
            }
        }
        let nodes = plan.nodes.iter().zip(&layout.nodes);
        for (number, (node, middle)) in nodes.enumerate() {
            self.node(drawing, number, *node, *middle);
        }
        self.put("</g>");
        self.legend(&legend, high - LEGEND_HEIGHT / 2 - 4);
        self.put("</svg>");
    }

    /// What was taken is drawn last, so that it lies on top.
    fn strokes(&mut self, drawing: &Drawing<'_>, plan: &Plan, layout: &Layout) {
        let taken = |stroke: &Stroke| stroke.links.iter().any(|link| is_taken(drawing, *link));
        for on_top in [false, true] {
            for stroke in layout.strokes.iter().filter(|stroke| taken(stroke) == on_top) {
                let caught = stroke.links.iter().filter_map(|link| plan.links.get(*link)).all(|link| link.aside);
                let weight = if on_top {
                    " taken"
                } else if drawing.title.is_some() {
                    " dim"
                } else {
                    ""
                };
                let class = format!("{}{weight}", if caught { "caught" } else { "way" });
                let data = shape::line(&stroke.points, CORNER);
                self.open(|| live::stroke(plan, stroke));
                if caught {
                    // Dashes upon the dashes of another line would make a line without gaps.
                    self.put(&format!("<path class=\"line under{weight}\" d=\"{data}\"/>"));
                }
                self.put(&format!("<path class=\"line {class}\" d=\"{data}\"/>"));
                if let Some(tip) = tip(stroke) {
                    let base = if stroke.back { tip.y + 9 } else { tip.y - 9 };
                    let head = format!("{},{} {},{base} {},{base}", tip.x, tip.y, tip.x - 5, tip.x + 5);
                    self.put(&format!("<polygon class=\"head {class}\" points=\"{head}\"/>"));
                }
                self.close();
            }
        }
    }

    /// What can change stands in a group of its own, where the picture is a live one.
    fn open(&mut self, group: impl FnOnce() -> String) {
        if self.live {
            self.put(&group());
        }
    }

    fn close(&mut self) {
        if self.live {
            self.put("</g>");
        }
    }

    fn label(&mut self, drawing: &Drawing<'_>, line: &Line, place: Point) {
        let class = weight("label", line.taken, drawing.is_left_out(line));
        self.open(|| live::label(line));
        for (number, words) in (1..).zip(&line.label) {
            let y = place.y + LABEL_LINE * number - 3;
            self.put(&format!("<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>", place.x, escaped(words)));
        }
        self.close();
    }

    fn node(&mut self, drawing: &Drawing<'_>, number: usize, node: Node, middle: Point) {
        let Some(state) = drawing.graph.states.get(number) else {
            self.put(&format!("<circle class=\"start\" cx=\"{}\" cy=\"{}\" r=\"7\"/>", middle.x, middle.y));
            return;
        };
        let visits = drawing.visits(number);
        let class = weight(ink::class(&state.kind), visits.is_some(), drawing.is_passed_over(number));
        self.open(|| live::state(number, state, node, middle));
        for outline in shape::outlines(&state.kind, middle, node.width / 2, node.height / 2) {
            self.put(&format!("<path class=\"box {class}\" d=\"{outline}\"/>"));
        }
        let (x, name, below) = (middle.x, middle.y - 2, middle.y + 14);
        let words = weight("", visits.is_some(), drawing.is_passed_over(number));
        self.put(&format!("<text class=\"name {words}\" x=\"{x}\" y=\"{name}\">{}</text>", escaped(&state.name)));
        self.put(&format!("<text class=\"kind {words}\" x=\"{x}\" y=\"{below}\">{}</text>", escaped(&kind(state))));
        if let Some(visits) = visits {
            let top = middle.y - node.height / 2;
            self.badge(&visits.words(), middle.x - node.width / 2 + 2, top);
            if visits.attempts > 1 {
                self.badge(&format!("×{}", visits.attempts), middle.x + node.width / 2 - 2, top);
            }
        }
        self.close();
    }

    fn badge(&mut self, words: &str, x: i32, y: i32) {
        let wide = (bold_width(words, LABEL_SIZE) + 10).max(18);
        let (left, top, base) = (x - wide / 2, y - 9, y + 4);
        let shape = format!("x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"18\" rx=\"9\"");
        self.put(&format!("<rect class=\"badge\" {shape}/>"));
        self.put(&format!("<text class=\"number\" x=\"{x}\" y=\"{base}\">{}</text>", escaped(words)));
    }

    fn legend(&mut self, legend: &[(&str, &str)], y: i32) {
        let mut x = 16;
        for (class, words) in legend {
            match class.strip_prefix('=') {
                Some(badge) => self.badge(badge, x + 14, y),
                None => self.put(&format!("<path class=\"line {class}\" d=\"M{x} {y}H{}\"/>", x + 28)),
            }
            self.put(&format!("<text class=\"label\" x=\"{}\" y=\"{}\">{words}</text>", x + 36, y + 4));
            x += width(words, LABEL_SIZE) + 56;
        }
    }
}

/// What the lines and badges of this picture mean: a class, or after `=` the text of a badge, and words.
fn legend(drawing: &Drawing<'_>) -> Vec<(&'static str, &'static str)> {
    let mut legend = vec![("way", "goes on")];
    if drawing.lines.iter().any(|line| line.caught) {
        legend.push(("caught", "an error is caught"));
    }
    if drawing.title.is_some() {
        legend.extend([("way taken", "taken"), ("=1", "in this order"), ("=×2", "attempts")]);
    }
    legend
}

/// Whether a link was taken; the one into the first state is if there is a path.
fn is_taken(drawing: &Drawing<'_>, link: usize) -> bool {
    drawing.lines.get(link).map_or(drawing.title.is_some(), |line| line.taken)
}

/// Where the head of a line points to.
fn tip(stroke: &Stroke) -> Option<Point> {
    let end = if stroke.back { stroke.points.first() } else { stroke.points.last() };
    end.copied().filter(|_| stroke.arrow)
}

fn weight(class: &str, taken: bool, dim: bool) -> String {
    let mut classes = class.to_owned();
    if taken {
        classes.push_str(" taken");
    }
    if dim {
        classes.push_str(" dim");
    }
    classes.trim_start().to_owned()
}

/// Text as XML takes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        let _always_written = match letter {
            '&' => escaped.write_str("&amp;"),
            '<' => escaped.write_str("&lt;"),
            '>' => escaped.write_str("&gt;"),
            '"' => escaped.write_str("&quot;"),
            control if control.is_control() => escaped.write_char(' '),
            other => escaped.write_char(other),
        };
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::Step;
    use super::*;

    fn graph() -> Graph {
        Graph::of(&json!({ "StartAt": "Ask <b>", "States": {
            "Ask <b>": { "Type": "Task", "Next": "Good", "Catch": [{ "ErrorEquals": ["A&B"], "Next": "Bad" }] },
            "Good": { "Type": "Succeed" },
            "Bad": { "Type": "Fail" },
        }}))
        .unwrap()
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let svg = to_svg(&graph(), None);
        assert!(svg.contains(">Ask &lt;b&gt;<") && svg.contains(">A&amp;B<") && !svg.contains("<b>"), "{svg}");
        assert_eq!(escaped("a\u{0}\"b"), "a &quot;b");
    }

    #[test]
    fn without_a_path_nothing_is_dimmed_or_numbered() {
        let svg = to_svg(&graph(), None);
        assert!(!svg.contains(" dim\"") && !svg.contains("class=\"badge\"") && !svg.contains(" taken\""), "{svg}");
    }

    #[test]
    fn a_path_is_numbered_with_its_attempts_and_the_rest_is_dimmed() {
        let step = |state: &str, attempts| Step { state: state.to_owned(), attempts, error: None };
        let path = Path { title: "fare 1".to_owned(), steps: vec![step("Ask <b>", 3), step("Good", 0)] };
        let svg = to_svg(&graph(), Some(&path));
        for text in [">fare 1<", ">1<", ">2<", ">×3<", "box fail dim", "box task taken", "way taken"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }

    #[test]
    fn a_machine_without_states_is_an_empty_picture() {
        let svg = to_svg(&Graph::of(&json!({ "States": {} })).unwrap(), None);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }
}
