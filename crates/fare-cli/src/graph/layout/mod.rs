//! Where everything goes: a layered layout, in whole pixels.
//!
//! Every node gets a rank by the longest way to it, so that ways lead down; ranks between those of nodes are for labels.
//! What passes a rank, a label or a line on its way, has a place of its own there, so nothing is ever drawn over anything.
//! Lines of one kind to one node run together as soon as they can. The main way is a straight column at the left.

mod columns;
mod items;
mod lanes;
mod order;
mod ranks;

pub(super) use lanes::Stroke;

/// What is to be laid out.
#[derive(Debug)]
pub(super) struct Plan {
    /// The nodes.
    pub(super) nodes: Vec<Node>,
    /// The ways between them.
    pub(super) links: Vec<Link>,
    /// The node that everything begins at.
    pub(super) start: Option<usize>,
}

/// A node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) width: i32,
    pub(super) height: i32,
    /// Whether it is a good end: the main way leads to one, if it can.
    pub(super) good_end: bool,
}

/// A way from one node to another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it is one of those at the side; lines of both kinds never run together.
    pub(super) aside: bool,
    /// Width and height of its label.
    pub(super) label: Option<(i32, i32)>,
}

/// A point. The origin is at the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// Where everything is.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The middle of each node.
    pub(super) nodes: Vec<Point>,
    /// The top left of each link's label.
    pub(super) labels: Vec<Option<Point>>,
    /// The lines.
    pub(super) strokes: Vec<Stroke>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Lays a plan out. Links from a node to itself are left out.
pub(super) fn lay_out(plan: &Plan) -> Layout {
    let ranking = ranks::rank(plan);
    let mut rows = items::place(plan, &ranking);
    order::untangle(&mut rows);
    let ports = columns::ports(&rows);
    let columns = columns::align(&rows, &ports);
    lanes::draw(plan, &rows, &ports, &columns)
}

/// The element at a position, or what stands for nothing. Positions here always exist; the lints want it said.
fn at<T: Clone + Default>(list: &[T], position: usize) -> T {
    list.get(position).cloned().unwrap_or_default()
}

/// Changes the element at a position.
fn set<T>(list: &mut [T], position: usize, value: T) {
    if let Some(element) = list.get_mut(position) {
        *element = value;
    }
}

/// A position as a number of pixels or places.
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
