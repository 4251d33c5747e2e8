//! Where everything is from top to bottom, and the lines: down, across in a lane of their own, and down again.

use super::columns::Ports;
use super::items::{LABEL_MARGIN, Rows, What};
use super::{Layout, Plan, Point, at, number, set};

/// The room between two rows without lanes.
const ROW_GAP: i32 = 14;
/// What each lane adds to it.
const LANE: i32 = 12;
/// How far things that share a lane keep from each other.
const LANE_DISTANCE: i32 = 16;
/// One line upon another is worse than this many crossings.
const OVERLAP: i32 = 10;
/// The room around the whole.
const MARGIN: i32 = 16;

/// A line without a break, for one or more links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Stroke {
    /// Its corners, from the upper to the lower end.
    pub(in super::super) points: Vec<Point>,
    /// The links that it is a part of.
    pub(in super::super) links: Vec<usize>,
    /// Whether it ends at a node: at its last point, or at its first if it leads up.
    pub(in super::super) arrow: bool,
    /// Whether it leads up.
    pub(in super::super) back: bool,
}

/// What goes across between two rows to one item, at one of its ports.
struct Crossing {
    segments: Vec<usize>,
    tops: Vec<i32>,
    bottom: i32,
}

impl Crossing {
    fn from(&self) -> i32 {
        self.tops.iter().copied().chain([self.bottom]).min().unwrap_or_default()
    }

    fn to(&self) -> i32 {
        self.tops.iter().copied().chain([self.bottom]).max().unwrap_or_default()
    }

    fn spans(&self, x: i32) -> bool {
        self.from() < x && x < self.to()
    }

    fn meets(&self, other: &Self) -> bool {
        self.from() - LANE_DISTANCE < other.to() && other.from() - LANE_DISTANCE < self.to()
    }

    /// What it costs to have this one above the other one.
    fn cost_above(&self, other: &Self) -> i32 {
        let through_self = number(other.tops.iter().filter(|x| self.spans(**x)).count());
        let through_other = i32::from(other.spans(self.bottom));
        let upon = number(other.tops.iter().filter(|x| **x == self.bottom).count());
        through_self + through_other + OVERLAP * upon
    }
}

/// Draws the lines.
pub(super) fn draw(plan: &Plan, rows: &Rows, ports: &[Ports], columns: &[i32]) -> Layout {
    let ends: Vec<(i32, i32)> = rows
        .segments
        .iter()
        .zip(ports)
        .map(|(s, port)| (MARGIN + at(columns, s.upper) + port.upper, MARGIN + at(columns, s.lower) + port.lower))
        .collect();
    // The segments' lanes, and the top and the bottom of each row.
    let mut lanes = vec![0; rows.segments.len()];
    let mut bands: Vec<(i32, i32)> = Vec::new();
    let mut top = MARGIN;
    for (row, segments) in rows.rows.iter().zip(rows.below()) {
        let height = row.iter().map(|item| rows.item(*item).height).max().unwrap_or_default();
        bands.push((top, top + height));
        top += height + ROW_GAP;
        for (crossing, lane) in in_lanes(crossings(rows, &ends, &segments)) {
            top = top.max(at(&bands, bands.len() - 1).1 + ROW_GAP + LANE * (lane + 1));
            for segment in crossing.segments {
                set(&mut lanes, segment, lane);
            }
        }
    }
    let mut layout = things(plan, rows, columns, &bands);
    for (number, (segment, (from, to))) in rows.segments.iter().zip(ends).enumerate() {
        let (upper, lower) = (rows.item(segment.upper), rows.item(segment.lower));
        let (above, below) = (at(&bands, upper.row), at(&bands, lower.row));
        let is_node = |what: What| matches!(what, What::Node(_));
        // Through the rows of labels and passing lines the line goes on by itself.
        let first = if is_node(upper.what) { i32::midpoint(above.0 + above.1, upper.height) } else { above.1 };
        let last = if is_node(lower.what) { i32::midpoint(below.0 + below.1, -lower.height) } else { below.1 };
        let lane = above.1 + i32::midpoint(ROW_GAP, LANE) + LANE * at(&lanes, number);
        let mut points = vec![Point { x: from, y: first }];
        if from != to {
            points.extend([Point { x: from, y: lane }, Point { x: to, y: lane }]);
        }
        points.push(Point { x: to, y: last });
        let arrow = if segment.back { is_node(upper.what) } else { is_node(lower.what) };
        layout.strokes.push(Stroke { points, links: at(&rows.links, number), arrow, back: segment.back });
    }
    layout
}

/// Where nodes and labels are.
fn things(plan: &Plan, rows: &Rows, columns: &[i32], bands: &[(i32, i32)]) -> Layout {
    let mut layout = Layout {
        nodes: vec![Point::default(); plan.nodes.len()],
        labels: vec![None; plan.links.len()],
        height: bands.last().map_or(0, |(_, bottom)| *bottom) + MARGIN,
        ..Layout::default()
    };
    for (item, x) in rows.items.iter().zip(columns.iter().map(|column| column + MARGIN)) {
        let (top, bottom) = at(bands, item.row);
        layout.width = layout.width.max(x + item.right + MARGIN);
        match item.what {
            What::Node(node) => set(&mut layout.nodes, node, Point { x, y: i32::midpoint(top, bottom) }),
            What::Label(link) => {
                let y = i32::midpoint(top + bottom, -item.height);
                set(&mut layout.labels, link, Some(Point { x: x + LABEL_MARGIN, y }));
            }
            What::Passing => {}
        }
    }
    layout
}

/// The crossings with the lane of each, from the top.
fn in_lanes(mut order: Vec<Crossing>) -> Vec<(Crossing, i32)> {
    // Swapping what follows each other for as long as it helps.
    let mut better = true;
    while better {
        better = false;
        for place in 1..order.len() {
            let (Some(one), Some(other)) = (order.get(place - 1), order.get(place)) else { continue };
            if other.cost_above(one) < one.cost_above(other) {
                order.swap(place - 1, place);
                better = true;
            }
        }
    }
    let mut lanes: Vec<(Crossing, i32)> = Vec::new();
    for crossing in order {
        let above = lanes.iter().filter(|(other, _)| other.meets(&crossing));
        let lane = above.map(|(_, lane)| lane + 1).max().unwrap_or_default();
        lanes.push((crossing, lane));
    }
    lanes
}

/// What goes across among these segments.
fn crossings(rows: &Rows, ends: &[(i32, i32)], segments: &[usize]) -> Vec<Crossing> {
    let mut found: Vec<(usize, Crossing)> = Vec::new();
    for segment in segments {
        let ((top, bottom), lower) = (at(ends, *segment), rows.segment(*segment).lower);
        if top == bottom {
            continue;
        }
        match found.iter_mut().find(|(item, crossing)| (*item, crossing.bottom) == (lower, bottom)) {
            Some((_, crossing)) => {
                crossing.segments.push(*segment);
                crossing.tops.push(top);
            }
            None => found.push((lower, Crossing { segments: vec![*segment], tops: vec![top], bottom })),
        }
    }
    found.sort_by_key(|(_, crossing)| (crossing.from(), crossing.to()));
    found.into_iter().map(|(_, crossing)| crossing).collect()
}
