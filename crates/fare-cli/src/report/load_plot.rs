//! A load run as a picture: what each fare took, over when it was started.

use aws_sdk_sfn::types::ExecutionStatus;
use plotters::prelude::*;

use crate::error::{Error, Result};
use crate::load::{End, Ran, Sample, millis, percentile};
use crate::png::png_of;

const SIZE: (u32, u32) = (960, 540);
const TEXT: (&str, i32) = ("sans-serif", 14);

const COLLECTED: RGBColor = RGBColor(31, 119, 180);
const NOT_COLLECTED: RGBColor = RGBColor(214, 39, 40);

const GRID: RGBColor = RGBColor(232, 232, 232);

/// The percentiles that are drawn as lines.
const LINES: [(usize, RGBColor); 3] =
    [(50, RGBColor(44, 160, 44)), (95, RGBColor(255, 127, 14)), (99, RGBColor(148, 103, 189))];

/// No axis is shorter than this, in milliseconds, or its labels would all be the same.
const SHORTEST_AXIS: u64 = 900;

/// The run as a PNG file: a dot for each fare that has ended, and lines at the percentiles.
///
/// # Errors
/// [`Error::Picture`] when it cannot be drawn.
pub fn load_to_png(ran: &Ran) -> Result<Vec<u8>> {
    let mut svg = String::new();
    draw(ran, &mut svg).map_err(|error| Error::Picture { reason: error.to_string() })?;
    png_of(&svg)
}

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

fn draw(ran: &Ran, svg: &mut String) -> Drawn {
    let latencies = ran.latencies();
    let last_start = ran.samples.iter().map(|sample| millis(sample.started_after)).max().unwrap_or_default();
    let longest = latencies.last().copied().map(millis).unwrap_or_default();
    let page = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    page.fill(&WHITE)?;
    let title = format!("{}0 and so on: {} in all, {} a second", ran.prefix, ran.samples.len(), ran.per_second());
    let mut chart = ChartBuilder::on(&page)
        .caption(title, ("sans-serif", 18))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(80)
        // Above the highest dot there is room for the legend.
        .build_cartesian_2d(
            0..with_room(last_start.max(SHORTEST_AXIS)),
            0..with_room(longest.saturating_add(longest / 3).max(10)),
        )?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(GRID)
        .label_style(TEXT)
        .axis_desc_style(TEXT)
        .x_desc("started, seconds after the beginning")
        .y_desc("latency, milliseconds")
        .x_label_formatter(&|millis| format!("{}.{}", millis / 1_000, millis % 1_000 / 100))
        .draw()?;
    for (percent, colour) in LINES {
        let Some(value) = percentile(&latencies, percent).map(millis) else { continue };
        let line = LineSeries::new([(0, value), (with_room(last_start.max(SHORTEST_AXIS)), value)], colour);
        chart
            .draw_series(line)?
            .label(format!("{percent} % took at most {value} ms"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 12, y)], colour));
    }
    for (name, colour, wanted) in [("collected", COLLECTED, true), ("not collected", NOT_COLLECTED, false)] {
        let dots: Vec<_> = ran.samples.iter().filter_map(|sample| dot(sample, wanted)).collect();
        if dots.is_empty() {
            continue;
        }
        let label = format!("{name}: {}", dots.len());
        let dots = dots.into_iter().map(|at| Circle::new(at, 2, colour.filled()));
        chart.draw_series(dots)?.label(label).legend(move |(x, y)| Circle::new((x + 6, y), 3, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(TEXT)
        .background_style(WHITE)
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    page.present()?;
    Ok(())
}

/// Where a fare stands that has ended, and was collected or not, as is wanted.
fn dot(sample: &Sample, collected: bool) -> Option<(u64, u64)> {
    let End::Ended(status, took) = &sample.end else { return None };
    let wanted = (*status == ExecutionStatus::Succeeded) == collected;
    wanted.then(|| (millis(sample.started_after), millis(*took)))
}

/// A tenth more than this.
fn with_room(most: u64) -> u64 {
    most.saturating_add(most / 10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sample(number: u64, end: End) -> Sample {
        Sample { number: 0, started_after: Duration::from_millis(number * 100), end }
    }

    fn svg(samples: Vec<Sample>) -> String {
        let ran = Ran { prefix: "load_a_".to_owned(), samples, took: Duration::from_secs(10) };
        let mut svg = String::new();
        draw(&ran, &mut svg).unwrap();
        assert_eq!(&load_to_png(&ran).unwrap()[1..4], b"PNG");
        svg
    }

    #[test]
    fn every_fare_that_ended_is_a_dot_in_the_colour_of_its_end() {
        let took = |millis| Duration::from_millis(millis);
        let mut samples: Vec<_> =
            (0..50).map(|n| sample(n, End::Ended(ExecutionStatus::Succeeded, took(20 + n)))).collect();
        samples.push(sample(50, End::Ended(ExecutionStatus::Failed, took(400))));
        samples.push(sample(51, End::StillRunning));
        let svg = svg(samples);
        // One more of each colour is in the legend.
        assert_eq!(
            (svg.matches("fill=\"#1F77B4\"").count(), svg.matches("fill=\"#D62728\"").count()),
            (51, 2),
            "{svg}"
        );
        for words in ["collected: 50", "not collected: 1", "50 % took at most 45 ms", "99 % took at most 400 ms"] {
            assert!(svg.contains(words), "{words}: {svg}");
        }
    }

    #[test]
    fn a_run_in_which_nothing_ended_is_drawn_too() {
        let svg = svg(vec![sample(0, End::StillRunning)]);
        assert!(svg.contains("load_a_0 and so on: 1 in all") && !svg.contains("collected"), "{svg}");
        self::svg(vec![]);
    }
}
