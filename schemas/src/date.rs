//! Dates as registers keep them: often only a year, sometimes a month and a year.

use crate::ParseError;
use jiff::civil;
use serde::{Deserialize, Serialize};

/// A date known to the year, the month or the day. Its text is ISO: `1956`, `1956-03`, `1956-03-05`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// A date that exists in the calendar, with a year from 1000 to 2999.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, ParseError> {
        if !(1000..=2999).contains(&year) {
            return Err(ParseError::Date);
        }
        match (month, day) {
            (None, None) => {}
            (Some(month), None) if (1..=12).contains(&month) => {}
            (Some(month), Some(day)) => {
                civil::Date::new(year, month, day).map_err(|_| ParseError::Date)?;
            }
            _ => return Err(ParseError::Date),
        }
        Ok(Self { year, month, day })
    }

    /// ISO text, as [`PartialDate`]'s `Display` writes it. Wire formats are read by the connectors.
    pub fn parse_iso(text: &str) -> Result<Self, ParseError> {
        let part = |from: usize, to: usize| -> Result<i16, ParseError> {
            let digits = text.get(from..to).ok_or(ParseError::Date)?;
            if !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ParseError::Date);
            }
            digits.parse().map_err(|_| ParseError::Date)
        };
        let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        match text.len() {
            4 => Self::new(part(0, 4)?, None, None),
            7 if dash(4) => Self::new(part(0, 4)?, Some(part(5, 7)? as i8), None),
            10 if dash(4) && dash(7) => Self::new(part(0, 4)?, Some(part(5, 7)? as i8), Some(part(8, 10)? as i8)),
            _ => Err(ParseError::Date),
        }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    pub fn month(self) -> Option<i8> {
        self.month
    }

    pub fn day(self) -> Option<i8> {
        self.day
    }

    pub fn is_full(self) -> bool {
        self.day.is_some()
    }

    /// The calendar day, when it is known to the day.
    pub fn to_date(self) -> Option<civil::Date> {
        civil::Date::new(self.year, self.month?, self.day?).ok()
    }

    /// As Vietnamese screens show it: `05/03/1956`, `--/03/1956`, `1956`.
    pub fn to_screen(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{day:02}/{month:02}/{}", self.year),
            (Some(month), None) => format!("--/{month:02}/{}", self.year),
            _ => self.year.to_string(),
        }
    }
}

impl From<civil::Date> for PartialDate {
    fn from(date: civil::Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// A birth date is a personal value: `Debug` shows only how much of it is known.
impl std::fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match (self.month, self.day) {
            (_, Some(_)) => "PartialDate(day)",
            (Some(_), None) => "PartialDate(month)",
            _ => "PartialDate(year)",
        })
    }
}

impl TryFrom<String> for PartialDate {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse_iso(&text)
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_date_is_read_and_written_as_far_as_it_is_known() {
        for text in ["1956", "1956-03", "1956-03-05"] {
            assert_eq!(PartialDate::parse_iso(text).map(|d| d.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(PartialDate::parse_iso("1956-03-05").map(PartialDate::to_screen).as_deref(), Ok("05/03/1956"));
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["2023-02-29", "1956-13", "0085", "1956-3-5", "+956", "1956-03-", "１９５６"] {
            assert_eq!(PartialDate::parse_iso(text), Err(ParseError::Date), "{text}");
        }
    }
}
