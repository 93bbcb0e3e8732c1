//! Each table against what the GNU C library says, byte by byte and back.

use crate::viet_text::{Encoding, decode, encode};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

fn fixture(text: &str) -> BTreeMap<u8, char> {
    let line = |line: &str| {
        let (byte, code) = line.split_once("\tU+").expect("two columns");
        let c = char::from_u32(u32::from_str_radix(code, 16).expect("hexadecimal")).expect("a character");
        (u8::from_str_radix(byte, 16).expect("hexadecimal"), c)
    };
    text.lines().filter(|line| !line.starts_with('#')).map(line).collect()
}

fn check(encoding: Encoding, text: &str, least: usize) {
    let table = fixture(text);
    assert!(table.len() >= least, "{}", table.len());
    for byte in 0..=255u8 {
        let expected = table.get(&byte).map(|c| c.nfc().collect::<String>());
        assert_eq!(decode(&[byte], encoding), expected, "{encoding:?} {byte:#x}");
    }
}

#[test]
fn every_byte_is_the_letter_that_the_c_library_says() {
    check(Encoding::Tcvn3, include_str!("../testdata/tcvn3.tsv"), 250);
    check(Encoding::Viscii, include_str!("../testdata/viscii.tsv"), 250);
    check(Encoding::Windows1258, include_str!("../testdata/windows_1258.tsv"), 240);
}

#[test]
fn every_letter_of_the_tables_is_written_as_its_byte() {
    for (encoding, text) in [
        (Encoding::Viscii, include_str!("../testdata/viscii.tsv")),
        (Encoding::Windows1258, include_str!("../testdata/windows_1258.tsv")),
    ] {
        for (byte, c) in fixture(text) {
            assert_eq!(encode(&c.to_string(), encoding), Some(vec![byte]), "{encoding:?} {byte:#x}");
        }
    }
    // TCVN3 has no capitals with tone marks of its own.
    for (byte, c) in fixture(include_str!("../testdata/tcvn3.tsv")) {
        let own = c.is_ascii() && byte == c as u8 || c.is_lowercase() || "ĂÂÊÔƠƯĐ\u{a0}".contains(c);
        if own {
            assert_eq!(encode(&c.to_string(), Encoding::Tcvn3), Some(vec![byte]), "{byte:#x}");
        }
    }
}

/// The 134 letters of the Vietnamese alphabet that are not ASCII.
pub fn letters() -> Vec<char> {
    let small = "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ";
    small.chars().chain(small.to_uppercase().chars()).collect()
}

#[test]
fn every_vietnamese_letter_survives_every_encoding() {
    let letters = letters();
    assert_eq!(letters.len(), 134);
    for encoding in Encoding::ALL {
        for letter in &letters {
            let back = decode(&encode(&letter.to_string(), encoding).expect("encoded"), encoding).expect("decoded");
            let expected = if encoding == Encoding::Tcvn3 && !"ĂÂÊÔƠƯĐ".contains(*letter) {
                letter.to_lowercase().to_string()
            } else {
                letter.to_string()
            };
            assert_eq!(back, expected, "{encoding:?}");
        }
    }
}

#[test]
fn vni_is_two_bytes_as_its_fonts_have_it() {
    for (shown, text) in [
        ("Nguyeãn Vaên Maãu", "Nguyễn Văn Mẫu"),
        ("NGUYEÃN THÒ ÑÖÔÏC", "NGUYỄN THỊ ĐƯỢC"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("AÙnh", "Ánh"),
        ("Quyønh kyõ lyù tyû", "Quỳnh kỹ lý tỷ"),
    ] {
        let bytes: Vec<u8> = shown.chars().map(|c| c as u8).collect();
        assert_eq!(decode(&bytes, Encoding::Vni).as_deref(), Some(text));
        assert_eq!(encode(text, Encoding::Vni), Some(bytes));
    }
}

#[test]
fn what_an_encoding_has_not_is_refused_and_never_dropped() {
    assert_eq!(encode("漢", Encoding::Viscii), None);
    assert_eq!(encode("漢", Encoding::Windows1258), None);
    assert_eq!(encode("漢", Encoding::Tcvn3), None);
    assert_eq!(encode("漢", Encoding::Vni), None);
    assert_eq!(encode("ò", Encoding::Windows1258), Some(vec![b'o', 0xcc]));
    assert_eq!(decode(&[0x8a], Encoding::Windows1258), None);
    assert_eq!(decode(&[0xff], Encoding::Utf8), None);
    assert_eq!(decode(&[0x41], Encoding::Utf16Le), None);
    assert_eq!(decode(&[0x00, 0xd8], Encoding::Utf16Le), None);
}
