//! A cron expression in a time zone.

use super::zoned::Local;
use crate::problem::Problem;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use schemas::clock::VIETNAM;

pub struct Timetable {
    cron: Cron,
    zone: TimeZone,
}

impl Timetable {
    /// `None` where the expression is empty.
    pub fn new(expression: &str, zone: &str) -> Result<Option<Self>, Problem> {
        if expression.is_empty() {
            return Ok(None);
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser
            .parse(expression)
            .map_err(|error| Problem::usage("CONFIG_VALUE", format!("schedule: \"{expression}\": {error}")))?;
        Ok(Some(Self { cron, zone: zone_of(zone)? }))
    }

    /// The first time after this instant.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let at = Local(after.to_zoned_datetime(self.zone.clone()));
        self.cron.find_next_occurrence(&at, false).ok().map(|next| next.0.timestamp())
    }

    /// The last time up to this instant.
    pub fn last(&self, until: Timestamp) -> Option<Timestamp> {
        let at = Local(until.to_zoned_datetime(self.zone.clone()));
        self.cron.find_previous_occurrence(&at, true).ok().map(|last| last.0.timestamp())
    }
}

/// Vietnam's is known without a database of time zones: it keeps one offset all year.
fn zone_of(name: &str) -> Result<TimeZone, Problem> {
    if matches!(name, "Asia/Ho_Chi_Minh" | "Asia/Saigon") {
        return Ok(TimeZone::fixed(VIETNAM));
    }
    if let Some(offset) = offset(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|_| {
        Problem::usage("CONFIG_VALUE", format!("schedule.time_zone: \"{name}\" is no time zone known here"))
    })
}

/// `+07:00`
fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn two_in_the_morning_is_two_in_vietnam() {
        let table = Timetable::new("0 2 * * *", "Asia/Ho_Chi_Minh").expect("good").expect("one");
        assert_eq!(table.next(at("2026-11-24T12:00:00Z")), Some(at("2026-11-24T19:00:00Z")));
        assert_eq!(table.next(at("2026-11-24T19:00:00Z")), Some(at("2026-11-25T19:00:00Z")));
        assert_eq!(table.last(at("2026-11-24T19:00:00Z")), Some(at("2026-11-24T19:00:00Z")));
        assert_eq!(table.last(at("2026-11-24T18:59:00Z")), Some(at("2026-11-23T19:00:00Z")));
        let other = Timetable::new("30 22 * * MON-FRI", "+09:00").expect("good").expect("one");
        assert_eq!(other.next(at("2026-11-27T14:00:00Z")), Some(at("2026-11-30T13:30:00Z")), "not on a Saturday");
    }

    #[test]
    fn an_hour_that_a_clock_skips_and_one_that_it_has_twice_are_one_night_each() {
        let Ok(Some(table)) = Timetable::new("30 2 * * *", "Europe/Berlin") else {
            // A machine without the database of time zones has only fixed ones.
            return;
        };
        let nights = |from: &str, count: usize| {
            std::iter::successors(table.next(at(from)), |last| table.next(*last)).take(count).collect::<Vec<_>>()
        };
        assert_eq!(
            nights("2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"].map(at),
            "the skipped hour"
        );
        assert_eq!(
            nights("2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"].map(at),
            "the hour that comes twice"
        );
    }

    #[test]
    fn what_is_no_expression_or_no_time_zone_is_told() {
        assert!(Timetable::new("", "nowhere").expect("nothing to read").is_none());
        let wrong = |cron: &str, zone: &str| Timetable::new(cron, zone).map(|_| ()).expect_err("refused").cause;
        assert!(wrong("61 2 * * *", "+07:00").contains("61 2 * * *"));
        assert!(wrong("0 2 * * *", "Asia/Nowhere").contains("time_zone"));
    }
}
