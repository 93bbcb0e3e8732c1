//! The two halves of a place in the order of rows: the watermark and the key.

use super::cell::Cell;
use crate::read::{key, text};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use schemas::clock::VIETNAM;
use serde::{Deserialize, Serialize};

/// A watermark, with the type that the column has: it is compared as that type again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Number(i64),
    Local(DateTime),
    Legacy(DateTime),
    Instant(Timestamp),
}

impl Mark {
    /// `None` for a cell that is no watermark.
    pub fn of(cell: &Cell) -> Option<Self> {
        Some(match cell {
            Cell::Integer(number) => Self::Number(*number),
            Cell::Number(number) => Self::Number(number.parse().ok()?),
            Cell::Date(date) => Self::Local(date.at(0, 0, 0, 0)),
            Cell::Local(at) => Self::Local(*at),
            Cell::Legacy(at) => Self::Legacy(*at),
            Cell::Instant(at) => Self::Instant(*at),
            _ => return None,
        })
    }

    /// The instant that a watermark of time means.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Number(_) => None,
            Self::Local(at) | Self::Legacy(at) => VIETNAM.to_timestamp(at).ok(),
            Self::Instant(at) => Some(at),
        }
    }

    /// `at` as a watermark of the same type; a number has no time.
    pub fn like(self, at: Timestamp) -> Option<Self> {
        match self {
            Self::Number(_) => None,
            Self::Local(_) => Some(Self::Local(VIETNAM.to_datetime(at))),
            Self::Legacy(_) => Some(Self::Legacy(VIETNAM.to_datetime(at))),
            Self::Instant(_) => Some(Self::Instant(at)),
        }
    }

    /// Whether the two are of one type, and can be compared.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// So much earlier: seconds, or for a number so many.
    pub fn minus(self, overlap: u32) -> Self {
        let seconds = SignedDuration::from_secs(i64::from(overlap));
        match self {
            Self::Number(number) => Self::Number(number.saturating_sub(i64::from(overlap))),
            Self::Local(at) => Self::Local(at.saturating_sub(seconds)),
            Self::Legacy(at) => Self::Legacy(at.saturating_sub(seconds)),
            Self::Instant(at) => Self::Instant(at.saturating_sub(seconds).unwrap_or(at)),
        }
    }

    /// Rises with every change: what decides which version of a record is the newest.
    pub fn version(self) -> i64 {
        match self {
            Self::Number(number) => number,
            _ => self.instant().map_or(0, Timestamp::as_microsecond),
        }
    }
}

/// The source's key, with what the database needs to compare it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    Integer(i64),
    Text(String),
    Narrow(String),
    Uuid(String),
}

/// Longer keys do not fit a cursor.
const LONGEST_KEY: usize = 200;

impl Key {
    /// `None` for a cell that is no key.
    pub fn of(cell: &Cell) -> Option<Self> {
        let fits = |key: &str| key.len() <= LONGEST_KEY;
        Some(match cell {
            Cell::Integer(number) => Self::Integer(*number),
            Cell::Number(number) => Self::Integer(number.parse().ok()?),
            Cell::Text(key) if fits(key) => Self::Text(key.clone()),
            Cell::Narrow(key) if fits(key) => Self::Narrow(key.clone()),
            Cell::Uuid(key) => Self::Uuid(key.clone()),
            _ => return None,
        })
    }

    /// The key as the record's name: trimmed; `None` where only blanks are left.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Integer(number) => Some(number.to_string()),
            Self::Text(key) | Self::Narrow(key) | Self::Uuid(key) => text::clean(key),
        }
    }

    /// Whether a database may hold the two for equal: collations ignore case, accents, padding.
    pub fn may_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a) | Self::Narrow(a), Self::Text(b) | Self::Narrow(b)) => text::fold(a) == text::fold(b),
            _ => self == other,
        }
    }

    /// Whether it looks like a person's number, which no cursor may hold.
    pub fn is_personal(&self) -> bool {
        self.name().is_some_and(|name| key::safe(&name) != name)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(<hidden>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_watermark_keeps_its_type_through_a_cursor() {
        let instant = Mark::Instant(at("2026-11-24T01:30:00.123456Z"));
        let local = Mark::Local("2026-11-24T08:30:00.123456".parse().expect("a time"));
        for mark in [Mark::Number(7), local, instant] {
            let text = serde_json::to_string(&mark).expect("written");
            assert_eq!(serde_json::from_str::<Mark>(&text).expect("read"), mark);
        }
        assert_eq!(local.version(), instant.version(), "without a zone it is Vietnamese time");
        assert_eq!(local.like(at("2026-11-24T01:30:00.123456Z")), Some(local));
    }

    #[test]
    fn the_overlap_goes_back() {
        assert_eq!(Mark::Number(1_005).minus(1_000), Mark::Number(5));
        let mark = Mark::Instant(at("2026-11-24T01:30:00Z")).minus(3_600);
        assert_eq!(mark, Mark::Instant(at("2026-11-24T00:30:00Z")));
    }

    #[test]
    fn keys_that_a_collation_may_hold_for_equal_are_held_for_equal() {
        let text = |key: &str| Key::Text(key.into());
        assert!(text("AB-1").may_equal(&text("ab-1  ")));
        assert!(!text("AB-1").may_equal(&text("AB-2")));
        assert!(!Key::Integer(1).may_equal(&Key::Integer(2)));
    }

    #[test]
    fn a_persons_number_is_recognised_in_a_key() {
        assert!(Key::Narrow("099085000123 ".into()).is_personal());
        assert!(!Key::Text("H99.14-261124-0001".into()).is_personal());
        assert!(!format!("{:?}", Key::Text("099085000123".into())).contains("099"));
    }
}
