//! Letters and folds, against the tables of Unicode and against each other.

use super::record::is_on_record;
use config::rules::Spelling;
use reconcile::normal::ethnicity;
use reconcile::normal::fold::{fold, hash_exact, hash_loose, letter, loose, lower, same_letters};
use reconcile::normal::id::{pack, unpack};
use schemas::PersonalId;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

#[test]
fn the_lower_case_of_a_letter_is_that_of_unicode() {
    for code in 0..0x2000u32 {
        // The sharp ẞ, which no register has, stays what its block makes of it.
        let Some(c) = char::from_u32(code).filter(|c| !matches!(c, '\u{1e9e}')) else { continue };
        let expected = c.to_lowercase().next().unwrap_or(c);
        assert_eq!(lower(c), expected, "{c:?} {code:x}");
    }
}

#[test]
fn a_vietnamese_letter_is_taken_apart_as_unicode_does() {
    for vowel in ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'] {
        let base = vowel.to_string().nfd().next().expect("a letter");
        for (tone, mark) in ["", "\u{300}", "\u{301}", "\u{309}", "\u{303}", "\u{323}"].into_iter().enumerate() {
            let composed: String = format!("{vowel}{mark}").nfc().collect();
            let c = composed.chars().next().expect("a letter");
            let found = letter(c);
            assert_eq!((found.base, found.shape, usize::from(found.tone)), (base, vowel, tone), "{c}");
        }
    }
    for (c, base, shape) in
        [('đ', 'đ', 'đ'), ('b', 'b', 'b'), ('7', '7', '7'), ('ñ', 'n', 'ñ'), ('ü', 'u', 'ü'), ('ß', 'ß', 'ß')]
    {
        let found = letter(c);
        assert_eq!((found.base, found.shape, found.tone), (base, shape, 0), "{c}");
    }
}

/// Texts in many spellings.
fn texts() -> Vec<String> {
    let words = [
        "Hòa",
        "Hoà",
        "hoa",
        "HOA",
        "Hoạ",
        "Lý",
        "Lí",
        "lý",
        "Thúy",
        "Thúi",
        "Quý",
        "Quí",
        "Tây",
        "Tâi",
        "Đỗ",
        "Dỗ",
        "Do",
        "H'Hen",
        "HHen",
        "H\u{2019}Hen",
        "Gia-rai",
        "Gia rai",
        "Giarai",
        "Bà Rịa.",
        "Bà  Rịa",
        "Ngã 3",
        "ăâêôơư",
        "Y",
        "Kỳ",
        "Nguyên",
        "Nguyễn",
        "Mỹ",
        "Mĩ",
        "My",
        "Mi",
        "y",
        "i",
        "quy",
        "qui",
        "uy",
        "ui",
        "",
    ];
    words
        .iter()
        .flat_map(|word| [(*word).to_owned(), word.nfd().collect(), word.to_uppercase(), format!(" {word} ")])
        .collect()
}

#[test]
fn hashes_are_equal_where_the_texts_that_they_stand_for_are() {
    let texts = texts();
    for a in &texts {
        for b in &texts {
            assert_eq!(hash_exact(a) == hash_exact(b), same_letters(a, b), "{a} {b}");
            assert_eq!(hash_loose(a) == hash_loose(b), loose(a) == loose(b), "{a} {b}");
            let plain = |text: &str| -> String {
                text.nfc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
            };
            assert_eq!(same_letters(a, b), plain(a) == plain(b), "{a} {b}");
        }
    }
    let distinct: BTreeSet<u64> = (0..10_000).map(|n| hash_exact(&format!("T{n}"))).collect();
    assert_eq!(distinct.len(), 10_000);
}

#[test]
fn folds_are_those_on_record() {
    let sets: [&[Spelling]; 8] = [
        &[],
        &[Spelling::TonePlacement],
        &[Spelling::IOrY],
        &[Spelling::DStroke],
        &[Spelling::Accents],
        &[Spelling::Hyphen],
        &[Spelling::TonePlacement, Spelling::IOrY, Spelling::Hyphen],
        &Spelling::ALL,
    ];
    let line = |text: &String| {
        let folds: Vec<String> = sets.iter().map(|away| fold(text, away)).collect();
        format!("{text:?}: {} | {}", loose(text), folds.join(" | "))
    };
    is_on_record("answers/folds.txt", &texts().iter().map(line).collect::<Vec<_>>());
}

#[test]
fn a_number_is_packed_and_unpacked_and_ethnic_groups_have_their_names() {
    for text in ["099085000123", "099000000009", "099999999999"] {
        let id = PersonalId::parse(text).expect("a number");
        assert_eq!(unpack(pack(&id)), text);
        assert_eq!(pack(&id), text.parse::<u64>().expect("a number"));
    }
    for code in 1..=55 {
        let name = ethnicity::name(code).expect("a name");
        assert_eq!(ethnicity::code(name), Some(code), "{name}");
        assert_eq!(ethnicity::code(&format!("{code:02}")), Some(code));
    }
    assert_eq!((ethnicity::name(0), ethnicity::name(56)), (None, None));
    assert_eq!((ethnicity::code("00"), ethnicity::code("56"), ethnicity::code("")), (None, None, None));
}
