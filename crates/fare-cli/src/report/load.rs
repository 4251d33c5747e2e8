//! What came of a load run, for people and for machines.

use serde_json::{Map, Value, json};

use super::disagreements::{Disagreements, disagreement_to_json};
use super::plain_table::plain_table;
use crate::load::{Ran, millis, percentile};

/// The percentiles that are told.
const PERCENTILES: [usize; 5] = [50, 90, 95, 99, 100];

/// The run as text: outcomes, latencies, how many fares a second there were, and what disagrees about them; nothing of that
/// where the books could not be read.
#[must_use]
pub fn load_to_table(ran: &Ran, disagreements: Option<&Disagreements>, width: u16, colours: bool) -> String {
    let outcomes = ran.outcomes().into_iter().map(|(name, count)| [name.replace('_', " "), count.to_string()]);
    let mut text = plain_table(["outcome", "fares"], outcomes, width, colours);
    let latencies = ran.latencies();
    let rows = PERCENTILES.iter().filter_map(|percent| {
        let name = if *percent == 100 { "longest".to_owned() } else { format!("{percent} %") };
        Some([name, format!("{} ms", percentile(&latencies, *percent)?.as_millis())])
    });
    text.push_str(&plain_table(["took at most", "latency"], rows, width, colours));
    text.push_str(&format!(
        "{} fares in {}.{:03} s, {} a second: {}0 and so on\n",
        ran.samples.len(),
        ran.took.as_secs(),
        ran.took.subsec_millis(),
        ran.per_second(),
        ran.prefix
    ));
    if let Some(fare) = ran.first_not_collected() {
        text.push_str(&format!("why one was not collected: fare show {fare}\n"));
    }
    if let Some(disagreements) = disagreements {
        text.push_str(&disagreements.rows_to_table(width, colours));
        text.push_str(&match disagreements.total() {
            0 => "gateway, ledger and fares agree on all of them; balances were not looked at\n".to_owned(),
            1 => "1 disagreement\n".to_owned(),
            total => format!("{total} disagreements\n"),
        });
    }
    text
}

/// The run as JSON, with what reconciliation has found. The names of its fields are stable.
#[must_use]
pub fn load_to_json(ran: &Ran, disagreements: Option<&Disagreements>) -> Value {
    let latencies = ran.latencies();
    let told = PERCENTILES
        .iter()
        .filter_map(|percent| Some((format!("p{percent}"), json!(millis(percentile(&latencies, *percent)?)))));
    json!({
        "prefix": ran.prefix,
        "fares": ran.samples.len(),
        "outcomes": ran.outcomes(),
        "latencyMilliseconds": told.collect::<Map<_, _>>(),
        "agree": disagreements.is_some_and(|found| found.total() == 0),
        "disagreementsInAll": disagreements.map(Disagreements::total),
        "disagreements": disagreements.map(|found| found.first().map(disagreement_to_json).collect::<Vec<_>>()),
        "firstNotCollected": ran.first_not_collected(),
        "tookMilliseconds": millis(ran.took),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_sfn::types::ExecutionStatus;

    use super::*;
    use crate::load::{End, Sample};

    fn ran() -> Ran {
        let samples = (1..=200).map(|millis| Sample {
            number: 0,
            started_after: Duration::from_millis(millis),
            end: End::Ended(ExecutionStatus::Succeeded, Duration::from_millis(millis)),
        });
        Ran { prefix: "load_a_".to_owned(), samples: samples.collect(), took: Duration::from_millis(2_500) }
    }

    #[test]
    fn a_run_is_told_in_percentiles_and_fares_a_second() {
        let table = load_to_table(&ran(), None, 80, false);
        assert!(table.contains("│ 99 %") && table.contains("198 ms"), "{table}");
        assert!(table.ends_with("200 fares in 2.500 s, 80.0 a second: load_a_0 and so on\n"), "{table}");
    }

    #[test]
    fn machines_are_told_whole_milliseconds() {
        let told = load_to_json(&ran(), Some(&Disagreements::default()));
        assert_eq!((&told["latencyMilliseconds"]["p50"], &told["outcomes"]["collected"]), (&json!(100), &json!(200)));
    }
}
