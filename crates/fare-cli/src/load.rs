//! Many fares, started at a rate or as quickly as others end, and how long each took.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::error::{Error, Result};
use crate::execution::{self, ExecutionArn};
use crate::stack::Stack;

/// No execution is asked for sooner, or sooner again; and none later than that again.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What is asked of a stack.
#[derive(Clone, Debug)]
pub struct Load {
    /// How many fares are started a second; without it each is started as soon as there may be one more.
    pub rate: Option<NonZeroU32>,
    /// How many in all.
    pub count: NonZeroU32,
    /// How many are under way at a time; a start waits until there are fewer.
    pub concurrency: NonZeroU32,
    /// Among how many customers they are spread.
    pub customers: NonZeroU32,
    /// The token that is charged.
    pub payment_method: String,
    /// How long one execution may take before it is given up on.
    pub time_limit: Duration,
}

/// How one fare fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which one of the run it is.
    pub number: u32,
    /// When it was started, after the beginning of the run.
    pub started_after: Duration,
    /// What became of it.
    pub end: End,
}

/// What became of a fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Its execution ended with this status, this long after it had started, by the clock of Step Functions.
    Ended(ExecutionStatus, Duration),
    /// Its execution did not end in time.
    StillRunning,
    /// It could not be started, or not be asked for.
    Unknown(String),
}

/// A run: its name, and what became of each fare.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What the ids of its fares begin with.
    pub prefix: String,
    /// One for each fare.
    pub samples: Vec<Sample>,
    /// From the first start to the last end.
    pub took: Duration,
}

impl Load {
    /// The input of one fare of a run.
    #[must_use]
    pub fn input(&self, prefix: &str, number: u32) -> Value {
        let customer = number.checked_rem(self.customers.get()).unwrap_or_default();
        let amount = 100 + number.wrapping_mul(37) % 9_900;
        json!({
            "fareId": fare_id(prefix, number),
            "customerId": format!("{prefix}c{customer}"),
            "fareAmount": { "amount": amount, "currency": "usd" },
            "paymentMethod": self.payment_method,
        })
    }

    /// Starts the fares and waits for the end of each. `ended` is told of each as it ends.
    pub async fn run(&self, stack: &Stack, prefix: String, ended: impl Fn()) -> Ran {
        let began = Instant::now();
        let usual = Cell::new(Duration::ZERO);
        let concurrency = usize::try_from(self.concurrency.get()).unwrap_or(usize::MAX);
        let ticks = self.rate.map(|rate| {
            let mut ticks = interval(Duration::from_secs(1) / rate.get());
            // What the concurrency held up is not made up for in a burst.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        let paced = futures::stream::unfold((ticks, 0), async |(mut ticks, number)| {
            if number >= self.count.get() {
                return None;
            }
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            Some((number, (ticks, number.saturating_add(1))))
        });
        let samples = paced
            .map(async |number| {
                let started_after = began.elapsed();
                let end = self.collect(stack, &prefix, number, &usual).await;
                ended();
                Sample { number, started_after, end: end.unwrap_or_else(|error| End::Unknown(error.in_full())) }
            })
            .buffer_unordered(concurrency)
            .collect()
            .await;
        Ran { prefix, samples, took: began.elapsed() }
    }

    async fn collect(&self, stack: &Stack, prefix: &str, number: u32, usual: &Cell<Duration>) -> Result<End> {
        let input = self.input(prefix, number);
        let execution = execution::start(stack, &fare_id(prefix, number), &input).await?;
        let started = Instant::now();
        loop {
            sleep(pause(started.elapsed(), usual.get())).await;
            if let Some(end) = end_of(stack, &execution).await? {
                usual.set(started.elapsed());
                return Ok(end);
            }
            if started.elapsed() >= self.time_limit {
                return Ok(End::StillRunning);
            }
        }
    }
}

