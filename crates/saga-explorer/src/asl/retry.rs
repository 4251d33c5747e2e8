//! Retriers, catchers and the error names they match.

use super::path::Place;

/// Matches every error but the two that nothing catches.
pub(super) const ALL: &str = "States.ALL";
/// Matches what [`ALL`] does, but for [`TIMEOUT`].
pub(super) const TASK_FAILED: &str = "States.TaskFailed";
pub(super) const TIMEOUT: &str = "States.Timeout";
pub(super) const RUNTIME: &str = "States.Runtime";
pub(super) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
pub(super) const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
pub(super) const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
pub(super) const NO_CHOICE_MATCHED: &str = "States.NoChoiceMatched";
const PERMISSIONS: &str = "States.Permissions";

/// The reserved names that a list may hold. `States.Runtime` and `States.DataLimitExceeded` end every execution, so that naming
/// them is an error of the definition's author; the others belong to fields that are not implemented.
pub(super) const MATCHABLE: [&str; 6] =
    [ALL, TASK_FAILED, TIMEOUT, INTRINSIC_FAILURE, RESULT_PATH_MATCH_FAILURE, PERMISSIONS];

/// An `ErrorEquals`.
///
/// Source: guide, "Error names": `States.ALL` catches neither `States.DataLimitExceeded` nor `States.Runtime`;
/// `States.TaskFailed` "acts as a wildcard that matches any known error name except for `States.Timeout`".
#[derive(Debug)]
pub(super) struct ErrorEquals(pub(super) Vec<String>);

impl ErrorEquals {
    pub(super) fn matches(&self, error: &str) -> bool {
        !is_terminal(error)
            && self.0.iter().any(|name| match name.as_str() {
                ALL => true,
                TASK_FAILED => error != TIMEOUT,
                name => name == error,
            })
    }
}

/// Whether an error ends the execution whatever is retried or caught.
///
/// Source: guide, "Error names", `States.DataLimitExceeded` ("a terminal error") and `States.Runtime` ("not retriable, and will
/// always cause the execution to fail").
fn is_terminal(error: &str) -> bool {
    matches!(error, RUNTIME | DATA_LIMIT_EXCEEDED)
}

/// An element of `Retry`.
#[derive(Debug)]
pub(super) struct Retrier {
    pub(super) errors: ErrorEquals,
    pub(super) max_attempts: u32,
    pub(super) schedule: Schedule,
    pub(super) full_jitter: bool,
}

/// An element of `Catch`.
#[derive(Debug)]
pub(super) struct Catcher {
    pub(super) errors: ErrorEquals,
    /// `None` discards the error output.
    pub(super) result_place: Option<Place>,
    pub(super) next: usize,
}

/// The delays before each retry in milliseconds; the last one repeats.
#[derive(Debug)]
pub(super) struct Schedule(Vec<u64>);

/// `BackoffRate`: `numerator / 10^decimals`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    numerator: u128,
    denominator: u128,
}

impl Rate {
    pub(super) const DEFAULT: Self = Self { numerator: 2, denominator: 1 };

    /// Reads a decimal number of at least 1, as `2`, `2.0` or `1.5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let denominator = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let numerator = format!("{whole}{fraction}").parse::<u128>().ok()?;
        (numerator >= denominator).then_some(Self { numerator, denominator })
    }
}

impl Schedule {
    /// min(interval × rate^n, cap) for each retry, exact to the millisecond. `None` if that cannot be represented: how the
    /// service rounds is not documented.
    ///
    /// Source: guide, "Retrying after an error": IntervalSeconds, BackoffRate, MaxDelaySeconds.
    pub(super) fn compute(interval_seconds: u64, rate: Rate, cap_seconds: Option<u64>, retries: u32) -> Option<Self> {
        let cap = cap_seconds.map(|seconds| u128::from(seconds) * 1000);
        let mut delays = Vec::new();
        let (mut numerator, mut denominator) = (u128::from(interval_seconds) * 1000, 1_u128);
        for _ in 0..retries {
            let capped = cap.filter(|cap| *cap <= numerator / denominator);
            if capped.is_none() && numerator % denominator != 0 {
                return None;
            }
            delays.push(u64::try_from(capped.unwrap_or(numerator / denominator)).ok()?);
            if capped.is_some() || rate.numerator == rate.denominator {
                break;
            }
            numerator = numerator.checked_mul(rate.numerator)?;
            denominator = denominator.checked_mul(rate.denominator)?;
        }
        Some(Self(delays))
    }

    /// Milliseconds before the retry that follows `retried` earlier ones.
    pub(super) fn delay(&self, retried: u32) -> u64 {
        let index = usize::try_from(retried).unwrap_or(usize::MAX);
        self.0.get(index).or(self.0.last()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: &str, cap: Option<u64>, retries: u32) -> Option<Vec<u64>> {
        Schedule::compute(3, Rate::parse(rate)?, cap, retries).map(|schedule| schedule.0)
    }

    #[test]
    fn the_delay_grows_by_the_rate_up_to_the_cap_and_stays_there() {
        assert_eq!(schedule("2.0", None, 4), Some(vec![3000, 6000, 12000, 24000]));
        assert_eq!(schedule("2", Some(10), 30), Some(vec![3000, 6000, 10000]));
        let capped = Schedule::compute(3, Rate::DEFAULT, Some(10), 30).unwrap();
        assert_eq!((capped.delay(2), capped.delay(29)), (10000, 10000));
    }

    #[test]
    fn a_rate_with_decimals_is_exact() {
        assert_eq!(schedule("1.5", None, 3), Some(vec![3000, 4500, 6750]));
    }

    #[test]
    fn a_delay_that_is_no_whole_number_of_milliseconds_is_refused() {
        assert_eq!(schedule("1.0001", None, 3), None);
    }

    #[test]
    fn a_delay_that_no_number_holds_is_refused() {
        assert_eq!(schedule("2", None, 99_999_999), None);
    }

    #[test]
    fn a_rate_below_one_is_refused() {
        assert!(Rate::parse("0.5").is_none());
    }

    #[test]
    fn a_steady_delay_needs_no_long_schedule() {
        assert_eq!(schedule("1.0", None, 99_999_999), Some(vec![3000]));
    }
}
