//! Who an execution is.

/// What the context object says of an execution and its machine, and what its status event repeats.
///
/// Source: guide, "Accessing execution data from the Context object".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The execution's ARN, `$$.Execution.Id`.
    pub execution_arn: String,
    /// The execution's name, `$$.Execution.Name`.
    pub name: String,
    /// The machine's ARN, `$$.StateMachine.Id`.
    pub state_machine_arn: String,
    /// The machine's name, `$$.StateMachine.Name`.
    pub state_machine_name: String,
    /// When it was started, in milliseconds since 1970: `$$.Execution.StartTime`.
    pub started_at_ms: u64,
}

impl Identity {
    /// `$$.Execution.StartTime`, as in `2026-11-23T04:03:00.000Z`.
    pub(super) fn start_time(&self) -> String {
        let Moment { seconds, milliseconds } = Moment::of(self.started_at_ms);
        format!("{seconds}.{milliseconds:03}Z")
    }
}

/// A moment in UTC.
pub(super) struct Moment {
    /// ISO 8601 without fraction and zone.
    pub(super) seconds: String,
    pub(super) milliseconds: u64,
}

impl Moment {
    pub(super) fn of(since_1970_ms: u64) -> Self {
        let seconds = since_1970_ms / 1000;
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let (year, month, day) = date(seconds / 86400);
        Self {
            seconds: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            milliseconds: since_1970_ms % 1000,
        }
    }
}

/// The civil date of a day counted from 1970-01-01. Years are taken to begin in March, so that the leap day comes last and a
/// month's offset is a plain formula (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn date(days_since_1970: u64) -> (u64, u64, u64) {
    const DAYS_FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    const DAYS_OF_400_YEARS: u64 = 146_097;
    let days = days_since_1970.saturating_add(DAYS_FROM_MARCH_OF_YEAR_0);
    let (era, day_of_era) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_across_leap_days_and_year_ends() {
        for (milliseconds, expected) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399_000, "2000-02-28T23:59:59"),
            (951_782_400_000, "2000-02-29T00:00:00"),
            (1_551_225_271_984, "2019-02-26T23:54:31"),
            (4_107_542_400_000, "2100-03-01T00:00:00"),
            (1_798_761_599_999, "2026-12-31T23:59:59"),
        ] {
            assert_eq!(Moment::of(milliseconds).seconds, expected);
        }
    }
}
