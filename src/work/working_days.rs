//! The clock of a correction request: days on which offices work.
//!
//! Saturdays, Sundays and the public holidays with a day of the solar calendar (Labour Code 2019,
//! article 112) are none. Tết and the Hùng kings' day follow the moon and are moved by decision every
//! year: the settings name them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Month and day.
const HOLIDAYS: [(i8, i8); 4] = [(1, 1), (4, 30), (5, 1), (9, 2)];

/// The day on which so many working days after `from` are over.
pub fn add_working_days(from: Date, days: u16, holidays: &[Date]) -> Date {
    let (mut day, mut left) = (from, days);
    while left > 0 {
        day = day.saturating_add(1.day());
        left -= u16::from(is_working_day(day, holidays));
    }
    day
}

/// Working days from `today` until `due`: negative where it is over.
pub fn working_days_until(today: Date, due: Date, holidays: &[Date]) -> i32 {
    let (first, last, sign) = if today <= due { (today, due, 1) } else { (due, today, -1) };
    let (mut day, mut count) = (first, 0);
    while day < last {
        day = day.saturating_add(1.day());
        count += i32::from(is_working_day(day, holidays));
    }
    sign * count
}

fn is_working_day(day: Date, holidays: &[Date]) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        && !HOLIDAYS.contains(&(day.month(), day.day()))
        && !holidays.contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weekends_and_holidays_stop_the_clock() {
        // A Friday.
        assert_eq!(add_working_days(date(2026, 11, 27), 1, &[]), date(2026, 11, 30));
        assert_eq!(add_working_days(date(2026, 11, 27), 5, &[]), date(2026, 12, 4));
        assert_eq!(add_working_days(date(2026, 12, 31), 1, &[]), date(2027, 1, 4), "new year is a Friday");
        assert_eq!(
            add_working_days(date(2027, 2, 4), 1, &[date(2027, 2, 5)]),
            date(2027, 2, 8),
            "Tết, as the settings say"
        );
    }

    #[test]
    fn what_is_left_counts_down_through_zero() {
        let due = date(2026, 12, 4);
        assert_eq!(working_days_until(date(2026, 11, 27), due, &[]), 5);
        assert_eq!(working_days_until(due, due, &[]), 0);
        assert_eq!(working_days_until(date(2026, 12, 8), due, &[]), -2);
    }
}
