//! Numbers and days as texts, with all the digits that the file holds.

/// Whole numbers up to here are exact in a spreadsheet.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT { format!("{number:.0}") } else { number.to_string() }
}

pub fn day_text(date: &calamine::ExcelDateTime) -> String {
    if date.is_datetime() {
        let (year, month, day, ..) = date.to_ymd_hms_milli();
        format!("{day:02}/{month:02}/{year:04}")
    } else {
        number_text(date.as_f64())
    }
}

/// A number of an identity paper that went through a number format: `099085000123.0` and
/// `9.9085000123E+10` are whole, `9.9085E+10` has lost its last digits and stays as it is.
pub fn digits(text: &str) -> String {
    let whole = text.split_once(['.', ',']).filter(|(whole, zeros)| {
        !whole.is_empty() && all_digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0')
    });
    if let Some((whole, _)) = whole {
        return whole.to_owned();
    }
    exponential(text).unwrap_or_else(|| text.to_owned())
}

fn exponential(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, fraction) = mantissa.split_once(['.', ','])?;
    let complete = whole.len() == 1 && all_digits(whole) && all_digits(fraction) && fraction.len() == exponent;
    complete.then(|| format!("{whole}{fraction}"))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_digits_and_none_is_invented() {
        for (text, expected) in [
            ("099085000123.0", "099085000123"),
            ("99085000123,00", "99085000123"),
            ("9.9085000123E+10", "99085000123"),
            ("9.9085E+10", "9.9085E+10"),
            ("099085000123", "099085000123"),
            ("099.085.000.123", "099.085.000.123"),
            ("không có", "không có"),
            ("1.5", "1.5"),
            (".0", ".0"),
        ] {
            assert_eq!(digits(text), expected);
        }
        assert_eq!(number_text(99_085_000_123.0), "99085000123");
        assert_eq!(number_text(150.5), "150.5");
    }
}
