//! What a repair says in the end: a line for people, or an object for machines.

use fare_cli::Result;
use fare_cli::report::{disagreement_to_json, visible};
use reconciliation::{Disagreement, Finding, Subject};
use serde_json::{Map, Value, json};

use crate::cli::OutputFormat;
use crate::exit::Exit;
use crate::say;

/// The result of a repair.
#[derive(Clone, Debug)]
pub(super) struct Told {
    exit: Exit,
    lines: Vec<String>,
    fields: Map<String, Value>,
}

impl Told {
    /// This came of it; the outcome is for machines, the message for people.
    pub(super) fn new(exit: Exit, outcome: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let fields = Map::from_iter([("outcome".to_owned(), json!(outcome)), ("message".to_owned(), json!(message))]);
        Self { exit, lines: vec![message], fields }
    }

    /// A field more for machines.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// More lines for people.
    pub(super) fn and(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines);
        self
    }

    /// What the books disagree about, for both.
    pub(super) fn disagreeing(self, fare_id: &str, findings: &[Finding]) -> Self {
        let lines = findings.iter().map(|(kind, detail)| format!("  {}: {detail}", kind.to_string().replace('_', " ")));
        let values = findings.iter().map(|(kind, detail)| {
            let subject = Subject::Fare(fare_id.to_owned());
            disagreement_to_json(&Disagreement { subject, kind: *kind, detail: detail.clone() })
        });
        let values: Vec<_> = values.collect();
        self.and(lines).with("disagreements", values)
    }

    /// The lines for people. A message may be several; within a line nothing of a record is obeyed.
    fn text(&self) -> String {
        self.lines.iter().flat_map(|message| message.lines()).map(|line| format!("{}\n", visible(line))).collect()
    }

    /// Writes it.
    pub(super) fn tell(self, output: OutputFormat) -> Result<Exit> {
        match output {
            OutputFormat::Table => {
                say::result(&self.text())?;
            }
            OutputFormat::Json => say::document(&Value::Object(self.fields))?,
        }
        Ok(self.exit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_told_line_by_line_and_nothing_in_it_is_obeyed() {
        let told = Told::new(Exit::AsExpected, "planned", "fare wr_563 is undecided\n  then this")
            .and(["a\u{1b}[2J".to_owned()]);
        assert_eq!(told.text(), "fare wr_563 is undecided\n  then this\na\\u{1b}[2J\n");
    }
}
