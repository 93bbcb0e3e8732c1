//! From the text of a column to the canonical value of a field.

use super::field::{FieldKind, kind};
use crate::codes::{ethnicity, marital, paper, sex};
use crate::read::text::padded;
use crate::read::{Problem, area, date, instant};
use config::settings::DateFormat;

/// `column` is only for the message.
pub fn canonical(
    field: &str,
    column: &str,
    text: Option<String>,
    format: Option<DateFormat>,
) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    Ok(match kind(field) {
        FieldKind::Text => Some(text),
        FieldKind::Code(width) => Some(padded(&text, width)),
        FieldKind::Date => {
            let text = match format {
                Some(format) => in_format(&text, format).ok_or_else(|| bad_date(column))?,
                None => text,
            };
            date::iso(Some(&text), column)?
        }
        FieldKind::Instant => instant::instant(&text, column)?.map(instant::rfc3339),
        FieldKind::Sex => sex::from_land(&text).or_else(|| listed(field, &text)),
        FieldKind::Ethnicity => ethnicity::code(&text),
        FieldKind::MaritalStatus => marital::from_word(&text).or_else(|| listed(field, &text)),
        FieldKind::PaperKind => Some(listed(field, &text).unwrap_or_else(|| paper::kind(&text))),
        FieldKind::Area => area::decimal(&text, column)?,
        FieldKind::Flag => Some(text).filter(|text| text == "true" || text == "1").map(|_| "true".to_owned()),
        FieldKind::Module => Some(text.to_ascii_uppercase()),
        FieldKind::Status => Some(listed(field, &text).unwrap_or_else(|| "unknown".to_owned())),
        FieldKind::OwnerKind => listed(field, &text),
        FieldKind::Event | FieldKind::Role => Some(listed(field, &text).ok_or_else(|| unknown_event(column))?),
    })
}

/// A code that the settings do not list.
pub fn unlisted(field: &str, column: &str) -> Result<Option<String>, Problem> {
    match kind(field) {
        FieldKind::Status => Ok(Some("unknown".into())),
        FieldKind::Event | FieldKind::Role => Err(unknown_event(column)),
        _ => Ok(None),
    }
}

fn listed(field: &str, text: &str) -> Option<String> {
    let words = config::settings::canonical_words(field)?;
    words.contains(&text).then(|| text.to_owned())
}

fn unknown_event(column: &str) -> Problem {
    Problem::new("unknown_event", format!("{column} must say which event the record is of, and of whom"))
}

fn bad_date(column: &str) -> Problem {
    Problem::new("bad_date", format!("{column} must be a date in the format of the settings"))
}

/// The date with its day first, if it is written in `format`. A year alone, and a month with a
/// year, have one meaning in every format.
fn in_format(text: &str, format: DateFormat) -> Option<String> {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    match (parts.as_slice(), format) {
        ([year], _) if year.len() == 4 => Some(day.to_owned()),
        ([_, year], _) if year.len() == 4 => Some(day.to_owned()),
        ([all], DateFormat::Digits) if all.len() == 8 => Some(day.to_owned()),
        ([_, _, year], DateFormat::DayFirst) if year.len() == 4 => Some(day.to_owned()),
        ([month, day, year], DateFormat::MonthFirst) if year.len() == 4 => Some(format!("{day}/{month}/{year}")),
        // Columns of dates come so, whatever the format says of texts.
        ([year, _, _], _) if year.len() == 4 => Some(day.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str, text: &str) -> Option<String> {
        canonical(field, "cot", Some(text.into()), None).expect(text)
    }

    #[test]
    fn each_field_has_its_form() {
        for (field, text, expected) in [
            ("birth_date", "05/03/1985", Some("1985-03-05")),
            ("birth_date", "1985-03-05T00:00:00", Some("1985-03-05")),
            ("accepted_at", "2026-11-24T08:30:00", Some("2026-11-24T08:30:00+07:00")),
            ("sex", "true", Some("m")),
            ("sex", "Nữ", Some("f")),
            ("sex", "m", Some("m")),
            ("sex", "9", None),
            ("ethnicity", "Tày", Some("02")),
            ("marital_status", "Đã kết hôn", Some("married")),
            ("residence_commune", "691", Some("00691")),
            ("area_m2", "150.50", Some("150.5")),
            ("status", "done", Some("done")),
            ("status", "7", Some("unknown")),
            ("module", "ltks", Some("LTKS")),
            ("paper_kind", "4", Some("cccd")),
            ("id_verified", "1", Some("true")),
            ("id_verified", "false", None),
            ("personal_id", "99085000123", Some("99085000123")),
        ] {
            assert_eq!(read(field, text).as_deref(), expected, "{field} {text}");
        }
    }

    #[test]
    fn a_format_settles_which_is_the_month() {
        let read = |text: &str, format| canonical("birth_date", "cot", Some(text.into()), Some(format));
        assert_eq!(read("03/05/1985", DateFormat::MonthFirst), Ok(Some("1985-03-05".into())));
        assert_eq!(read("05/03/1985", DateFormat::DayFirst), Ok(Some("1985-03-05".into())));
        assert_eq!(read("19850305", DateFormat::Digits), Ok(Some("1985-03-05".into())));
        assert_eq!(read("1985", DateFormat::MonthFirst), Ok(Some("1985".into())));
        assert_eq!(read("1985-03-05", DateFormat::MonthFirst), Ok(Some("1985-03-05".into())), "a column of dates");
        for (text, format) in [("13/25/1985", DateFormat::MonthFirst), ("05/03/1985", DateFormat::Digits)] {
            assert_eq!(read(text, format).expect_err(text).reason, "bad_date");
        }
    }

    #[test]
    fn an_event_that_nobody_knows_is_a_problem() {
        let problem = canonical("event", "loai", Some("adoption".into()), None).expect_err("unknown");
        assert_eq!(problem.reason, "unknown_event");
        assert_eq!(unlisted("event", "loai").expect_err("unknown").reason, "unknown_event");
        assert_eq!(unlisted("status", "tt"), Ok(Some("unknown".into())));
        assert_eq!(unlisted("sex", "gt"), Ok(None));
    }
}
