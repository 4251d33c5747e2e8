//! The verdict on a play, for people and for machines.

mod attention;
mod disagreements;
mod dossier;
mod fare_list;
mod happening;
mod json;
mod load;
mod load_plot;
mod path;
mod picture;
mod plain_table;
mod table;
mod throughput;
mod throughput_plot;
mod time;
mod visible;

pub use attention::{attention_to_table, message_to_json, receipt_to_json};
pub use disagreements::{Disagreements, disagreement_to_json, outcome_to_json};
pub use dossier::{dossier_to_json, dossier_to_text};
pub use fare_list::{fare_list_to_json, fare_list_to_text};
pub use happening::{happening_to_line, trail_to_json};
pub use json::to_json;
pub use load::{load_to_json, load_to_table};
pub use load_plot::load_to_png;
pub use path::short_path;
pub use picture::{Frame, picture};
pub use table::{terminal_width, to_table};
pub use throughput::{Reconciled, throughput_to_json, throughput_to_table};
pub use throughput_plot::throughput_to_png;
pub(crate) use time::decision;
pub use visible::{spelt_out, visible, without_card_numbers};

use crate::scenarios::Row;

/// The verdict on a whole play.
#[derive(Debug)]
pub struct Report {
    /// One row per scenario.
    pub rows: Vec<Row>,
    /// Messages in the dead-letter queues; none is right.
    pub dead_letters: u64,
    /// Messages that name no execution; none is right.
    pub unaddressed: usize,
}

impl Report {
    /// Whether everything is as it has to be.
    #[must_use]
    pub fn as_expected(&self) -> bool {
        self.differing() == 0 && self.dead_letters == 0 && self.unaddressed == 0
    }

    /// How many scenarios have a wrong cell.
    #[must_use]
    pub fn differing(&self) -> usize {
        self.rows.iter().filter(|row| !row.as_expected()).count()
    }

    /// The last line: how many scenarios, and whether all is well.
    #[must_use]
    pub fn summary(&self) -> String {
        let total = self.rows.len();
        let mut summary = match self.differing() {
            0 => format!("{total} scenarios, all as expected"),
            differing => format!("{differing} of {total} scenarios differ from what is expected"),
        };
        if self.dead_letters > 0 {
            summary.push_str(&format!("; {} messages in the dead-letter queues", self.dead_letters));
        }
        if self.unaddressed > 0 {
            summary.push_str(&format!("; {} messages that name no execution", self.unaddressed));
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_spoils_a_run_whose_rows_are_all_right() {
        let clean = Report { rows: vec![], dead_letters: 0, unaddressed: 0 };
        assert!(clean.as_expected());
        let spoiled = Report { rows: vec![], dead_letters: 1, unaddressed: 0 };
        assert!(!spoiled.as_expected());
        assert!(spoiled.summary().ends_with("1 messages in the dead-letter queues"));
    }
}
