//! What many measurements come to, in whole numbers.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// A time in whole nanoseconds.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The least, the middle and the most of some measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Spread {
    pub(crate) min: u64,
    pub(crate) median: u64,
    pub(crate) max: u64,
}

impl Spread {
    /// `None` of no measurements.
    pub(crate) fn of(samples: &[u64]) -> Option<Self> {
        Some(Self { min: *samples.iter().min()?, median: percentile(samples, 50)?, max: *samples.iter().max()? })
    }
}

/// The smallest measurement that so many per cent of them do not exceed (nearest rank). `None` of no measurements.
pub(crate) fn percentile(samples: &[u64], per_cent: usize) -> Option<u64> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let rank = sorted.len().saturating_mul(per_cent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// A ratio, in whole thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Thousandths(pub(crate) u64);

impl Thousandths {
    /// `value` to `base`, rounded up, so that no goal is reached by rounding. `None` where there is nothing to compare
    /// with.
    pub(crate) fn ratio(value: u64, base: u64) -> Option<Self> {
        let thousandths = u128::from(value).saturating_mul(1_000).checked_add(u128::from(base.checked_sub(1)?))?;
        u64::try_from(thousandths.checked_div(u128::from(base))?).ok().map(Self)
    }
}

/// With two decimals, rounded up as well.
impl fmt::Display for Thousandths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0.div_ceil(10);
        write!(formatter, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// Nanoseconds as milliseconds, with three decimals.
pub(crate) fn milliseconds(nanoseconds: u64) -> String {
    let microseconds = nanoseconds / 1_000;
    format!("{}.{:03}", microseconds / 1_000, microseconds % 1_000)
}

/// KiB as MiB, with one decimal, rounded up.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    let tenths = kibibytes.saturating_mul(10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Bytes as MB, a million of them, with two decimals, rounded up.
pub(crate) fn megabytes(bytes: u64) -> String {
    let hundredths = bytes.div_ceil(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_measurements() {
        let samples: Vec<u64> = (1..=100).rev().collect();
        assert_eq!([50, 99, 100].map(|per_cent| percentile(&samples, per_cent)), [Some(50), Some(99), Some(100)]);
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile(&[7], 0), Some(7));
        assert_eq!(percentile(&[1, 2, 3], 50), Some(2));
    }

    #[test]
    fn nothing_comes_of_no_measurements() {
        assert_eq!((percentile(&[], 50), Spread::of(&[])), (None, None));
    }

    #[test]
    fn the_spread_does_not_depend_on_the_order() {
        assert_eq!(Spread::of(&[9, 1, 5]), Some(Spread { min: 1, median: 5, max: 9 }));
    }

    #[test]
    fn a_ratio_is_never_rounded_to_the_better() {
        assert_eq!(Thousandths::ratio(1_500, 1_000), Some(Thousandths(1_500)));
        assert_eq!(Thousandths::ratio(15_001, 10_000), Some(Thousandths(1_501)));
        assert_eq!(Thousandths(1_501).to_string(), "1.51");
        assert_eq!(Thousandths(1_370).to_string(), "1.37");
        assert_eq!(Thousandths::ratio(1, 0), None);
        assert_eq!(Thousandths::ratio(u64::MAX, 1), None);
    }

    #[test]
    fn quantities_are_shown_in_the_units_of_their_goals() {
        assert_eq!(milliseconds(2_047_999), "2.047");
        assert_eq!((mebibytes(10_240), mebibytes(10_241)), ("10.0".to_owned(), "10.1".to_owned()));
        assert_eq!((megabytes(2_500_000), megabytes(2_500_001)), ("2.50".to_owned(), "2.51".to_owned()));
    }
}
