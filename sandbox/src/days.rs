//! Small helpers over calendar days.

use jiff::{SignedDuration, civil::Date};

pub fn plus(date: Date, days: i32) -> Date {
    date.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
}

/// Days from `earlier` to `later`; negative the other way round.
pub fn days_between(earlier: Date, later: Date) -> i32 {
    (later.duration_since(earlier).as_hours() / 24) as i32
}

/// Minutes of Vietnamese local time since 2025-01-01 00:00: how update times are kept.
pub type Minute = u32;

const EPOCH: Date = Date::constant(2025, 1, 1);

pub fn minute(date: Date, hour: u32, min: u32) -> Minute {
    days_between(EPOCH, date).max(0) as u32 * 1440 + hour * 60 + min
}

pub fn minute_of(at: jiff::civil::DateTime) -> Minute {
    minute(at.date(), at.hour() as u32, at.minute() as u32)
}

/// `2026-11-24T02:00:00`.
pub fn minute_text(at: Minute) -> String {
    format!("{}T{:02}:{:02}:00", plus(EPOCH, (at / 1440) as i32), at % 1440 / 60, at % 60)
}