/// How long until an execution is asked for again that runs for so long already, where the one that ended last took so long
/// as is usual. Its end is seen soon, since the next fare may wait for it, and with few questions, since these are work too.
fn pause(elapsed: Duration, usual: Duration) -> Duration {
    let until_likely = (usual / 4 * 3).saturating_sub(elapsed);
    until_likely.max(elapsed / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

fn fare_id(prefix: &str, number: u32) -> String {
    format!("{prefix}{number}")
}

async fn end_of(stack: &Stack, execution: &ExecutionArn) -> Result<Option<End>> {
    let described = execution::describe(stack, execution).await?.ok_or(Error::NoFare)?;
    if described.is_running() {
        return Ok(None);
    }
    let took = described.started_at.zip(described.ended_at).map(|(start, end)| end.saturating_sub(start));
    let took = Duration::from_millis(took.and_then(|millis| u64::try_from(millis).ok()).unwrap_or_default());
    Ok(Some(End::Ended(described.status, took)))
}

impl Ran {
    /// How many fares came to each end, by its name.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<String, u64> {
        let mut outcomes = BTreeMap::new();
        for sample in &self.samples {
            let name = match &sample.end {
                End::Ended(ExecutionStatus::Succeeded, _) => "collected".to_owned(),
                End::Ended(ExecutionStatus::Failed, _) => "failed".to_owned(),
                End::Ended(status, _) => status.as_str().to_lowercase(),
                End::StillRunning => "still_running".to_owned(),
                End::Unknown(_) => "unknown".to_owned(),
            };
            let count: &mut u64 = outcomes.entry(name).or_default();
            *count = count.saturating_add(1);
        }
        outcomes
    }

    /// How many fares were lost: nobody knows what became of them.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.samples.iter().filter(|sample| matches!(sample.end, End::StillRunning | End::Unknown(_))).count()
    }

    /// How many fares ended and were not collected.
    #[must_use]
    pub fn failed(&self) -> usize {
        let failed = |end: &End| matches!(end, End::Ended(status, _) if *status != ExecutionStatus::Succeeded);
        self.samples.iter().filter(|sample| failed(&sample.end)).count()
    }

    /// Whether every fare was collected.
    #[must_use]
    pub fn all_collected(&self) -> bool {
        self.first_not_collected().is_none()
    }

    /// The id of the first fare that was not collected.
    #[must_use]
    pub fn first_not_collected(&self) -> Option<String> {
        let not_collected = |sample: &&Sample| !matches!(sample.end, End::Ended(ExecutionStatus::Succeeded, _));
        let first = self.samples.iter().filter(not_collected).map(|sample| sample.number).min()?;
        Some(fare_id(&self.prefix, first))
    }

    /// The first thing that went wrong with a fare that could not be followed.
    #[must_use]
    pub fn first_problem(&self) -> Option<&str> {
        self.samples.iter().find_map(|sample| match &sample.end {
            End::Unknown(problem) => Some(problem.as_str()),
            End::Ended(..) | End::StillRunning => None,
        })
    }

    /// How many fares there were a second, with one decimal.
    #[must_use]
    pub fn per_second(&self) -> String {
        let tenths = self.tenths_per_second();
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// How many fares there were in ten seconds.
    #[must_use]
    pub(crate) fn tenths_per_second(&self) -> u64 {
        let count = u64::try_from(self.samples.len()).unwrap_or(u64::MAX);
        count.saturating_mul(10_000).checked_div(millis(self.took).max(1)).unwrap_or_default()
    }

    /// How long those took that ended, the shortest first.
    #[must_use]
    pub fn latencies(&self) -> Vec<Duration> {
        let ended = self.samples.iter().filter_map(|sample| match sample.end {
            End::Ended(_, took) => Some(took),
            End::StillRunning | End::Unknown(_) => None,
        });
        let mut latencies: Vec<_> = ended.collect();
        latencies.sort_unstable();
        latencies
    }
}

/// Whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Of sorted values the one that so many percent are no greater than; `None` of none.
#[must_use]
pub fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load() -> Load {
        let one = NonZeroU32::MIN;
        Load {
            rate: None,
            count: one,
            concurrency: one,
            customers: NonZeroU32::new(7).unwrap(),
            payment_method: "pm_card_visa".to_owned(),
            time_limit: Duration::from_secs(1),
        }
    }

    #[test]
    fn every_fare_of_a_run_is_a_valid_one() {
        for number in [0, 1, 6, 7, 999_999, u32::MAX] {
            let input = load().input("load_abc_", number);
            fare_values::FareRequest::from_json(&input).unwrap_or_else(|error| panic!("{input}: {error}"));
        }
    }

    #[test]
    fn an_end_is_seen_soon_and_with_few_questions() {
        let looks = |usual, end| {
            let (mut elapsed, mut looks) = (Duration::ZERO, 0);
            while elapsed < Duration::from_millis(end) {
                elapsed += pause(elapsed, Duration::from_millis(usual));
                looks += 1;
            }
            (looks, elapsed.as_millis())
        };
        assert_eq!(looks(0, 100), (2, 100));
        assert_eq!(looks(400, 400), (3, 400));
        let (few, seen) = looks(1_500, 1_500);
        assert!(few <= 4 && seen < 1_700, "{few} {seen}");
        // Also where none took as long before, and where it takes as long as it may.
        let (more, seen) = looks(0, 10_000);
        assert!(more < 40 && seen < 11_300, "{more} {seen}");
        assert_eq!(pause(Duration::from_secs(3_600), Duration::ZERO), LONGEST_PAUSE);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let sorted: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        let of = |percent| percentile(&sorted, percent).unwrap().as_millis();
        assert_eq!([0, 1, 50, 99, 100].map(of), [1, 2, 100, 198, 200]);
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn what_became_of_the_fares_is_counted() {
        let sample = |end| Sample { number: 0, started_after: Duration::ZERO, end };
        let ended = |status| sample(End::Ended(status, Duration::from_millis(5)));
        let samples = vec![
            ended(ExecutionStatus::Succeeded),
            ended(ExecutionStatus::Failed),
            ended(ExecutionStatus::TimedOut),
            sample(End::StillRunning),
            sample(End::Unknown("no answer".to_owned())),
        ];
        let ran = Ran { prefix: String::new(), samples, took: Duration::ZERO };
        let names: Vec<_> = ran.outcomes().into_keys().collect();
        assert_eq!(names, ["collected", "failed", "still_running", "timed_out", "unknown"]);
        assert_eq!((ran.all_collected(), ran.first_problem(), ran.latencies().len()), (false, Some("no answer"), 3));
        assert_eq!((ran.failed(), ran.lost()), (2, 2));
    }
}
