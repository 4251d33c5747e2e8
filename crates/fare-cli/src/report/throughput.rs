//! What came of load runs with ever more clients, for people and for machines.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::{Value, json};

use super::disagreements::Disagreements;
use super::load::load_to_json;
use super::plain_table::plain_table;
use crate::load::{Ran, percentile};

/// One run, and what the books say of its fares.
#[derive(Debug)]
pub struct Reconciled {
    /// How many fares were under way at a time.
    pub clients: NonZeroU32,
    /// What became of each fare.
    pub ran: Ran,
    /// What the books disagree on; `None` where they could not be read.
    pub disagreements: Option<Disagreements>,
}

impl Reconciled {
    /// Whether every fare was collected and the books agree on all of them.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.ran.all_collected() && self.agrees() == Some(true)
    }

    fn agrees(&self) -> Option<bool> {
        self.disagreements.as_ref().map(|found| found.total() == 0)
    }
}

/// The runs as text: a row for each, then where to look for why a fare was not collected, and what disagrees.
#[must_use]
pub fn throughput_to_table(runs: &[Reconciled], width: u16, colours: bool) -> String {
    let titles = ["clients", "fares", "a second", "50 % took", "99 % took", "failed", "lost", "books"];
    let rows = runs.iter().map(|Reconciled { clients, ran, disagreements }| {
        let latencies = ran.latencies();
        let latency = |percent| percentile(&latencies, percent).map_or_else(String::new, in_millis);
        [
            clients.to_string(),
            ran.samples.len().to_string(),
            ran.per_second(),
            latency(50),
            latency(99),
            ran.failed().to_string(),
            ran.lost().to_string(),
            match disagreements.as_ref().map(Disagreements::total) {
                None => "not read".to_owned(),
                Some(0) => "agree".to_owned(),
                Some(total) => format!("{total} disagree"),
            },
        ]
    });
    let mut text = plain_table(titles, rows, width, colours);
    for run in runs {
        if let Some(fare) = run.ran.first_not_collected() {
            text.push_str(&format!("why one of {} clients was not collected: fare show {fare}\n", run.clients));
        }
    }
    for disagreements in runs.iter().filter_map(|run| run.disagreements.as_ref()) {
        text.push_str(&disagreements.rows_to_table(width, colours));
    }
    text
}

/// The runs as JSON, each as a single one is told. The names of the fields are stable.
#[must_use]
pub fn throughput_to_json(runs: &[Reconciled]) -> Value {
    let told = runs.iter().map(|Reconciled { clients, ran, disagreements }| {
        let mut told = load_to_json(ran, disagreements.as_ref());
        let more = [("clients", json!(clients)), ("failed", json!(ran.failed())), ("lost", json!(ran.lost()))];
        if let Value::Object(fields) = &mut told {
            fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        told
    });
    json!({
        "agree": runs.iter().all(|run| run.agrees() == Some(true)),
        "runs": told.collect::<Vec<_>>(),
    })
}

fn in_millis(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::ExecutionStatus;
    use reconciliation::{Disagreement, Kind, Subject};

    use super::*;
    use crate::load::{End, Sample};

    fn run(clients: u32, prefix: &str, ends: Vec<End>) -> Reconciled {
        let numbered = (0..).zip(ends);
        let samples = numbered.map(|(number, end)| Sample { number, started_after: Duration::ZERO, end });
        let ran = Ran { prefix: prefix.to_owned(), samples: samples.collect(), took: Duration::from_secs(2) };
        let clients = NonZeroU32::new(clients).unwrap();
        Reconciled { clients, ran, disagreements: Some(Disagreements::default()) }
    }

    fn collected(millis: u64) -> End {
        End::Ended(ExecutionStatus::Succeeded, Duration::from_millis(millis))
    }

    fn failed() -> End {
        End::Ended(ExecutionStatus::Failed, Duration::from_millis(7))
    }

    #[test]
    fn each_run_is_a_row() {
        let runs = [
            run(1, "load_a_", vec![collected(40)]),
            run(2, "load_b_", vec![collected(5), failed(), End::StillRunning]),
        ];
        let table = throughput_to_table(&runs, 100, false);
        let cells = |line: &str| line.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows: Vec<_> = table.lines().filter(|line| line.contains(" agree ")).map(cells).collect();
        assert_eq!(rows[0][1..9], ["1", "1", "0.5", "40 ms", "40 ms", "0", "0", "agree"], "{table}");
        assert_eq!(rows[1][1..9], ["2", "3", "1.5", "5 ms", "7 ms", "1", "1", "agree"], "{table}");
        assert!(table.ends_with("why one of 2 clients was not collected: fare show load_b_1\n"), "{table}");
    }

    #[test]
    fn a_run_is_well_whose_fares_were_all_collected_and_whose_books_were_read_and_agree() {
        assert!(run(1, "load_a_", vec![collected(1)]).is_well());
        for end in [failed(), End::StillRunning, End::Unknown("no answer".to_owned())] {
            assert!(!run(1, "load_a_", vec![collected(1), end]).is_well());
        }
        let unread = Reconciled { disagreements: None, ..run(1, "load_a_", vec![collected(1)]) };
        let mut differing = run(1, "load_a_", vec![collected(1)]);
        differing.disagreements.as_mut().unwrap().add(Disagreement {
            subject: Subject::Fare("load_a_0".to_owned()),
            kind: Kind::OpenHold,
            detail: "held".to_owned(),
        });
        assert_eq!((unread.is_well(), differing.is_well()), (false, false));
        assert!(throughput_to_table(&[unread, differing], 100, false).contains("1 disagree"));
    }

    #[test]
    fn machines_are_told_each_run_as_a_single_one_with_its_clients_and_what_was_lost() {
        let runs = [run(1, "load_a_", vec![collected(40)]), run(2, "load_b_", vec![collected(5), End::StillRunning])];
        let told = throughput_to_json(&runs);
        assert_eq!((&told["agree"], &told["runs"][0]["clients"]), (&json!(true), &json!(1)));
        let second = &told["runs"][1];
        assert_eq!((&second["lost"], &second["failed"], &second["fares"]), (&json!(1), &json!(0), &json!(2)));
        assert_eq!((&second["latencyMilliseconds"]["p99"], &second["prefix"]), (&json!(5), &json!("load_b_")));
    }
}
