//! One value of one row, in the few forms that views have.

use crate::read::{Problem, instant, text};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

// Without SQL Server nothing makes its two kinds of value.
#[cfg_attr(not(feature = "mssql"), allow(dead_code))]
#[derive(Clone, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    /// SQL Server's `varchar` and `char`: sorted by other rules than `nvarchar`.
    Narrow(String),
    Integer(i64),
    /// A decimal number that is no `i64`, as text.
    Number(String),
    Flag(bool),
    Uuid(String),
    Date(Date),
    /// A date with a time and no zone: Vietnamese time.
    Local(DateTime),
    /// SQL Server's `datetime`, which counts three-hundredths of a second.
    Legacy(DateTime),
    Instant(Timestamp),
    Unreadable(Unreadable),
}

/// Why a value cannot be read; names the type, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    UnknownType,
    /// Not in the encoding that it claims.
    BadText,
    /// A date that does not exist, an infinite one, a number that is none.
    OutOfRange,
}

/// One row of an answer, in the order of the columns that were asked for.
pub type Row = Vec<Cell>;

impl Cell {
    /// As text, the way the other connectors see it: padding is gone, empty is nothing.
    pub fn text(&self, column: &str) -> Result<Option<String>, Problem> {
        Ok(match self {
            Self::Null => None,
            Self::Text(value) | Self::Narrow(value) => text::clean(value),
            Self::Number(value) | Self::Uuid(value) => Some(value.clone()),
            Self::Integer(value) => Some(value.to_string()),
            Self::Flag(value) => Some(value.to_string()),
            Self::Date(date) => Some(date.to_string()),
            Self::Local(at) | Self::Legacy(at) => Some(at.to_string()),
            Self::Instant(at) => Some(instant::rfc3339(*at)),
            Self::Unreadable(why) => return Err(why.problem(column)),
        })
    }

    /// A boolean in any of its guises; `None` where it says nothing.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Integer(number) => Some(*number != 0),
            Self::Text(value) | Self::Narrow(value) => match value.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "t" | "y" | "yes" => Some(true),
                "0" | "false" | "f" | "n" | "no" | "" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// What the cell costs in memory, roughly.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Text(value) | Self::Narrow(value) | Self::Number(value) | Self::Uuid(value) => {
                16 + value.len() as u64
            }
            _ => 16,
        }
    }
}

impl Unreadable {
    fn problem(self, column: &str) -> Problem {
        match self {
            Self::UnknownType => Problem::new(
                "unknown_type",
                format!("{column} is of a type that is not read: give it as text, number, date or timestamp"),
            ),
            Self::BadText => Problem::new("bad_text", format!("{column} is not in the encoding that it claims")),
            Self::OutOfRange => Problem::new("bad_value", format!("{column} is a date or a number that cannot be")),
        }
    }
}

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cell(<hidden>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_goes_and_nothing_stays_nothing() {
        assert_eq!(Cell::Narrow("099085000123   ".into()).text("c"), Ok(Some("099085000123".into())));
        assert_eq!(Cell::Text("   ".into()).text("c"), Ok(None));
        assert_eq!(Cell::Null.text("c"), Ok(None));
        assert_eq!(Cell::Flag(true).text("c"), Ok(Some("true".into())));
        let at: Timestamp = "2026-11-24T01:30:00Z".parse().expect("an instant");
        assert_eq!(Cell::Instant(at).text("c"), Ok(Some("2026-11-24T08:30:00+07:00".into())));
    }

    #[test]
    fn a_flag_is_read_in_every_guise_and_nonsense_says_nothing() {
        for (cell, expected) in [
            (Cell::Flag(true), Some(true)),
            (Cell::Integer(0), Some(false)),
            (Cell::Text("1 ".into()), Some(true)),
            (Cell::Text("maybe".into()), None),
            (Cell::Null, None),
        ] {
            assert_eq!(cell.flag(), expected);
        }
    }

    #[test]
    fn an_unreadable_value_names_its_column_only() {
        let problem = Cell::Unreadable(Unreadable::UnknownType).text("hinh_anh").expect_err("no text");
        assert_eq!(problem.reason, "unknown_type");
        assert!(problem.detail.contains("hinh_anh"));
    }
}
