//! The order within each row: as few crossings as can be had, the main way first.

use std::cmp::Reverse;

use super::items::Rows;
use super::{at, number, set};

const SWEEPS: usize = 24;

/// Orders the rows.
pub(super) fn untangle(rows: &mut Rows) {
    let below = rows.below();
    let total = |rows: &Rows| -> usize { below.iter().map(|segments| crossings(rows, segments)).sum() };
    for row in 0..rows.rows.len() {
        sort_row(rows, row, &|_| Some(0));
    }
    let mut best = (total(rows), rows.rows.clone());
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        let last = rows.rows.len();
        for step in 0..last {
            let row = if downwards { step } else { last - 1 - step };
            let places = places(rows);
            let middle = |item: usize| barycentre(rows, &places, item, downwards);
            let keys: Vec<(usize, Option<i32>)> = at(&rows.rows, row).into_iter().map(|i| (i, middle(i))).collect();
            sort_row(rows, row, &|item| keys.iter().find(|(known, _)| *known == item).and_then(|(_, key)| *key));
        }
        swap_neighbours(rows, &below);
        let now = total(rows);
        if now < best.0 {
            best = (now, rows.rows.clone());
        }
    }
    rows.rows = best.1;
}

/// Sorts a row by a key, the main way first; an item without a key stays where it is.
fn sort_row(rows: &mut Rows, row: usize, key: &dyn Fn(usize) -> Option<i32>) {
    let order = at(&rows.rows, row);
    let mut keyed: Vec<(Reverse<bool>, i32, usize)> = Vec::new();
    let mut before = 0;
    for item in order {
        before = key(item).unwrap_or(before);
        keyed.push((Reverse(rows.item(item).main), before, item));
    }
    keyed.sort_by_key(|(main, key, _)| (*main, *key));
    set(&mut rows.rows, row, keyed.into_iter().map(|(_, _, item)| item).collect());
}

/// Where each item is in its row.
fn places(rows: &Rows) -> Vec<i32> {
    let mut places = vec![0; rows.items.len()];
    for row in &rows.rows {
        for (place, item) in row.iter().enumerate() {
            set(&mut places, *item, number(place));
        }
    }
    places
}

/// The middle of an item's neighbours in the row above or below, in hundredths of a place.
fn barycentre(rows: &Rows, places: &[i32], item: usize, above: bool) -> Option<i32> {
    let mut sum = 0;
    let mut count = 0;
    for segment in &rows.segments {
        let (here, there) = if above { (segment.lower, segment.upper) } else { (segment.upper, segment.lower) };
        if here == item {
            sum += 100 * at(places, there);
            count += 1;
        }
    }
    (count > 0).then(|| sum / count)
}

/// Swaps neighbours for as long as that undoes crossings. The main way stays first.
fn swap_neighbours(rows: &mut Rows, below: &[Vec<usize>]) {
    let around = |rows: &Rows, row: usize| {
        let above = row.checked_sub(1).map(|above| crossings(rows, &at(below, above))).unwrap_or_default();
        above + crossings(rows, &at(below, row))
    };
    let mut better = true;
    while better {
        better = false;
        for row in 0..rows.rows.len() {
            for place in 1..at(&rows.rows, row).len() {
                let order = at(&rows.rows, row);
                if place == 1 && order.first().is_some_and(|item| rows.item(*item).main) {
                    continue;
                }
                let mut swapped = order.clone();
                swapped.swap(place - 1, place);
                let now = around(rows, row);
                set(&mut rows.rows, row, swapped);
                if around(rows, row) < now {
                    better = true;
                } else {
                    set(&mut rows.rows, row, order);
                }
            }
        }
    }
}

/// How many pairs of these segments, all between the same rows, cross.
fn crossings(rows: &Rows, segments: &[usize]) -> usize {
    let place = |item: usize| {
        let row = rows.rows.get(rows.item(item).row);
        number(row.and_then(|row| row.iter().position(|other| *other == item)).unwrap_or_default())
    };
    let ends = segments.iter().map(|number| rows.segment(*number));
    let ends: Vec<(i32, i32)> = ends.map(|segment| (place(segment.upper), place(segment.lower))).collect();
    let mut count = 0;
    for (position, one) in ends.iter().enumerate() {
        let crossing = |other: &&(i32, i32)| (one.0 - other.0).signum() * (one.1 - other.1).signum() < 0;
        count += ends.iter().skip(position + 1).filter(crossing).count();
    }
    count
}
