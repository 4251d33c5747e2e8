//! The report for people.

use comfy_table::{Attribute, Cell as TableCell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::Report;
use crate::scenarios::{Cell, Column, Row};

/// Every layout fits into this, however narrow the terminal says it is.
const NARROWEST: u16 = 80;
/// From here on every column of the report is one of the table.
const WIDE: u16 = 110;

/// What stands together in one column of the table, its title, and how wide it is with its margins; `None` takes what
/// is left.
struct Group {
    title: &'static str,
    scenario: bool,
    columns: &'static [Column],
    width: Option<u16>,
}

const fn group(title: &'static str, columns: &'static [Column], width: Option<u16>) -> Group {
    Group { title, scenario: false, columns, width }
}

const WIDE_LAYOUT: &[Group] = &[
    Group { title: "scenario", scenario: true, columns: &[], width: Some(14) },
    group("expected /\nfound", &[Column::Outcome], Some(13)),
    group("path", &[Column::Path], None),
    group("fare /\npayment", &[Column::Records], Some(13)),
    group("held /\ncaptured /\nrefunded", &[Column::Gateway], Some(12)),
    group("balance", &[Column::Balance], Some(10)),
    group("queue: error", &[Column::Queue], Some(24)),
];

const NARROW_LAYOUT: &[Group] = &[
    Group { title: "scenario\nexpected\nfound", scenario: true, columns: &[Column::Outcome], width: Some(13) },
    group("path", &[Column::Path], None),
    group(
        "fare / payment\nheld / capt. / refunded\nbalance",
        &[Column::Records, Column::Gateway, Column::Balance],
        Some(25),
    ),
    group("queue: error", &[Column::Queue], Some(24)),
];

/// The report as a table of this width, one row per scenario. A wrong cell has a cross and says what was expected; with
/// `colours` it is also red.
#[must_use]
pub fn to_table(report: &Report, width: u16, colours: bool) -> String {
    let layout = if width < WIDE { NARROW_LAYOUT } else { WIDE_LAYOUT };
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(NARROWEST));
    if colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(layout.iter().map(|group| {
        let title = TableCell::new(group.title);
        if colours { title.add_attribute(Attribute::Bold) } else { title }
    }));
    for row in &report.rows {
        table.add_row(layout.iter().map(|group| cell(row, group, colours)));
    }
    for (group, column) in layout.iter().zip(table.column_iter_mut()) {
        if let Some(width) = group.width {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// How wide the terminal is that standard output goes to; `None` where it goes elsewhere.
#[must_use]
pub fn terminal_width() -> Option<u16> {
    Table::new().width()
}

fn cell(row: &Row, group: &Group, colours: bool) -> TableCell {
    let cells = || row.cells.iter().filter(|cell| group.columns.contains(&cell.column));
    let name = group.scenario.then(|| row.name.to_owned());
    let lines: Vec<String> = name.into_iter().chain(cells().map(text)).collect();
    let shown = TableCell::new(lines.join("\n"));
    if colours && cells().any(|cell| !cell.as_expected) { shown.fg(Color::Red) } else { shown }
}

/// What stands in the table; several executions below each other.
fn text(cell: &Cell) -> String {
    let text = match (cell.as_expected, cell.column) {
        (true, Column::Outcome) => format!("{}\n✓ {}", cell.expected, cell.found),
        (false, Column::Outcome) => format!("{}\n✗ {}", cell.expected, cell.found),
        (true, Column::Path | Column::Records | Column::Gateway | Column::Balance | Column::Queue) => {
            cell.found.clone()
        }
        (false, Column::Path | Column::Records | Column::Gateway | Column::Balance | Column::Queue) => {
            format!("✗ {}\nexpected:\n{}", cell.found, cell.expected)
        }
    };
    // A number of attempts stays with its word, and a list of executions goes below each other.
    text.replace(" ×", "\u{a0}×").replace("; ", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(found: &str) -> Report {
        let cell = |column, found: &str| Cell::same(column, "as it should be".to_owned(), found.to_owned());
        let columns = [Column::Outcome, Column::Path, Column::Records, Column::Gateway, Column::Balance];
        let mut cells: Vec<Cell> = columns.map(|column| cell(column, "as it should be")).into();
        cells.push(cell(Column::Queue, found));
        let row = Row { name: "a story", sentence: "It happens.", fare_id: "f".to_owned(), cells, observed: None };
        Report { rows: vec![row], dead_letters: 0, unaddressed: 0 }
    }

    #[test]
    fn a_wrong_cell_has_a_cross_and_says_what_was_expected() {
        let table = to_table(&report("nothing"), 160, false);
        assert!(table.contains("✗ nothing") && table.contains("expected:"), "{table}");
    }

    #[test]
    fn a_right_table_has_no_cross() {
        let table = to_table(&report("as it should be"), 160, false);
        assert!(!table.contains('✗') && table.contains('✓'), "{table}");
    }

    #[test]
    fn only_with_colours_is_there_an_escape() {
        assert!(!to_table(&report("nothing"), 120, false).contains('\u{1b}'));
        assert!(to_table(&report("nothing"), 120, true).contains("\u{1b}[38;5;9m"));
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        for width in [80, 120] {
            let table = to_table(&report("something rather long that has to be wrapped"), width, false);
            assert!(table.lines().all(|line| line.chars().count() <= usize::from(width)), "{table}");
        }
    }
}
