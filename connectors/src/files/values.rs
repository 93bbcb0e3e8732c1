//! What a cell says, in the canonical form of its field.

use super::numbers::digits;
use crate::codes::{ethnicity, marital, sex};
use crate::read::text::{fold, padded};
use crate::read::{Problem, area, date, instant};

/// How the file writes days.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    pub month_first: bool,
    pub from_1904: bool,
}

/// Days between the two counts of spreadsheets.
const FROM_1904: i64 = 1_462;

pub fn canonical(field: &str, text: String, days: Days) -> Result<Option<String>, Problem> {
    Ok(match field {
        "birth_date" | "died_on" | "event_date" | "registered_on" | "issued_on" => day(&text, field, days)?,
        "accepted_at" | "due_at" | "completed_at" => match instant::instant(&text, field) {
            Ok(at) => at.map(instant::rfc3339),
            Err(_) => day(&text, field, days)?.map(|day| format!("{day}T00:00:00+07:00")),
        },
        "sex" => sex::from_word(&text),
        "ethnicity" => ethnicity::code(&text),
        "marital_status" => marital::from_word(&text),
        "residence_commune" | "parcel_commune" | "parcel_old_commune" | "register_commune" => {
            Some(padded(&digits(&text), 5))
        }
        "residence_province" => Some(padded(&text, 2)),
        "area_m2" | "legal_area_m2" => area::decimal(&text, field)?,
        "owner_kind" => owner_kind(&text),
        "personal_id" | "old_id" | "paper_number" | "father_id" | "mother_id" | "spouse_id" | "head_id" => {
            Some(digits(&text))
        }
        _ => Some(text),
    })
}

/// A date in words, or a serial number: what a spreadsheet shows when a cell has lost its format.
pub fn day(text: &str, field: &str, days: Days) -> Result<Option<String>, Problem> {
    let bad = || Problem::new("bad_date", format!("{field} must be a date that exists"));
    // A time of day may hang on a serial number as a fraction.
    let whole = text.split_once(['.', ',']).filter(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit()));
    let whole = whole.map_or(text, |(whole, _)| whole);
    if whole.len() == 5 && whole.bytes().all(|b| b.is_ascii_digit()) {
        let count: i64 = whole.parse().map_err(|_| bad())?;
        let count = if days.from_1904 { count + FROM_1904 } else { count };
        return Ok(Some(date::serial(count).ok_or_else(bad)?.to_string()));
    }
    if days.month_first
        && let [month, rest, year] = text.split('/').collect::<Vec<_>>()[..]
    {
        return date::iso(Some(&format!("{rest}/{month}/{year}")), field);
    }
    // `1956.0` is a year that went through a number format.
    let year = whole.len() == 4 && text.len() > 4 && text[5..].bytes().all(|b| b == b'0');
    date::iso(Some(if year { whole } else { text }), field)
}

fn owner_kind(text: &str) -> Option<String> {
    let folded = fold(text);
    let kind = match folded.as_str() {
        "canhan" | "1" => "individual",
        "vochong" | "2" => "couple",
        "hogiadinh" | "ho" | "3" => "household",
        "tochuc" | "4" => "organisation",
        "congdong" | "congdongdancu" | "5" => "community",
        _ => return None,
    };
    Some(kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str, days: Days) -> Option<String> {
        day(text, "birth_date", days).expect(text)
    }

    #[test]
    fn a_day_is_read_in_every_way_that_offices_write_it() {
        let usual = Days::default();
        for (text, expected) in [
            ("20519", "1956-03-05"),
            ("20519.5", "1956-03-05"),
            ("05/03/1956", "1956-03-05"),
            ("5-3-1956", "1956-03-05"),
            ("05.03.1956", "1956-03-05"),
            ("03/1956", "1956-03"),
            ("1956", "1956"),
            ("1956.0", "1956"),
            ("03.1956", "1956-03"),
        ] {
            assert_eq!(iso(text, usual).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(iso("19057", Days { from_1904: true, ..usual }).as_deref(), Some("1956-03-05"));
        assert_eq!(iso("03/05/1956", Days { month_first: true, ..usual }).as_deref(), Some("1956-03-05"));
        for text in ["31/02/1956", "khoảng 1956", "00001", "1956.x"] {
            assert_eq!(day(text, "birth_date", usual).expect_err(text).reason, "bad_date");
        }
    }

    #[test]
    fn words_become_codes_and_codes_get_their_zeros_back() {
        let value = |field: &str, text: &str| canonical(field, text.to_owned(), Days::default()).expect("readable");
        assert_eq!(value("owner_kind", "Hộ gia đình").as_deref(), Some("household"));
        assert_eq!(value("residence_commune", "691.0").as_deref(), Some("00691"));
        assert_eq!(value("personal_id", "99085000123").as_deref(), Some("99085000123"), "the lost zero is a finding");
        assert_eq!(value("accepted_at", "24/11/2026").as_deref(), Some("2026-11-24T00:00:00+07:00"));
        assert_eq!(value("area_m2", "150,50").as_deref(), Some("150.5"));
    }
}
