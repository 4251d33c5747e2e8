//! Points in time and spans of time, for people and for machines. All of them are milliseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fare_values::FareStatus;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

/// The last moment of the year 9999, after which RFC 3339 has no more.
const LAST: u64 = 253_402_300_799_999;

/// `2026-11-27T08:15:00.123Z`. What is before 1970 or after 9999, as only a wrong record is, is told as the nearest moment.
pub(super) fn timestamp(millis: i64) -> String {
    humantime::format_rfc3339_millis(moment(millis)).to_string()
}

/// `2026-11-27T08:15:00Z`, where no more is known.
pub(super) fn timestamp_to_the_second(millis: i64) -> String {
    humantime::format_rfc3339_seconds(moment(millis)).to_string()
}

fn moment(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or_default().min(LAST))
}

/// `116 ms`, `2.9 s`, `5m 3s`: as exact as it is of use.
pub(super) fn span(millis: i64) -> String {
    let millis = millis.max(0);
    if millis < SECOND {
        return format!("{millis} ms");
    }
    if millis < MINUTE {
        return format!("{}.{} s", millis / SECOND, millis % SECOND / 100);
    }
    humantime::format_duration(Duration::from_secs(u64::try_from(millis / SECOND).unwrap_or_default())).to_string()
}

/// What is decided about a fare, in the words that `fare list --status` takes.
pub(crate) fn decision(status: FareStatus) -> &'static str {
    match status {
        FareStatus::Registered => "undecided",
        FareStatus::Completed => "completed",
        FareStatus::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_as_exact_as_it_is_of_use() {
        let spans = [0, 999, 1_000, 59_999, 60_000, 3_723_400, -5].map(span);
        assert_eq!(spans, ["0 ms", "999 ms", "1.0 s", "59.9 s", "1m", "1h 2m 3s", "0 ms"]);
    }

    #[test]
    fn a_point_in_time_is_told_as_exactly_as_it_is_known() {
        assert_eq!(timestamp_to_the_second(1_795_000_000_123), "2026-11-18T11:06:40Z");
        assert_eq!(timestamp(1_795_000_000_123), "2026-11-18T11:06:40.123Z");
        assert_eq!(
            [timestamp(i64::MIN), timestamp(i64::MAX)],
            ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
        );
    }
}
