//! The report for machines. Field names are stable.

use serde_json::{Map, Value, json};

use super::Report;
use crate::error::Result;
use crate::observe::Queue;
use crate::scenarios::{Cell, Column, ObservedExecution, Row};

/// The report as one JSON document, with a line end.
///
/// # Errors
/// Never in practice: everything in a report can be written.
pub fn to_json(report: &Report) -> Result<String> {
    let document = json!({
        "asExpected": report.as_expected(),
        "deadLetters": report.dead_letters,
        "unaddressedMessages": report.unaddressed,
        "scenarios": report.rows.iter().map(row).collect::<Vec<_>>(),
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}

fn row(row: &Row) -> Value {
    let executions = row.observed.iter().flat_map(|observed| &observed.executions);
    json!({
        "name": row.name,
        "sentence": row.sentence,
        "fareId": row.fare_id,
        "asExpected": row.as_expected(),
        "cells": row.cells.iter().map(cell).collect::<Map<_, _>>(),
        "executions": executions.map(execution).collect::<Vec<_>>(),
    })
}

fn cell(cell: &Cell) -> (String, Value) {
    let name = match cell.column {
        Column::Outcome => "outcome",
        Column::Path => "path",
        Column::Records => "records",
        Column::Gateway => "gateway",
        Column::Balance => "balance",
        Column::Queue => "queue",
    };
    let value = json!({ "expected": cell.expected, "found": cell.found, "asExpected": cell.as_expected });
    (name.to_owned(), value)
}

fn execution(execution: &ObservedExecution) -> Value {
    let path = execution.path.iter().map(|visit| json!({ "state": visit.state, "attempts": visit.attempts }));
    let notices = execution.notices.iter().map(|notice| {
        let queue = match notice.queue {
            Queue::Success => "success",
            Queue::Failure => "failure",
            Queue::Attention => "attention",
        };
        json!({ "queue": queue, "body": notice.body })
    });
    json!({
        "arn": execution.arn.as_str(),
        "status": execution.ended.status.as_str(),
        "error": execution.ended.error,
        "path": path.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
    })
}
