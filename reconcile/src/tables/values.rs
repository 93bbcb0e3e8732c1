//! Values of files in their common forms: dates, sex, numbers.

use schemas::PartialDate;
use schemas::record::Sex;

/// `yyyy[-MM[-dd]]`, `yyyyMMdd`, `dd/MM/yyyy` with `/`, `.` or `-`, `MM/yyyy`, `dd` or `MM` that are
/// `00` or empty (unknown), with or without a time behind it.
pub fn date(text: &str) -> Option<PartialDate> {
    if let Ok(date) = PartialDate::parse_iso(text) {
        return Some(date);
    }
    let day = text.trim().split([' ', 'T']).next()?;
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    if !parts.iter().all(|part| part.len() <= 8 && part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let year = |part: &str| (part.len() == 4).then(|| part.parse::<i16>().ok()).flatten();
    let small = |part: &str| match part {
        "" | "0" | "00" => Some(None),
        part if part.len() <= 2 => part.parse::<i8>().ok().map(Some),
        _ => None,
    };
    let whole = |y: &str, m: &str, d: &str| {
        let (month, day) = (small(m)?, small(d)?);
        PartialDate::new(year(y)?, month, day.filter(|_| month.is_some())).ok()
    };
    match parts.as_slice() {
        [all] if all.len() == 8 => whole(&all[..4], &all[4..6], &all[6..]),
        [y] => whole(y, "", ""),
        [y, m] if y.len() == 4 => whole(y, m, ""),
        [m, y] => whole(y, m, ""),
        [y, m, d] if y.len() == 4 => whole(y, m, d),
        // Not 00/07 with a day, which would be a day of no month.
        [d, m, y] => whole(y, m, d),
        _ => None,
    }
}

pub fn sex(text: &str) -> Option<Sex> {
    let letter = match text.trim().to_lowercase().as_str() {
        "1" | "01" | "nam" | "m" | "male" => "m",
        "2" | "02" | "nữ" | "nu" | "n\u{1b0}\u{303}" | "f" | "female" => "f",
        "3" | "03" | "khác" | "khac" | "o" | "other" => "o",
        _ => return None,
    };
    Sex::from_canonical(letter)
}

/// A number with a point or a comma; dots or commas that part thousands go where both stand.
pub fn number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (dot, comma) = (text.rfind('.'), text.rfind(','));
    let plain = match (dot, comma) {
        (Some(dot), Some(comma)) if dot < comma => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (None, Some(_)) if text.matches(',').count() == 1 => text.replace(',', "."),
        (None, Some(_)) => text.replace(',', ""),
        (Some(_), None) if text.matches('.').count() > 1 => text.replace('.', ""),
        _ => text,
    };
    let digits = plain.trim_start_matches(['-', '+']);
    let good = digits.starts_with(|c: char| c.is_ascii_digit());
    plain.parse::<f64>().ok().filter(|value| good && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_registers_write_them() {
        for (text, expected) in [
            ("05/03/1956", "1956-03-05"),
            ("5.3.1956", "1956-03-05"),
            ("19560305", "1956-03-05"),
            ("1956-03-05T00:00:00", "1956-03-05"),
            ("00/03/1956", "1956-03"),
            ("00/00/1956", "1956"),
            ("03/1956", "1956-03"),
            ("1956", "1956"),
        ] {
            assert_eq!(date(text).map(|d| d.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["31/02/1956", "năm 1956", "", "13/1956", "1/2/3/4"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_with_either_separator() {
        for (text, value) in
            [("1.0", 1.0), ("1,5", 1.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567.0)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert_eq!((number("abc"), number("nan"), number("")), (None, None, None));
    }
}
