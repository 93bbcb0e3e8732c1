//! Areas as decimal text.

use super::Problem;

/// `150,5` and `150.50` become `150.5`. `field` is only for the message.
pub fn decimal(text: &str, field: &str) -> Result<Option<String>, Problem> {
    let Some(text) = super::text::clean(text) else { return Ok(None) };
    let text = text.replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || fraction.len() > 12 || !digits(whole) || !digits(fraction) {
        return Err(Problem::new("bad_number", format!("{field} must be a decimal number")));
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Ok(Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_area_has_one_text() {
        for (text, expected) in [("150,5", "150.5"), ("150.50", "150.5"), ("150.0", "150"), ("0.0", "0"), ("007", "7")]
        {
            assert_eq!(decimal(text, "dienTich"), Ok(Some(expected.into())), "{text}");
        }
        assert_eq!(decimal(" ", "dienTich"), Ok(None));
    }

    #[test]
    fn what_is_no_number_is_a_problem() {
        for text in ["1.234,5", "-3", "1e3", "abc", ".5"] {
            assert_eq!(decimal(text, "dienTich").expect_err(text).reason, "bad_number");
        }
    }
}
