//! Load runs with ever more clients as a picture: above how many fares there were a second, below how long they took.

use plotters::chart::SeriesAnno;
use plotters::coord::Shift;
use plotters::coord::combinators::WithKeyPoints;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::coord::types::RangedCoordi32;
use plotters::prelude::*;

use super::throughput::Reconciled;
use crate::error::{Error, Result};
use crate::load::{millis, percentile};
use crate::png::png_of;

const SIZE: (u32, u32) = (960, 720);
const TEXT: (&str, i32) = ("sans-serif", 14);
const GRID: RGBColor = RGBColor(232, 232, 232);

const FARES: RGBColor = RGBColor(31, 119, 180);

/// Where a label stands beside its dot.
const ABOVE: (i32, i32) = (-10, -20);
const BELOW: (i32, i32) = (-10, 8);

/// The percentiles that are drawn.
const PERCENTILES: [(usize, RGBColor, (i32, i32)); 2] =
    [(50, RGBColor(44, 160, 44), BELOW), (99, RGBColor(148, 103, 189), ABOVE)];

/// How far one run stands from the next, on an axis of whole numbers.
const DISTANCE: usize = 10;

type Page<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, Y> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<WithKeyPoints<RangedCoordi32>, Y>>;
type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

/// The runs as a PNG file.
///
/// # Errors
/// [`Error::Picture`] when it cannot be drawn.
pub fn throughput_to_png(runs: &[Reconciled]) -> Result<Vec<u8>> {
    let mut svg = String::new();
    draw(runs, &mut svg).map_err(|error| Error::Picture { reason: error.to_string() })?;
    png_of(&svg)
}

fn draw(runs: &[Reconciled], svg: &mut String) -> Drawn {
    let page = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    page.fill(&WHITE)?;
    let (above, below) = page.split_vertically(SIZE.1 / 2);
    let clients: Vec<_> = runs.iter().map(|run| run.clients.get()).collect();
    let fares: usize = runs.iter().map(|run| run.ran.samples.len()).sum();
    let lost: usize = runs.iter().map(|run| run.ran.lost()).sum();
    let title = format!("Fares a second: {fares} in all, {lost} lost");
    let tenths: Vec<_> = runs.iter().map(|run| run.ran.tenths_per_second()).collect();
    let most = tenths.iter().copied().max().unwrap_or_default().max(10);
    let mut chart = panel(&above, &title).build_cartesian_2d(places(&clients), 0..most.saturating_add(most / 6))?;
    mesh(&mut chart, &clients, &in_tenths)?;
    line(&mut chart, &tenths, FARES, ABOVE, &in_tenths)?;

    let percentiles = PERCENTILES.map(|(percent, colour, label)| {
        let value = |run: &Reconciled| percentile(&run.ran.latencies(), percent).map_or(1, millis).max(1);
        (percent, colour, label, runs.iter().map(value).collect::<Vec<_>>())
    });
    let all = || percentiles.iter().flat_map(|(_, _, _, values)| values.iter().copied());
    let (least, most) = (all().min().unwrap_or(1), all().max().unwrap_or(1));
    // Latencies are up to a hundred times each other.
    let range = (least / 2).max(1)..most.saturating_mul(3).max(10);
    let mut chart =
        panel(&below, "What a fare took, milliseconds").build_cartesian_2d(places(&clients), range.log_scale())?;
    mesh(&mut chart, &clients, &ToString::to_string)?;
    for (percent, colour, label, values) in percentiles {
        line(&mut chart, &values, colour, label, &ToString::to_string)?
            .label(format!("{percent} % took at most"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 12, y)], colour));
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

fn panel<'a, 'b>(page: &'a Page<'b>, title: &str) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(page);
    builder.caption(title, ("sans-serif", 18)).margin(16).x_label_area_size(44).y_label_area_size(72);
    builder
}

/// Runs stand side by side at equal distances, since clients are usually doubled from one to the next, and with room for
/// the labels of the outermost.
fn places(clients: &[u32]) -> WithKeyPoints<RangedCoordi32> {
    let (places, end) = (0..).step_by(DISTANCE).zip(clients).fold((vec![], 0), |(mut places, _), (place, _)| {
        places.push(place);
        (places, place)
    });
    (-4..end + 6).with_key_points(places)
}

fn mesh<Y>(chart: &mut Chart<'_, Y>, clients: &[u32], label: &dyn Fn(&u64) -> String) -> Drawn
where
    Y: Ranged<ValueType = u64> + ValueFormatter<u64>,
{
    let name = |place: &i32| {
        let at = usize::try_from(*place).ok().and_then(|place| place.checked_div(DISTANCE));
        at.and_then(|at| clients.get(at)).map(ToString::to_string).unwrap_or_default()
    };
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(GRID)
        .label_style(TEXT)
        .axis_desc_style(TEXT)
        .x_desc("clients: fares under way at a time")
        .x_label_formatter(&name)
        .y_label_formatter(label)
        .draw()?;
    Ok(())
}

/// One value for each run, with a dot and a label.
fn line<'c, 'b, Y: Ranged<ValueType = u64>>(
    chart: &'c mut Chart<'b, Y>,
    values: &[u64],
    colour: RGBColor,
    beside: (i32, i32),
    label: &dyn Fn(&u64) -> String,
) -> std::result::Result<&'c mut SeriesAnno<'b, SVGBackend<'b>>, Box<dyn std::error::Error>> {
    let points: Vec<_> = (0..).step_by(DISTANCE).zip(values.iter().copied()).collect();
    chart.draw_series(points.iter().map(|at| Circle::new(*at, 3, colour.filled())))?;
    chart.draw_series(points.iter().map(|at| EmptyElement::at(*at) + Text::new(label(&at.1), beside, TEXT)))?;
    Ok(chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?)
}

fn in_tenths(tenths: &u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use aws_sdk_sfn::types::ExecutionStatus;

    use super::*;
    use crate::load::{End, Ran, Sample};

    fn run(clients: u32, end: End) -> Reconciled {
        let samples = vec![Sample { number: 0, started_after: Duration::ZERO, end }; 3];
        let ran = Ran { prefix: "load_a_".to_owned(), samples, took: Duration::from_secs(1) };
        Reconciled { clients: NonZeroU32::new(clients).unwrap(), ran, disagreements: None }
    }

    fn svg(runs: &[Reconciled]) -> String {
        let mut svg = String::new();
        draw(runs, &mut svg).unwrap();
        assert_eq!(&throughput_to_png(runs).unwrap()[1..4], b"PNG");
        svg
    }

    #[test]
    fn each_run_stands_over_its_clients() {
        let took = |millis| End::Ended(ExecutionStatus::Succeeded, Duration::from_millis(millis));
        let svg = svg(&[run(1, took(40)), run(16, took(90)), run(128, took(777)), run(3, End::StillRunning)]);
        assert!(svg.contains("Fares a second: 12 in all, 3 lost"), "{svg}");
        for label in ["16", "128", "777", "3.0"] {
            assert!(svg.lines().any(|line| line.trim() == label), "{label}: {svg}");
        }
    }

    #[test]
    fn one_run_and_none_are_drawn_too() {
        svg(&[run(1, End::StillRunning)]);
        svg(&[]);
    }
}
