//! What a source asks us to wait.
//!
//! At least that long is waited, up to ten minutes; a source that wants more parks the partition.
//! A header that says nothing sensible counts as none, so that our own back-off decides.

use jiff::Timestamp;
use std::time::Duration;

/// Longer than this is not waited for inside a run.
pub const LONGEST: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header, or one that cannot be understood.
    Unsaid,
    Wait(Duration),
    /// The whole wish, for the record: the partition parks.
    TooLong(Duration),
}

impl RetryAfter {
    /// Reads the header: seconds, or an HTTP date, which is measured against the `Date` of the
    /// same answer, so that a wrong clock on either side does no harm.
    pub fn read(header: Option<&str>, date: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(text) = header.map(str::trim).filter(|text| !text.is_empty()) else { return Self::Unsaid };
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::of(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        match http_date(text) {
            Some(until) => {
                let wait = until.duration_since(date.unwrap_or(now));
                Self::of(Duration::try_from(wait).unwrap_or(Duration::ZERO))
            }
            None => Self::Unsaid,
        }
    }

    fn of(wait: Duration) -> Self {
        if wait > LONGEST { Self::TooLong(wait) } else { Self::Wait(wait) }
    }

    /// In milliseconds, for [`schemas::SourceError::retry_after_ms`].
    pub fn as_ms(self) -> Option<u64> {
        match self {
            Self::Unsaid => None,
            Self::Wait(wait) | Self::TooLong(wait) => Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> RetryAfter {
        let date = http_date("Tue, 24 Nov 2026 02:00:00 GMT");
        assert!(date.is_some());
        RetryAfter::read(Some(header), date, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn seconds_and_dates_are_waited_for() {
        assert_eq!(read("0"), RetryAfter::Wait(Duration::ZERO));
        assert_eq!(read(" 120 "), RetryAfter::Wait(Duration::from_secs(120)));
        assert_eq!(read("Tue, 24 Nov 2026 02:00:30 GMT"), RetryAfter::Wait(Duration::from_secs(30)));
        assert_eq!(read("Tue, 24 Nov 2026 01:00:00 GMT"), RetryAfter::Wait(Duration::ZERO));
    }

    #[test]
    fn a_wish_of_more_than_ten_minutes_is_too_long() {
        assert_eq!(read("600"), RetryAfter::Wait(LONGEST));
        for header in ["601", "1000000000", "99999999999999999999999", "Wed, 25 Nov 2026 02:00:00 GMT"] {
            assert!(matches!(read(header), RetryAfter::TooLong(_)), "{header}");
        }
    }

    #[test]
    fn garbage_counts_as_no_header() {
        for header in ["-5", "soon", "1.5", "", "Tue, 99 Nov 2026"] {
            assert_eq!(read(header), RetryAfter::Unsaid, "{header}");
        }
        assert_eq!(RetryAfter::read(None, None, Timestamp::UNIX_EPOCH), RetryAfter::Unsaid);
    }

    #[test]
    fn without_a_date_of_the_answer_our_own_clock_measures() {
        let now = http_date("Tue, 24 Nov 2026 02:00:00 GMT").expect("a date");
        let wait = RetryAfter::read(Some("Tue, 24 Nov 2026 02:00:10 GMT"), None, now);
        assert_eq!(wait, RetryAfter::Wait(Duration::from_secs(10)));
    }
}
