//! The serial printed on a land certificate: two letters, a space, six digits (older) or eight
//! (TT 10/2024/TT-BTNMT). The oldest have one letter.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whether a serial is written in its normal form already: nothing to allocate for it.
pub fn is_normal(text: &str) -> bool {
    let Some((letters, digits)) = text.split_once(' ') else { return false };
    letters.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=2).contains(&letters.len())
        && (6..=8).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        || normal_serial(text).as_deref() == Some(text)
}

/// `ba-123456` as `BA 123456`; `None` where it is not a serial at all.
pub fn normal_serial(text: &str) -> Option<String> {
    let compact: String = text
        .nfc()
        .flat_map(char::to_uppercase)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | ',' | '/' | '_' | ':' | '\u{2013}'))
        .collect();
    let at = compact.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = compact.split_at(at);
    let good = (1..=2).contains(&letters.chars().count())
        && letters.chars().all(|c| c.is_ascii_uppercase() || c == 'Đ')
        && (6..=8).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    good.then(|| format!("{letters} {digits}"))
}

/// What names the certificate even when its serial is no serial: upper case, single spaces.
pub fn serial_key(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(normal_serial(text).unwrap_or_else(|| {
        let upper: String = text.nfc().flat_map(char::to_uppercase).collect();
        upper.split_whitespace().collect::<Vec<_>>().join(" ")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_as_its_normal_form_is_normal() {
        for normal in ["BA 123456", "A 123456", "AA 01234567", "Đ 123456", "CĐ 743960"] {
            assert!(is_normal(normal), "{normal}");
            assert_eq!(serial_key(normal), normal);
        }
        for (other, key) in [
            ("ba-123456", "BA 123456"),
            ("BA123456", "BA 123456"),
            ("cđ 743960", "CĐ 743960"),
            ("BA 12345", "BA 12345"),
            ("số  cũ 12", "SỐ CŨ 12"),
        ] {
            assert!(!is_normal(other), "{other}");
            assert_eq!(serial_key(other), key);
        }
    }
}
