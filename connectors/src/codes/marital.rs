//! Marital status in the guises of the sources.

use crate::read::text::fold;

/// The population system's digit; 0 and unknown digits say nothing.
pub fn from_code(code: &str) -> Option<String> {
    let status = match code.trim() {
        "1" => "single",
        "2" => "married",
        "3" => "divorced",
        "4" => "widowed",
        _ => return None,
    };
    Some(status.to_owned())
}

/// A list by hand: a word, or the digit.
pub fn from_word(text: &str) -> Option<String> {
    let status = match fold(text).as_str() {
        "docthan" | "chuakethon" | "chuacovo" | "chuacochong" | "chuacovochong" => "single",
        "dakethon" | "kethon" | "covo" | "cochong" | "covochong" | "dacovo" | "dacochong" | "dacovochong" => "married",
        "lyhon" | "lihon" | "daly" | "dalyhon" | "dalihon" => "divorced",
        "goa" | "govo" | "goachong" | "goavo" => "widowed",
        _ => return from_code(text),
    };
    Some(status.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_digits_mean_the_same() {
        assert_eq!(from_code("2"), from_word("Đã kết hôn"));
        assert_eq!(from_word("Góa").as_deref(), Some("widowed"));
        assert_eq!(from_word("1").as_deref(), Some("single"));
        assert_eq!(from_code("0"), None);
        assert_eq!(from_word("không rõ"), None);
    }
}
