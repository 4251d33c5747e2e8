//! Where everything is from left to right: what can be straight is straight.

use super::items::{Rows, Segment, What};
use super::{at, number, set};

/// How far lines at one side of a node keep from each other.
const PORT_DISTANCE: i32 = 26;
/// How far they keep from its corners.
const CORNER_ROOM: i32 = 15;
/// How far things in one row keep from each other.
const GAP: i32 = 18;
/// How often the columns are moved towards their neighbours.
const ROUNDS: usize = 60;

/// Where a segment leaves the upper and enters the lower item, from the middle of each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ports {
    pub(super) upper: i32,
    pub(super) lower: i32,
}

/// The ports of every segment.
pub(super) fn ports(rows: &Rows) -> Vec<Ports> {
    let mut ports = vec![Ports::default(); rows.segments.len()];
    let place = |item: usize| {
        let row = rows.rows.get(rows.item(item).row);
        number(row.and_then(|row| row.iter().position(|other| *other == item)).unwrap_or_default())
    };
    for (node, item) in rows.items.iter().enumerate().filter(|(_, item)| matches!(item.what, What::Node(_))) {
        let of = |end: fn(&Segment) -> usize| -> Vec<usize> {
            rows.segments.iter().enumerate().filter(|(_, s)| end(s) == node).map(|(number, _)| number).collect()
        };
        // Downwards every segment has a port of its own.
        let mut leaving = of(|segment| segment.upper);
        leaving.sort_by_key(|segment| place(rows.segment(*segment).lower));
        let groups: Vec<Vec<usize>> = leaving.into_iter().map(|segment| vec![segment]).collect();
        for (segment, offset) in spread(rows, &groups, item.left) {
            let lower = at(&ports, segment).lower;
            set(&mut ports, segment, Ports { upper: offset, lower });
        }
        // What arrives shares one for each kind.
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for segment in of(|segment| segment.lower) {
            let kind = |number: usize| rows.segment(number).aside;
            let same = groups
                .iter_mut()
                .find(|group| group.iter().all(|other| kind(*other) == kind(segment) && !rows.segment(*other).back));
            match same.filter(|_| !rows.segment(segment).back) {
                Some(group) => group.push(segment),
                None => groups.push(vec![segment]),
            }
        }
        groups.sort_by_key(|group| {
            let sum: i32 = group.iter().map(|segment| place(rows.segment(*segment).upper)).sum();
            100 * sum / number(group.len()).max(1)
        });
        for (segment, offset) in spread(rows, &groups, item.left) {
            let upper = at(&ports, segment).upper;
            set(&mut ports, segment, Ports { upper, lower: offset });
        }
    }
    ports
}

/// Spreads groups of segments over a side of a node. The main way keeps to the middle.
fn spread(rows: &Rows, groups: &[Vec<usize>], half: i32) -> Vec<(usize, i32)> {
    let last = number(groups.len()) - 1;
    let room = (half - CORNER_ROOM).max(0);
    let main = groups.iter().position(|group| group.iter().any(|segment| rows.segment(*segment).main)).map(number);
    let distance = match main {
        Some(main) => PORT_DISTANCE.min(room / main.max(last - main).max(1)),
        None => PORT_DISTANCE.min(2 * room / last.max(1)),
    };
    let first = main.map_or(-distance * last / 2, |main| -distance * main);
    let offsets = (0..).map(|place| first + place * distance);
    groups.iter().zip(offsets).flat_map(|(group, offset)| group.iter().map(move |segment| (*segment, offset))).collect()
}

/// Items that are moved together, and how far each of them is from their common place.
struct Blocks {
    block: Vec<usize>,
    shift: Vec<i32>,
}

/// The column of every item.
pub(super) fn align(rows: &Rows, ports: &[Ports]) -> Vec<i32> {
    let blocks = blocks(rows, ports);
    let neighbours = neighbours(rows, &blocks);
    let mut places = packed(rows, &blocks, &neighbours);
    for round in 0..ROUNDS {
        for step in 0..places.len() {
            let block = if round % 2 == 0 { places.len() - 1 - step } else { step };
            settle(rows, ports, (&blocks, &neighbours), &mut places, block);
        }
    }
    let column = |item: usize| at(&places, at(&blocks.block, item)) + at(&blocks.shift, item);
    (0..rows.items.len()).map(column).collect()
}

/// Joins the ends of segments, the most important first, wherever the rows stay in order.
fn blocks(rows: &Rows, ports: &[Ports]) -> Blocks {
    let count = rows.items.len();
    let mut blocks = Blocks { block: (0..count).collect(), shift: vec![0; count] };
    let passing = |item: usize| rows.item(item).what == What::Passing;
    let label = |item: usize| matches!(rows.item(item).what, What::Label(_));
    let importance = |segment: &Segment| match (passing(segment.upper), passing(segment.lower)) {
        _ if segment.main => 0,
        (true, true) => 1,
        _ if label(segment.lower) => 2,
        _ if !segment.aside && !segment.back => 3,
        (true, false) | (false, true) | (false, false) => 4,
    };
    let mut order: Vec<usize> = (0..rows.segments.len()).collect();
    order.sort_by_key(|number| rows.segments.get(*number).map(importance));
    for number in order {
        let segment = rows.segment(number);
        if at(&blocks.block, segment.upper) == at(&blocks.block, segment.lower) {
            continue;
        }
        let port = at(ports, number);
        let joined = joined(&blocks, segment.upper, segment.lower, port.upper - port.lower);
        if in_order(rows, &joined) {
            blocks = joined;
        }
    }
    blocks
}

