//! The report for programs.

use super::Report;
use crate::error::Result;

/// One JSON object and a line end: times in nanoseconds, sizes in bytes or KiB as their names say, ratios in thousandths.
pub(crate) fn to_json(report: &Report) -> Result<String> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}
