//! Dates as each system writes them, read into one partial date.

use super::Problem;
use schemas::PartialDate;

/// `dd/MM/yyyy`, `dd.MM.yyyy`, `dd-MM-yyyy`, `MM/yyyy`, `yyyy`, `yyyy-MM-dd`, `yyyyMMdd`, with or
/// without a time behind it. Empty: `None`. `field` is only for the message.
pub fn date(text: &str, field: &str) -> Result<Option<PartialDate>, Problem> {
    let Some(text) = super::text::trimmed(text) else { return Ok(None) };
    let bad = || Problem::new("bad_date", format!("{field} must be a date that exists"));
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    read(day).map(Some).ok_or_else(bad)
}

/// ISO text of a date, for the canonical record.
pub fn iso(text: Option<&str>, field: &str) -> Result<Option<String>, Problem> {
    Ok(date(text.unwrap_or_default(), field)?.map(|date| date.to_string()))
}

/// A spreadsheet's serial number: days since 1899-12-30.
pub fn serial(days: i64) -> Option<PartialDate> {
    let epoch = jiff::civil::date(1899, 12, 30);
    // From 1 March 1900 on, so that the day that never was (29 February 1900) does no harm.
    (61..=100_000)
        .contains(&days)
        .then(|| epoch.checked_add(jiff::SignedDuration::from_hours(days * 24)).ok())?
        .map(Into::into)
}

fn read(day: &str) -> Option<PartialDate> {
    let mut all = [""; 3];
    let mut count = 0;
    for part in day.split(['/', '.', '-']) {
        *all.get_mut(count)? = part;
        count += 1;
    }
    let parts = &all[..count];
    if !parts.iter().all(|part| !part.is_empty() && part.len() <= 8 && part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let year = |part: &str| (part.len() == 4).then(|| part.parse::<i16>().ok()).flatten();
    let small = |part: &str| (part.len() <= 2).then(|| part.parse::<i8>().ok()).flatten();
    match parts {
        [all] if all.len() == 8 => {
            PartialDate::new(year(&all[..4])?, Some(small(&all[4..6])?), Some(small(&all[6..])?)).ok()
        }
        [y] => PartialDate::new(year(y)?, None, None).ok(),
        [y, m] if y.len() == 4 => PartialDate::new(year(y)?, Some(small(m)?), None).ok(),
        [m, y] => PartialDate::new(year(y)?, Some(small(m)?), None).ok(),
        [y, m, d] if y.len() == 4 => PartialDate::new(year(y)?, Some(small(m)?), Some(small(d)?)).ok(),
        [d, m, y] => PartialDate::new(year(y)?, Some(small(m)?), Some(small(d)?)).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso_of(text: &str) -> Option<String> {
        iso(Some(text), "ngaySinh").expect(text)
    }

    #[test]
    fn every_way_of_writing_a_date_is_read() {
        for (text, expected) in [
            ("05/03/1956", "1956-03-05"),
            ("5/3/1956", "1956-03-05"),
            ("05.03.1956", "1956-03-05"),
            ("05-03-1956", "1956-03-05"),
            ("1956-03-05", "1956-03-05"),
            ("1956-03-05T00:00:00", "1956-03-05"),
            ("05/03/1956 00:00:00", "1956-03-05"),
            ("19560305", "1956-03-05"),
            ("03.1956", "1956-03"),
            ("03/1956", "1956-03"),
            ("1956", "1956"),
        ] {
            assert_eq!(iso_of(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(iso_of("  "), None);
    }

    #[test]
    fn a_date_that_does_not_exist_is_a_problem_that_does_not_quote_it() {
        for text in
            ["31/02/1956", "13/1956", "56", "05/03/56", "năm 1956", "1956-3-5-1", "//", "05//1956", "٠٥/03/1956"]
        {
            let problem = iso(Some(text), "ngaySinh").expect_err(text);
            assert_eq!(problem.reason, "bad_date");
            assert!(!problem.detail.contains("56"), "{}", problem.detail);
        }
    }

    #[test]
    fn a_serial_number_is_a_day() {
        assert_eq!(serial(45_943).map(|d| d.to_string()).as_deref(), Some("2025-10-13"));
        assert_eq!(serial(20_519).map(|d| d.to_string()).as_deref(), Some("1956-03-05"));
        assert_eq!(serial(0), None);
        assert_eq!(serial(9_999_999), None);
    }
}