/// The blocks with those of two items made one, so that the lower item is this far to the right of the upper one.
fn joined(blocks: &Blocks, upper: usize, lower: usize, distance: i32) -> Blocks {
    let (kept, given_up) = (at(&blocks.block, upper), at(&blocks.block, lower));
    let moved = at(&blocks.shift, upper) + distance - at(&blocks.shift, lower);
    let mut joined = Blocks { block: blocks.block.clone(), shift: blocks.shift.clone() };
    for item in 0..blocks.block.len() {
        if at(&blocks.block, item) == given_up {
            set(&mut joined.block, item, kept);
            set(&mut joined.shift, item, at(&blocks.shift, item) + moved);
        }
    }
    joined
}

/// Whether there is a place for every block: none is left of itself, by whatever way.
fn in_order(rows: &Rows, blocks: &Blocks) -> bool {
    let (within, between): (Vec<_>, Vec<_>) =
        neighbours(rows, blocks).into_iter().partition(|pair| pair.left == pair.right);
    if within.iter().any(|pair| pair.distance > 0) {
        return false;
    }
    let mut rest = between;
    loop {
        let free = |block: usize| !rest.iter().any(|pair| pair.right == block);
        let kept: Vec<_> = rest.iter().copied().filter(|pair| !free(pair.left)).collect();
        if kept.len() == rest.len() {
            return rest.is_empty();
        }
        rest = kept;
    }
}

/// Two blocks beside each other, and how far apart their places must be at least.
#[derive(Clone, Copy)]
struct Neighbours {
    left: usize,
    right: usize,
    distance: i32,
}

fn neighbours(rows: &Rows, blocks: &Blocks) -> Vec<Neighbours> {
    let mut found = Vec::new();
    for row in &rows.rows {
        for (left, right) in row.iter().zip(row.iter().skip(1)) {
            let apart = rows.item(*left).right + GAP + rows.item(*right).left;
            let distance = apart + at(&blocks.shift, *left) - at(&blocks.shift, *right);
            found.push(Neighbours { left: at(&blocks.block, *left), right: at(&blocks.block, *right), distance });
        }
    }
    found
}

/// Every block as far to the left as it can be.
fn packed(rows: &Rows, blocks: &Blocks, neighbours: &[Neighbours]) -> Vec<i32> {
    let mut places: Vec<i32> = (0..rows.items.len()).map(|block| leftmost(rows, blocks, block)).collect();
    let mut settled = false;
    while !settled {
        settled = true;
        for pair in neighbours {
            let least = at(&places, pair.left) + pair.distance;
            if at(&places, pair.right) < least {
                set(&mut places, pair.right, least);
                settled = false;
            }
        }
    }
    places
}

/// Where a block stands at the left edge of the picture.
fn leftmost(rows: &Rows, blocks: &Blocks, block: usize) -> i32 {
    let members = rows.items.iter().enumerate().filter(|(number, _)| at(&blocks.block, *number) == block);
    members.map(|(number, item)| item.left - at(&blocks.shift, number)).max().unwrap_or_default()
}

/// Moves a block to the middle of what it is connected with, as far as its neighbours let it.
fn settle(
    rows: &Rows,
    ports: &[Ports],
    (blocks, neighbours): (&Blocks, &[Neighbours]),
    places: &mut [i32],
    block: usize,
) {
    let members = || rows.items.iter().enumerate().filter(|(number, _)| at(&blocks.block, *number) == block);
    if members().any(|(_, item)| item.main) {
        return;
    }
    let is_label = |item: usize| matches!(rows.item(item).what, What::Label(_));
    let mut wishes: Vec<i32> = Vec::new();
    for (segment, port) in rows.segments.iter().zip(ports) {
        let (upper, lower) = (at(&blocks.block, segment.upper), at(&blocks.block, segment.lower));
        let (up, down) = (at(&blocks.shift, segment.upper) + port.upper, at(&blocks.shift, segment.lower) + port.lower);
        if upper == block && lower != block {
            wishes.push(at(places, lower) + down - up);
        } else if lower == block && upper != block {
            let wish = at(places, upper) + up - down;
            // A label is looked for where its line begins.
            wishes.extend(std::iter::repeat_n(wish, if is_label(segment.lower) { 2 } else { 1 }));
        }
    }
    wishes.sort_unstable();
    let Some(wish) = wishes.get(wishes.len() / 2) else { return };
    let mut least = leftmost(rows, blocks, block);
    let mut most = i32::MAX;
    for pair in neighbours.iter().filter(|pair| pair.left != pair.right) {
        if pair.right == block {
            least = least.max(at(places, pair.left) + pair.distance);
        } else if pair.left == block {
            most = most.min(at(places, pair.right) - pair.distance);
        }
    }
    set(places, block, (*wish).min(most).max(least));
}
