//! A machine with what has become of each state so far, drawn with letters.
//!
//! What matters is told by a mark's shape and by a word; colours only repeat it.

use console::{Style, measure_text_width, truncate_str};

use super::time::span;
use crate::execution::{Layout, Trail};

/// The mark of what runs turns.
const SPINNER: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];
/// From so many columns on, the two ways stand side by side.
const SIDE_BY_SIDE: usize = 110;
/// The narrowest that the left one is then, so that it does not grow in most cases.
const LEFT: usize = 48;
const GAP: usize = 3;
/// As wide as the span of time that is told in most cases.
const TIME: usize = 6;

/// How a picture is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The time, in milliseconds since the epoch.
    pub now: i64,
    /// How many pictures were drawn before.
    pub number: usize,
    /// The columns there are.
    pub width: usize,
    /// Whether colours may be used.
    pub colours: bool,
}

/// The machine: its happy way, and beside it, or below it where there is no room, the way that undoes.
#[must_use]
pub fn picture(layout: &Layout, trail: &Trail, frame: Frame) -> String {
    let column = |title: &str, states: &[String]| {
        let name = states.iter().map(|state| state.chars().count()).max().unwrap_or_default();
        let rows = states.iter().map(|state| row(state, name, trail, frame));
        let title = styled(Style::new().bold(), title, frame);
        std::iter::once(title).chain(rows).collect::<Vec<_>>()
    };
    let main = column("collecting", &layout.main);
    let aside = column("where errors lead", &layout.aside);
    let fitted = |row: &str, width: usize| truncate_str(row, width, "…").into_owned();
    if frame.width < SIDE_BY_SIDE {
        let rows = main.iter().chain(&aside).map(|row| fitted(row, frame.width));
        return rows.collect::<Vec<_>>().join("\n");
    }
    let widest = |column: &[String]| column.iter().map(|row| measure_text_width(row)).max().unwrap_or_default();
    let most = frame.width.saturating_sub(widest(&aside)).saturating_sub(GAP).max(frame.width / 2);
    let left = widest(&main).max(LEFT).min(most);
    let right = frame.width.saturating_sub(left).saturating_sub(GAP);
    let rows = main.len().max(aside.len());
    let beside = (0..rows).map(|number| {
        let one = fitted(main.get(number).map_or("", String::as_str), left);
        let other = fitted(aside.get(number).map_or("", String::as_str), right);
        let padding = " ".repeat(left.saturating_add(GAP).saturating_sub(measure_text_width(&one)));
        format!("{one}{padding}{other}").trim_end().to_owned()
    });
    beside.collect::<Vec<_>>().join("\n")
}

fn row(state: &str, width: usize, trail: &Trail, frame: Frame) -> String {
    let visits: Vec<_> = trail.of(state).collect();
    let attempts = visits.iter().fold(0_u32, |sum, visit| sum.saturating_add(visit.attempts));
    let again = u32::try_from(visits.len()).map_or(0, |visits| attempts.saturating_sub(visits));
    let (mark, style, word, time) = match visits.last() {
        None if trail.ended => ("·", Style::new().dim(), "not entered".to_owned(), None),
        None => ("·", Style::new().dim(), "waiting".to_owned(), None),
        Some(visit) => match (visit.took(), visit.failed.as_deref()) {
            (Some(took), Some(error)) => ("✗", Style::new().yellow(), format!("caught {error}"), Some(took)),
            (Some(took), None) => ("✓", Style::new().green(), "done".to_owned(), Some(took)),
            // A state that fails or succeeds the execution, or in which it was stopped, is not left.
            (None, Some(error)) if trail.ended => ("✗", Style::new().red(), format!("failed: {error}"), None),
            (None, None) if trail.ended => ("■", Style::new().bold(), "ended here".to_owned(), None),
            (None, failed) => {
                let word = failed.map_or_else(|| "running".to_owned(), |error| format!("retrying after {error}"));
                (spinner(frame.number), Style::new().cyan(), word, Some(frame.now.saturating_sub(visit.entered_at)))
            }
        },
    };
    let retried = if again > 0 { format!("retried ×{again}, ") } else { String::new() };
    let time = time.map(span).unwrap_or_default();
    format!("{} {state:width$}  {time:>TIME$}  {retried}{word}", styled(style, mark, frame))
}

fn spinner(number: usize) -> &'static str {
    SPINNER.get(number % SPINNER.len()).copied().unwrap_or("⣾")
}

fn styled(style: Style, text: &str, frame: Frame) -> String {
    style.force_styling(frame.colours).apply_to(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::Visited;

    fn layout() -> Layout {
        let states = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Layout {
            main: states(&["RegisterFare", "ChargeFare", "NotifySuccess"]),
            aside: states(&["SetFareStatusFailed", "RefundFare"]),
        }
    }

    fn visit(state: &str, attempts: u32, took: Option<i64>, failed: Option<&str>) -> Visited {
        let failed = failed.map(str::to_owned);
        Visited { state: state.to_owned(), attempts, entered_at: 1_000, left_at: took.map(|took| 1_000 + took), failed }
    }

    fn drawn(visited: Vec<Visited>, ended: bool, width: usize) -> String {
        let trail = Trail { visited, ended, ..Trail::default() };
        picture(&layout(), &trail, Frame { now: 3_500, number: 0, width, colours: false })
    }

    fn row_of<'a>(picture: &'a str, state: &str) -> &'a str {
        picture.lines().find(|line| line.contains(state)).unwrap()
    }

    #[test]
    fn every_state_has_a_mark_and_a_word() {
        let visited = vec![
            visit("RegisterFare", 1, Some(116), None),
            visit("ChargeFare", 3, Some(900), Some("PaymentAuthException")),
            visit("SetFareStatusFailed", 2, Some(80), None),
            visit("RefundFare", 1, None, None),
        ];
        let picture = drawn(visited, false, 80);
        assert_eq!(row_of(&picture, "RegisterFare"), "✓ RegisterFare   116 ms  done");
        let charge = "✗ ChargeFare     900 ms  retried ×2, caught PaymentAuthException";
        assert_eq!(row_of(&picture, "ChargeFare"), charge);
        assert_eq!(row_of(&picture, "NotifySuccess"), "· NotifySuccess          waiting");
        assert!(row_of(&picture, "SetFareStatusFailed").ends_with(" 80 ms  retried ×1, done"));
        assert!(row_of(&picture, "RefundFare").ends_with(" 2.5 s  running"));
    }

    #[test]
    fn the_two_ways_stand_side_by_side_where_there_is_room() {
        assert_eq!(drawn(vec![], false, 120).lines().count(), 4);
        assert_eq!(drawn(vec![], false, 60).lines().count(), 7);
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        let visited =
            || vec![visit("ChargeFare", 3, Some(900), Some("AnErrorWithAVeryLongNameThatNobodyWouldGiveToAnError"))];
        for width in [20, 60, 120] {
            let picture = drawn(visited(), false, width);
            assert!(picture.lines().all(|line| measure_text_width(line) <= width), "{picture}");
        }
    }

    #[test]
    fn what_was_not_entered_before_the_end_waits_for_nothing() {
        let picture = drawn(vec![visit("RegisterFare", 1, None, Some("States.Timeout"))], true, 80);
        assert!(row_of(&picture, "NotifySuccess").ends_with("not entered"));
        assert!(row_of(&picture, "RegisterFare").ends_with("failed: States.Timeout"));
    }
}
