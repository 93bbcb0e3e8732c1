//! Sex in the guises of the sources.

use crate::read::text::fold;

/// Registers: 1 male, 2 female; 3 is "other" with the population system.
pub fn from_population(code: &str) -> Option<String> {
    letter(code, Some("o"))
}

/// Civil status: 3 means unknown.
pub fn from_civil_status(code: &str) -> Option<String> {
    letter(code, None)
}

/// Land: a code, a boolean (true: male) or a word.
pub fn from_land(text: &str) -> Option<String> {
    match text {
        "true" => Some("m".into()),
        "false" => Some("f".into()),
        code => letter(code, None),
    }
}

/// Lists by hand: `Nam`, `Nữ`, or a code.
pub fn from_word(text: &str) -> Option<String> {
    letter(text, None)
}

fn letter(text: &str, three: Option<&str>) -> Option<String> {
    let letter = match fold(text).as_str() {
        "1" | "01" | "nam" => "m",
        "2" | "02" | "nu" => "f",
        "3" | "03" => three?,
        "khac" => "o",
        _ => return None,
    };
    Some(letter.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sex_in_every_guise() {
        assert_eq!(from_population("1").as_deref(), Some("m"));
        assert_eq!(from_population("3").as_deref(), Some("o"));
        assert_eq!(from_civil_status("3"), None);
        assert_eq!(from_land("false").as_deref(), Some("f"));
        assert_eq!(from_land("0"), None);
        assert_eq!(from_word("NỮ").as_deref(), Some("f"));
        assert_eq!(from_word("?"), None);
    }
}
