//! TCVN3, called ABC after its fonts.

use super::tables::{Page, TCVN, TCVN_LOW};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static PAGE: LazyLock<Page> = LazyLock::new(|| Page::new(TCVN, TCVN_LOW));

/// Capitals that have a code of their own in TCVN3.
const OWN_CAPITALS: &str = "ĂÂÊÔƠƯĐ";
/// Between these a cell or a line ends: what is inside was typed in one font.
const ENDS: &[char] = &['\n', '\r', '\t', ',', ';', '|', '"'];

pub fn decode(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|byte| PAGE.char_of(*byte)).collect::<Option<_>>()?;
    let text: String = text.nfc().collect();
    Some(text.split_inclusive(ENDS).map(restore_capitals).collect())
}

pub fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|c| {
            if c.is_ascii() || OWN_CAPITALS.contains(c) {
                // Control codes that VN1 gave to letters stay control codes.
                return if c.is_ascii() { Some(c as u8) } else { PAGE.byte_of(c) };
            }
            c.to_lowercase().next().and_then(|small| PAGE.byte_of(small))
        })
        .collect()
}

/// Letters whose case the file tells: all but small letters with tone marks.
fn told(c: char) -> bool {
    c.is_ascii_alphabetic() || c.is_uppercase() || "ăâêôơưđ".contains(c)
}

/// Small letters with tone marks among capitals only are capitals: in a cell of which one word has
/// two capitals that tell, or in such a word. `Hà Tú` may be either, and stays as it is.
fn restore_capitals(segment: &str) -> String {
    let small = |text: &str| text.chars().any(|c| told(c) && c.is_lowercase());
    let large = |word: &str| word.chars().filter(|c| told(*c) && c.is_uppercase()).count() >= 2;
    if !small(segment) && segment.split(' ').any(large) {
        return segment.to_uppercase();
    }
    let capital = |word: &str| if !small(word) && large(word) { word.to_uppercase() } else { word.to_owned() };
    segment.split_inclusive(' ').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_a_capital_font_come_back_and_names_keep_their_small_letters() {
        for text in ["NGUYỄN NHƯ Ý", "HÀ VĂN TÚ", "Hà Văn Tú", "Võ Lý", "Đỗ Thị Ỷ Lan"] {
            let back = decode(&encode(text).expect("encoded")).expect("decoded");
            let expected = text.replace('Ỷ', "ỷ");
            assert_eq!(back, expected);
        }
    }

    #[test]
    fn one_cell_does_not_decide_for_its_neighbour() {
        let text = "LÊ VĂN TÁ;Hà Tú;\"HỒ ANH\"\n";
        assert_eq!(decode(&encode(text).expect("encoded")).as_deref(), Some(text));
    }
}
