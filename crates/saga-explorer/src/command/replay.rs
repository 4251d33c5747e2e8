//! `saga-explorer replay`.

use std::io::{IsTerminal, Write, stdout};

use anyhow::Context;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use saga_explorer::{Line, Outcome, Schedule, Sources, catalogue, replay};
use serde_json::json;

use super::cli::{Arguments, Output};
use super::report;

/// Replays a schedule; whether every invariant holds.
pub(super) fn run(arguments: &Arguments, schedule: &str) -> anyhow::Result<bool> {
    let schedule: Schedule = schedule.parse()?;
    let scenario = catalogue::named(&schedule.scenario)
        .with_context(|| format!("there is no scenario `{}`, but: {}", schedule.scenario, report::scenarios()))?;
    let machines = Sources::read(&arguments.project)?.parse()?;
    let replayed = replay(&scenario, &machines, &schedule)?;
    let verdict = match &replayed.end {
        Ok(outcome) => format!("every invariant holds; the fare is {}", name(*outcome)),
        Err(violation) => format!("violation of {violation}"),
    };
    match arguments.output {
        Output::Table => {
            let mut out = stdout().lock();
            print(&mut out, &replayed.lines)?;
            writeln!(out, "{verdict}")?;
        }
        Output::Json => {
            let lines: Vec<_> = replayed
                .lines
                .iter()
                .map(|line| {
                    json!({
                        "choice": line.choice, "at": line.at, "who": line.who, "state": line.state,
                        "what": line.what, "result": line.result, "fault": line.fault,
                    })
                })
                .collect();
            report::line(&json!({"schedule": schedule.to_string(), "lines": lines, "verdict": verdict}))?;
        }
    }
    Ok(replayed.end.is_ok())
}

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Failed => "failed",
        Outcome::Rejected => "rejected",
    }
}

/// What happened, for people.
pub(super) fn print(out: &mut impl Write, lines: &[Line]) -> std::io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.force_no_tty();
    }
    table.set_header(["choice", "s", "who", "state", "what", "result", "fault"]);
    for line in lines {
        table.add_row([
            line.choice.map(|choice| choice.to_string()).unwrap_or_default(),
            format!("{}.{:03}", line.at / 1000, line.at % 1000),
            line.who.clone(),
            line.state.clone(),
            line.what.clone(),
            line.result.clone(),
            line.fault.clone(),
        ]);
    }
    for column in table.column_iter_mut().take(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{table}")
}
