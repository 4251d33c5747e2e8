//! Which node stands in which row.

use super::{Link, Plan, at, set};

/// The rows, and what else decides about them.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// The row of each node, from 0.
    pub(super) ranks: Vec<usize>,
    /// For each link whether it leads back, against the order of the rows.
    pub(super) back: Vec<bool>,
    /// For each link whether it is a part of the main way.
    pub(super) main: Vec<bool>,
    /// For each node whether the main way leads through it.
    pub(super) on_main: Vec<bool>,
}

pub(super) fn rank(plan: &Plan) -> Ranking {
    let back = back_links(plan);
    let ranks = longest_ways(plan, &back);
    let (main, on_main) = main_way(plan, &back, &ranks);
    Ranking { ranks, back, main, on_main }
}

/// The links that close a circle, seen from the start.
fn back_links(plan: &Plan) -> Vec<bool> {
    let mut back = vec![false; plan.links.len()];
    let mut seen = vec![false; plan.nodes.len()];
    let mut open = vec![false; plan.nodes.len()];
    for root in plan.start.into_iter().chain(0..plan.nodes.len()) {
        // Each entry is a node with the number of its links that have been followed.
        let mut trail: Vec<(usize, usize)> = Vec::new();
        if !at(&seen, root) {
            set(&mut seen, root, true);
            set(&mut open, root, true);
            trail.push((root, 0));
        }
        while let Some((node, followed)) = trail.pop() {
            let Some((number, link)) = links_from(plan, node).nth(followed) else {
                set(&mut open, node, false);
                continue;
            };
            trail.push((node, followed + 1));
            if at(&open, link.to) {
                set(&mut back, number, true);
            } else if !at(&seen, link.to) {
                set(&mut seen, link.to, true);
                set(&mut open, link.to, true);
                trail.push((link.to, 0));
            }
        }
    }
    back
}

fn longest_ways(plan: &Plan, back: &[bool]) -> Vec<usize> {
    let mut ranks = vec![0; plan.nodes.len()];
    let mut settled = false;
    while !settled {
        settled = true;
        for (number, link) in plan.links.iter().enumerate() {
            let least = at(&ranks, link.from) + 1;
            if link.from != link.to && !at(back, number) && at(&ranks, link.to) < least {
                set(&mut ranks, link.to, least);
                settled = false;
            }
        }
    }
    ranks
}

/// The longest way from the start to a good end that leaves nothing at the side.
fn main_way(plan: &Plan, back: &[bool], ranks: &[usize]) -> (Vec<bool>, Vec<bool>) {
    let onward = |number: usize, link: &Link| !link.aside && !at(back, number) && link.from != link.to;
    let mut upwards: Vec<usize> = (0..plan.nodes.len()).collect();
    upwards.sort_by_key(|node| std::cmp::Reverse(at(ranks, *node)));
    // For each node: whether a good end is reached, in how many steps, and by which link.
    let mut best: Vec<(bool, usize, Option<usize>)> = vec![(false, 0, None); plan.nodes.len()];
    for node in upwards {
        let good = plan.nodes.get(node).is_some_and(|node| node.good_end);
        let mut found = (good, 0, None);
        for (number, link) in links_from(plan, node).filter(|(number, link)| onward(*number, link)) {
            let (reaches, steps, _) = at(&best, link.to);
            if (reaches, steps + 1) > (found.0, found.1) {
                found = (reaches, steps + 1, Some(number));
            }
        }
        set(&mut best, node, found);
    }
    let mut main = vec![false; plan.links.len()];
    let mut on_main = vec![false; plan.nodes.len()];
    let mut here = plan.start;
    while let Some(node) = here {
        set(&mut on_main, node, true);
        let link = at(&best, node).2;
        here = link.and_then(|link| plan.links.get(link)).map(|link| link.to);
        if let Some(link) = link {
            set(&mut main, link, true);
        }
    }
    (main, on_main)
}

fn links_from(plan: &Plan, node: usize) -> impl Iterator<Item = (usize, &Link)> {
    plan.links.iter().enumerate().filter(move |(_, link)| link.from == node)
}
