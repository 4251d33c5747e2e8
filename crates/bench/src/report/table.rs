//! The report for people.

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};

use super::Report;
use crate::endpoint::Calls;
use crate::measure::Measured;
use crate::statistics::{Spread, mebibytes, megabytes, milliseconds};

const HEADER: [&str; 10] = [
    "program",
    "start, ms\nmin / median / max",
    "first, ms",
    "on processor\nuntil then, ms",
    "warm, ms\np50 / p99",
    "on processor,\nms",
    "peak,\nMiB",
    "file,\nMB",
    "zip,\nMB",
    "requests\nfor each event",
];

/// Two tables: what was measured, and what was to be reached.
pub(crate) fn to_table(report: &Report, colours: bool) -> String {
    let mut programs = table(&HEADER, colours);
    for measured in &report.programs {
        programs.add_row(row(measured));
    }
    for column in programs.column_iter_mut().skip(1).take(HEADER.len() - 2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut goals = table(&["of", "goal", "found", ""], colours);
    for goal in &report.goals {
        let mark = Cell::new(if goal.is_reached { "✓" } else { "✗" });
        let colour = if goal.is_reached { Color::Green } else { Color::Red };
        let mark = if colours { mark.fg(colour) } else { mark };
        goals.add_row([Cell::new(goal.of), Cell::new(&goal.goal), Cell::new(&goal.found), mark]);
    }
    format!("{}\n{}\n", programs.trim_fmt(), goals.trim_fmt())
}

fn table(header: &[&str], colours: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(header.iter().map(|title| {
        let title = Cell::new(title);
        if colours { title.add_attribute(Attribute::Bold) } else { title }
    }));
    table
}

fn row(measured: &Measured) -> [String; 10] {
    let Spread { min, median, max } = measured.start_ns;
    let size = |size: Option<u64>| size.map_or_else(|| "-".to_owned(), megabytes);
    [
        measured.program.to_owned(),
        [min, median, max].map(milliseconds).join(" / "),
        milliseconds(measured.first_ns.median),
        milliseconds(measured.processor_to_first_ns.median),
        [measured.warm_p50_ns, measured.warm_p99_ns].map(milliseconds).join(" / "),
        milliseconds(measured.warm_processor_ns),
        mebibytes(measured.peak_resident_kib),
        size(measured.artefact.map(|artefact| artefact.bootstrap_bytes)),
        size(measured.artefact.map(|artefact| artefact.zip_bytes)),
        requests(measured),
    ]
}

/// What each event asks; what the first one asks besides is in brackets.
fn requests(measured: &Measured) -> String {
    let once = crate::measure::difference(&measured.aws_calls, &measured.aws_calls_at_first);
    let told =
        |calls: &Calls| calls.iter().map(|(operation, count)| format!("{count} {operation}")).collect::<Vec<_>>();
    let mut lines = told(&measured.aws_calls);
    lines.extend(told(&measured.gateway_calls));
    lines.extend(told(&once).into_iter().map(|line| format!("({line}, once)")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fare::FareCalls;
    use crate::goals::Goal;

    fn report(is_reached: bool) -> Report {
        let fare = FareCalls { dynamodb: 5, gateway: 2, aws_calls: Calls::new(), gateway_calls: Calls::new() };
        let goal = Goal { of: "a fare", goal: "≤ 5 DynamoDB calls".to_owned(), found: "5".to_owned(), is_reached };
        let (programs, goals, functions) = (Vec::new(), vec![goal], Vec::new());
        Report { starts: 1, invocations: 1, tls: true, programs, fare, goals, functions }
    }

    #[test]
    fn a_goal_is_marked_as_reached_or_missed() {
        assert!(to_table(&report(true), false).contains('✓'));
        assert!(to_table(&report(false), false).contains('✗'));
    }

    #[test]
    fn only_with_colours_is_there_an_escape() {
        assert!(!to_table(&report(false), false).contains('\u{1b}'));
        assert!(to_table(&report(false), true).contains('\u{1b}'));
    }
}
