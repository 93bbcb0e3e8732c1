//! Values made ready for comparing, once for each distinct value.

use super::person_name::is_common;
use crate::normal::fold::{letter, lower};
use config::linkage::Comparator;
use unicode_normalization::UnicodeNormalization;

/// Adds the normal form under which values count as equal. Nothing is added: the text says nothing.
pub fn push_form(comparator: Comparator, text: &str, form: &mut String) {
    match comparator {
        Comparator::Exact | Comparator::Name | Comparator::PersonName | Comparator::Text => {
            // Composed letters are not composed again.
            if text.chars().all(is_common) {
                push_lowered(text.chars(), form);
            } else {
                push_lowered(text.nfc(), form);
            }
        }
        Comparator::Digits => form.extend(text.chars().filter(|c| c.is_alphanumeric()).map(lower)),
        Comparator::Date => push_date(text, form),
    }
}

/// Lower case, one space between words.
pub fn lowered(letters: impl Iterator<Item = char>) -> String {
    let mut form = String::with_capacity(24);
    push_lowered(letters, &mut form);
    form
}

fn push_lowered(letters: impl Iterator<Item = char>, form: &mut String) {
    let begin = form.len();
    let mut space = false;
    for c in letters.map(lower_sooner) {
        if c.is_whitespace() {
            space = form.len() > begin;
        } else {
            if std::mem::take(&mut space) {
                form.push(' ');
            }
            form.push(c);
        }
    }
}

/// As [`lower`], but what is lower case already, as most letters are, is not looked up.
fn lower_sooner(c: char) -> char {
    if c == ' ' || is_lower(c) { c } else { lower(c) }
}

/// Letters of Vietnamese names that are lower case and composed; of others, no.
pub fn is_lower(c: char) -> bool {
    matches!(c, 'a'..='z' | '\u{df}'..='\u{ff}' | 'ă' | 'đ' | 'ơ' | 'ư' | 'ĩ' | 'ũ')
        || (matches!(c, '\u{1ea0}'..='\u{1ef9}') && c as u32 & 1 == 1)
}

/// `yyyymmdd`, or the digits as they stand.
fn push_date(text: &str, form: &mut String) {
    if let [y @ .., b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && y.len() == 4
        && y.iter().chain([m1, m2, d1, d2]).all(u8::is_ascii_digit)
    {
        form.extend([&text[..4], &text[5..7], &text[8..]]);
        return;
    }
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    let date = match groups.as_slice() {
        [y, m, d, ..] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => format!("{y}{m:0>2}{d:0>2}"),
        [d, m, y, ..] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => format!("{y}{m:0>2}{d:0>2}"),
        _ => groups.concat(),
    };
    form.push_str(&date);
}

/// Letters without diacritics, one byte each; what is not ASCII is a byte above 127.
pub fn plain_letters(form: &str) -> impl Iterator<Item = u8> {
    form.chars().map(byte)
}

fn byte(c: char) -> u8 {
    if c.is_ascii() {
        return c as u8;
    }
    let base = if c == 'đ' { 'd' } else { letter(c).base };
    if base.is_ascii() { base as u8 } else { 0x80 | (u32::from(base) % 127) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_mean_the_same_have_one_form() {
        let form = |comparator, text| {
            let mut form = "before ".to_owned();
            push_form(comparator, text, &mut form);
            form.split_off(7)
        };
        assert_eq!(form(Comparator::Name, "  NGUYỄN  Thị\tÁnh "), "nguyễn thị ánh");
        assert_eq!(form(Comparator::Name, "Nguye\u{302}\u{303}n"), "nguyễn");
        assert_eq!(form(Comparator::Digits, "AB 123-45"), "ab12345");
        for date in ["1985-03-05", "19850305", "5/3/1985", "05.03.1985", "1985-03-05T00:00:00"] {
            assert_eq!(form(Comparator::Date, date), "19850305", "{date}");
        }
        assert_eq!(form(Comparator::Date, "1985"), "1985");
        assert_eq!(form(Comparator::Text, " \u{a0} "), "");
    }

    #[test]
    fn letters_that_are_not_looked_up_are_as_if_they_were() {
        for c in '\0'..'\u{3000}' {
            assert_eq!(lower_sooner(c), lower(c), "{c}");
            assert!(!is_lower(c) || (is_common(c) && !c.is_whitespace()), "{c}");
            let base = if c == 'đ' { 'd' } else { letter(c).base };
            assert!(!c.is_ascii() || byte(c) == base as u8, "{c}");
        }
    }
}
