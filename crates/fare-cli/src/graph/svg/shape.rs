//! Outlines and lines, as path data.

use super::super::layout::Point;
use super::super::model::StateKind;

/// How far the ends of a choice are pointed and those of a pass are slanted.
const SLANT: i32 = 12;

/// The outline of a state, or two: a failure has a second one within the first, a state of many machines one behind it.
pub(super) fn outlines(kind: &StateKind, middle: Point, half_width: i32, half_height: i32) -> Vec<String> {
    let Point { x, y } = middle;
    let (left, right, top, bottom) = (x - half_width, x + half_width, y - half_height, y + half_height);
    match kind {
        StateKind::Choice => vec![polygon(&[
            (left, y),
            (left + SLANT, top),
            (right - SLANT, top),
            (right, y),
            (right - SLANT, bottom),
            (left + SLANT, bottom),
        ])],
        StateKind::Pass => {
            vec![polygon(&[(left + SLANT, top), (right, top), (right - SLANT, bottom), (left, bottom)])]
        }
        StateKind::Wait => {
            vec![polygon(&[(left, top), (right, top), (right - SLANT, bottom), (left + SLANT, bottom)])]
        }
        StateKind::Succeed => vec![rounded(left, top, right, bottom, half_height)],
        StateKind::Fail => {
            let inner = rounded(left + 4, top + 4, right - 4, bottom - 4, half_height - 4);
            vec![rounded(left, top, right, bottom, half_height), inner]
        }
        StateKind::Parallel | StateKind::Map => {
            let behind = rounded(left + 5, top - 5, right + 5, bottom - 5, 5);
            vec![behind, rounded(left, top, right, bottom, 5)]
        }
        StateKind::Task | StateKind::Untyped | StateKind::Missing => vec![rounded(left, top, right, bottom, 5)],
    }
}

fn polygon(corners: &[(i32, i32)]) -> String {
    let corners: Vec<String> = corners.iter().map(|(x, y)| format!("{x} {y}")).collect();
    format!("M{}Z", corners.join("L"))
}

fn rounded(left: i32, top: i32, right: i32, bottom: i32, radius: i32) -> String {
    let arc = |x: i32, y: i32| format!("A{radius} {radius} 0 0 1 {x} {y}");
    format!(
        "M{} {top}H{}{}V{}{}H{}{}V{}{}Z",
        left + radius,
        right - radius,
        arc(right, top + radius),
        bottom - radius,
        arc(right - radius, bottom),
        left + radius,
        arc(left, bottom - radius),
        top + radius,
        arc(left + radius, top),
    )
}

/// A line through these points, its corners rounded where there is room.
pub(super) fn line(points: &[Point], corner: i32) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut data = format!("M{} {}", first.x, first.y);
    for (place, here) in points.iter().enumerate().skip(1) {
        let before = points.get(place - 1).unwrap_or(here);
        match points.get(place + 1) {
            Some(after) => {
                let radius = corner.min(distance(before, here) / 2).min(distance(here, after) / 2);
                let (start, end) = (towards(here, before, radius), towards(here, after, radius));
                data.push_str(&format!("L{} {}Q{} {} {} {}", start.x, start.y, here.x, here.y, end.x, end.y));
            }
            None => data.push_str(&format!("L{} {}", here.x, here.y)),
        }
    }
    data
}

/// Between points that are straight above or beside each other.
fn distance(one: &Point, other: &Point) -> i32 {
    (one.x - other.x).abs() + (one.y - other.y).abs()
}

/// The point at this distance from one point on the way to another.
fn towards(from: &Point, to: &Point, distance: i32) -> Point {
    Point { x: from.x + (to.x - from.x).signum() * distance, y: from.y + (to.y - from.y).signum() * distance }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_turns_in_a_curve() {
        let points = [Point { x: 0, y: 0 }, Point { x: 0, y: 20 }, Point { x: 30, y: 20 }];
        assert_eq!(line(&points, 6), "M0 0L0 14Q0 20 6 20L30 20");
        assert_eq!(line(&[], 6), "");
    }

    #[test]
    fn only_a_failure_has_two_outlines_one_within_the_other() {
        let middle = Point { x: 100, y: 50 };
        assert_eq!(outlines(&StateKind::Fail, middle, 50, 20).len(), 2);
        assert_eq!(outlines(&StateKind::Succeed, middle, 50, 20).len(), 1);
    }
}
