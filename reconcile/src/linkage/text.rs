//! Values made ready for comparing, once for each distinct value.

use super::person_name::is_common;
use crate::normal::fold::{letter, lower};
use config::linkage::Comparator;
use unicode_normalization::UnicodeNormalization;

/// The normal form under which values count as equal. `None`: the text says nothing.
pub fn form(comparator: Comparator, text: &str) -> Option<String> {
    let form: String = match comparator {
        Comparator::Exact | Comparator::Name | Comparator::PersonName | Comparator::Text => {
            // Composed letters are not composed again.
            if text.chars().all(is_common) { lowered(text.chars()) } else { lowered(text.nfc()) }
        }
        Comparator::Digits => text.chars().filter(|c| c.is_alphanumeric()).map(lower).collect(),
        Comparator::Date => date_form(text),
    };
    (!form.is_empty()).then_some(form)
}

/// Lower case, one space between words.
pub fn lowered(letters: impl Iterator<Item = char>) -> String {
    let mut form = String::with_capacity(24);
    let mut space = false;
    for c in letters.map(lower) {
        if c.is_whitespace() {
            space = !form.is_empty();
        } else {
            if std::mem::take(&mut space) {
                form.push(' ');
            }
            form.push(c);
        }
    }
    form
}

/// `yyyymmdd`, or the digits as they stand.
fn date_form(text: &str) -> String {
    if let [y @ .., b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && y.len() == 4
        && y.iter().chain([m1, m2, d1, d2]).all(u8::is_ascii_digit)
    {
        return text.chars().filter(|c| *c != '-').collect();
    }
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    match groups.as_slice() {
        [y, m, d, ..] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => format!("{y}{m:0>2}{d:0>2}"),
        [d, m, y, ..] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => format!("{y}{m:0>2}{d:0>2}"),
        _ => groups.concat(),
    }
}

/// Letters without diacritics, one byte each; what is not ASCII is a byte above 127.
pub fn plain_letters(form: &str) -> impl Iterator<Item = u8> {
    form.chars().map(byte)
}

fn byte(c: char) -> u8 {
    let base = if c == 'đ' { 'd' } else { letter(c).base };
    if base.is_ascii() { base as u8 } else { 0x80 | (u32::from(base) % 127) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_mean_the_same_have_one_form() {
        let form = |comparator, text| form(comparator, text).unwrap_or_default();
        assert_eq!(form(Comparator::Name, "  NGUYỄN  Thị\tÁnh "), "nguyễn thị ánh");
        assert_eq!(form(Comparator::Name, "Nguye\u{302}\u{303}n"), "nguyễn");
        assert_eq!(form(Comparator::Digits, "AB 123-45"), "ab12345");
        for date in ["1985-03-05", "19850305", "5/3/1985", "05.03.1985", "1985-03-05T00:00:00"] {
            assert_eq!(form(Comparator::Date, date), "19850305", "{date}");
        }
        assert_eq!(form(Comparator::Date, "1985"), "1985");
        assert_eq!(super::form(Comparator::Text, " \u{a0} "), None);
    }
}
