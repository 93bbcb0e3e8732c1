//! Texts: trimmed, empty ones absent, and folded where only the letters count.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Trimmed, non-breaking spaces and a byte-order mark included; `None` when nothing is left.
pub fn clean(text: &str) -> Option<String> {
    trimmed(text).map(str::to_owned)
}

/// Like [`clean`], not copied.
pub fn trimmed(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    (!text.is_empty()).then_some(text)
}

/// Letters and digits only, lower case, without accents: `Họ và tên` is `hovaten`.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// As the look-up service wants a name: upper case, A–Z and 0–9 only.
pub fn for_look_up(name: &str) -> String {
    fold(name).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Gives a numeric code the zeros back that a number cannot hold; other texts stay as they are.
pub fn padded(code: &str, width: usize) -> String {
    if !code.is_empty() && code.len() < width && code.bytes().all(|b| b.is_ascii_digit()) {
        format!("{code:0>width$}")
    } else {
        code.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_folds_alike_in_either_normal_form() {
        let composed = "Đỗ Thị Hoà";
        let decomposed: String = composed.nfd().collect();
        assert_eq!(fold(composed), "dothihoa");
        assert_eq!(fold(&decomposed), "dothihoa");
        assert_eq!(for_look_up("Nguyễn Văn Mẫu-2"), "NGUYENVANMAU2");
    }

    #[test]
    fn blanks_of_every_kind_are_nothing() {
        assert_eq!(clean(" \u{a0}\u{feff}\t"), None);
        assert_eq!(clean("\u{a0}Mẫu \n").as_deref(), Some("Mẫu"));
    }

    #[test]
    fn a_code_gets_its_zeros_back_and_other_text_is_left_alone() {
        assert_eq!(padded("691", 5), "00691");
        assert_eq!(padded("00691", 5), "00691");
        assert_eq!(padded("H60.14", 5), "H60.14");
        assert_eq!(padded("", 5), "");
    }
}
