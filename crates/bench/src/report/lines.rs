//! The last lines: one for each function, and one for each goal that is missed.

use super::Report;
use crate::goals::Summary;
use crate::measure::Measured;
use crate::statistics::{Spread, Thousandths, mebibytes, megabytes};
use crate::subjects::FLOOR;

/// By how much the middle start of a function that does nothing may exceed the least one on a machine with nothing else to
/// do, in thousandths.
const QUIET: Thousandths = Thousandths(1_500);

/// One line for each function, to be read by people and by `grep`.
pub(crate) fn lines(report: &Report) -> String {
    report.functions.iter().map(line).collect()
}

fn line(summary: &Summary) -> String {
    let ratio = |ratio: Option<Thousandths>| ratio.map_or_else(|| "-".to_owned(), |ratio| ratio.to_string());
    format!(
        "bench: function={} start_ratio={} warm_ratio={} rss_mib={} zip_mb={} ddb_calls={}\n",
        summary.function,
        ratio(summary.start_ratio),
        ratio(summary.warm_ratio),
        mebibytes(summary.peak_resident_kib),
        summary.zip_bytes.map_or_else(|| "-".to_owned(), megabytes),
        summary.dynamodb_calls,
    )
}

/// One line for each goal that is missed.
pub(crate) fn missed(report: &Report) -> String {
    let missed = report.goals.iter().filter(|goal| !goal.is_reached);
    missed.map(|goal| format!("missed: {}: {}, found {}\n", goal.of, goal.goal, goal.found)).collect()
}

/// A sentence where the machine had other work: the ratios then compare what was not alike.
pub(crate) fn doubt(programs: &[Measured]) -> Option<String> {
    let floor = programs.iter().find(|measured| measured.program == FLOOR)?;
    let Spread { min, median, .. } = floor.start_ns;
    let slower = Thousandths::ratio(median, min).filter(|slower| *slower > QUIET)?;
    Some(format!(
        "The machine was busy: a function that does nothing started {slower} × as slowly as it can. \
         Measure again when nothing else runs.\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(min: u64, median: u64) -> Measured {
        let start_ns = Spread { min, median, max: median };
        Measured { start_ns, ..crate::goals::tests::measured(FLOOR, median) }
    }

    #[test]
    fn a_busy_machine_is_told_of() {
        assert_eq!(doubt(&[floor(1_000, 1_500)]), None);
        assert!(doubt(&[floor(1_000, 1_501)]).unwrap().contains("1.51 × as slowly"));
        assert_eq!(doubt(&[]), None);
    }

    #[test]
    fn a_line_has_what_a_function_comes_to() {
        let summary = Summary {
            function: "payment",
            start_ratio: Some(Thousandths(1_370)),
            warm_ratio: None,
            peak_resident_kib: 8_291,
            zip_bytes: Some(2_300_000),
            dynamodb_calls: 2,
        };
        assert_eq!(
            line(&summary),
            "bench: function=payment start_ratio=1.37 warm_ratio=- rss_mib=8.1 zip_mb=2.30 ddb_calls=2\n"
        );
    }
}
