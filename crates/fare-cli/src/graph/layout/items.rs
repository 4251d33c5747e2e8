//! What stands in each row: nodes, labels, and lines that pass.

use std::collections::BTreeMap;

use super::ranks::Ranking;
use super::{Plan, at};

/// How far a label keeps from its line.
pub(super) const LABEL_MARGIN: i32 = 7;

/// Something that has a place in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Item {
    pub(super) row: usize,
    /// How far it reaches to the left of its line.
    pub(super) left: i32,
    /// How far to the right.
    pub(super) right: i32,
    pub(super) height: i32,
    pub(super) what: What,
    /// Whether it belongs to the main way.
    pub(super) main: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum What {
    Node(usize),
    Label(usize),
    #[default]
    Passing,
}

/// A line from an item to one in the next row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Segment {
    pub(super) upper: usize,
    pub(super) lower: usize,
    pub(super) aside: bool,
    /// Whether it leads up.
    pub(super) back: bool,
    pub(super) main: bool,
}

/// The rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) items: Vec<Item>,
    pub(super) segments: Vec<Segment>,
    /// For each segment the links that it is a part of.
    pub(super) links: Vec<Vec<usize>>,
    /// The items of each row, from left to right.
    pub(super) rows: Vec<Vec<usize>>,
}

impl Rows {
    fn add(&mut self, item: Item) -> usize {
        let number = self.items.len();
        while self.rows.len() <= item.row {
            self.rows.push(Vec::new());
        }
        if let Some(row) = self.rows.get_mut(item.row) {
            row.push(number);
        }
        self.items.push(item);
        number
    }

    fn connect(&mut self, segment: Segment, link: usize) {
        let key = |segment: &Segment| (segment.upper, segment.lower, segment.back);
        let same = self.segments.iter_mut().zip(&mut self.links).find(|(other, _)| key(other) == key(&segment));
        if let Some((other, links)) = same {
            other.main |= segment.main;
            links.push(link);
        } else {
            self.segments.push(segment);
            self.links.push(vec![link]);
        }
    }

    /// The segments between each row and the next one.
    pub(super) fn below(&self) -> Vec<Vec<usize>> {
        let mut below = vec![Vec::new(); self.rows.len()];
        for (number, segment) in self.segments.iter().enumerate() {
            if let Some(row) = below.get_mut(self.item(segment.upper).row) {
                row.push(number);
            }
        }
        below
    }

    pub(super) fn segment(&self, number: usize) -> Segment {
        at(&self.segments, number)
    }

    pub(super) fn item(&self, number: usize) -> Item {
        at(&self.items, number)
    }
}

/// Puts everything into its row. Nodes are in the even ones, labels in the odd ones.
pub(super) fn place(plan: &Plan, ranking: &Ranking) -> Rows {
    let mut rows = Rows::default();
    for (number, node) in plan.nodes.iter().enumerate() {
        let half = node.width / 2;
        let (row, main) = (2 * at(&ranking.ranks, number), at(&ranking.on_main, number));
        rows.add(Item { row, left: half, right: half, height: node.height, what: What::Node(number), main });
    }
    // Where lines pass a row on their way to the same node, they are one.
    let mut passing: BTreeMap<(usize, bool, usize), usize> = BTreeMap::new();
    for (number, link) in plan.links.iter().enumerate().filter(|(_, link)| link.from != link.to) {
        let (back, main) = (at(&ranking.back, number), at(&ranking.main, number));
        let like = Segment { aside: link.aside, back, main, ..Segment::default() };
        let (top, bottom) = if back { (link.to, link.from) } else { (link.from, link.to) };
        let (first, last) = (2 * at(&ranking.ranks, top), 2 * at(&ranking.ranks, bottom));
        let label_row = if back { last.saturating_sub(1) } else { first + 1 };
        let mut above = top;
        for row in first + 1..last {
            let here = match link.label.filter(|_| row == label_row) {
                Some((width, height)) => {
                    let right = width + LABEL_MARGIN;
                    rows.add(Item { row, left: LABEL_MARGIN, right, height, what: What::Label(number), main })
                }
                None if back => rows.add(Item { row, main, ..Item::default() }),
                None => {
                    let key = (bottom, link.aside, row);
                    *passing.entry(key).or_insert_with(|| rows.add(Item { row, main, ..Item::default() }))
                }
            };
            if main && let Some(item) = rows.items.get_mut(here) {
                item.main = true;
            }
            rows.connect(Segment { upper: above, lower: here, ..like }, number);
            above = here;
        }
        rows.connect(Segment { upper: above, lower: bottom, ..like }, number);
    }
    rows
}
