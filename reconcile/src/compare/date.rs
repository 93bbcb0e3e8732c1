//! Birth dates, as far as both sides know them.

use schemas::{Level, PartialDate};

/// How two dates compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateComparison {
    /// [`Level::Same`], [`Level::Compatible`] (one knows less), [`Level::Different`], or
    /// [`Level::OnlyHere`] where one is no date.
    pub level: Level,
    /// Both known to the day, same year, day and month exchanged.
    pub swap: bool,
    /// Compatible, and it is the second that knows less.
    pub second_knows_less: bool,
}

pub fn compare_dates(a: &str, b: &str) -> DateComparison {
    let plain = |level| DateComparison { level, swap: false, second_knows_less: false };
    if a == b {
        return plain(Level::Same);
    }
    let (Ok(a), Ok(b)) = (PartialDate::parse_iso(a), PartialDate::parse_iso(b)) else { return plain(Level::OnlyHere) };
    let agree = |a: Option<i8>, b: Option<i8>| a.is_none() || b.is_none() || a == b;
    if a.year() == b.year() && agree(a.month(), b.month()) && agree(a.day(), b.day()) {
        let known = |date: PartialDate| u8::from(date.month().is_some()) + u8::from(date.day().is_some());
        return match known(a).cmp(&known(b)) {
            std::cmp::Ordering::Equal => plain(Level::Same),
            order => DateComparison {
                level: Level::Compatible,
                swap: false,
                second_knows_less: order == std::cmp::Ordering::Greater,
            },
        };
    }
    let swap = a.is_full() && b.is_full() && a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    DateComparison { level: Level::Different, swap, second_knows_less: false }
}
