//! What the difference of two values is, from a table of cases.

use super::record::is_on_record;
use super::spelling::Dice;
use config::comparing::Kind;
use config::units::Units;
use reconcile::tables::keys::MISSING;
use reconcile::tables::{Code, Joined, Judge, Memory, NONE, Repeat, join, keys};
use schemas::Level;

#[derive(serde::Deserialize)]
struct Cases {
    cases: Vec<[String; 5]>,
}

#[test]
fn every_difference_has_its_code_and_its_level_and_is_the_same_seen_again() {
    let text = include_str!("../data/tables.toml");
    let cases: Cases = toml::from_str(text).expect("the cases");
    let judge = Judge::new(Units::embedded().expect("the catalogue"));
    let mut memory = Memory::default();
    for [kind, left, right, code, level] in cases.cases.iter().chain(&cases.cases) {
        let kind: Kind = serde_json::from_value(kind.as_str().into()).expect("a kind");
        let found = judge.judge(kind, left, right, &mut memory);
        assert_eq!(found.map_or("", |code| code.as_str()), code, "{kind:?}: {left} | {right}");
        let word = match found.map(|code| code.level()) {
            None => "",
            Some(Level::Same) => "same",
            Some(Level::Spelling) => "spelling",
            Some(Level::Compatible) => "compatible",
            Some(Level::Different) => "different",
            Some(Level::OnlyHere) => "only_here",
            Some(Level::CouldNotAsk) => "could_not_ask",
        };
        assert_eq!(word, level, "{kind:?}: {left} | {right}");
    }
}

#[test]
fn the_spellings_that_differ_are_named() {
    let judge = Judge::new(Units::embedded().expect("the catalogue"));
    let mut memory = Memory::default();
    for (left, right, vietnamese, english) in [
        ("Lý", "Lí", "i/y", "i/y"),
        ("Hòa", "Hoà", "vị trí dấu thanh", "tone placement"),
        ("Y-Bih", "Y Bih", "gạch nối", "hyphen"),
        ("Dũng", "Dung", "dấu", "accents"),
    ] {
        let code = judge.judge(Kind::Name, left, right, &mut memory).expect("a difference");
        let (vi, en) = code.reason();
        assert!(vi.ends_with(vietnamese) && en.ends_with(english), "{left} | {right}: {vi}; {en}");
    }
}

const CODES: [Code; 36] = [
    Code::RowOnlyLeft,
    Code::RowOnlyRight,
    Code::RepeatLeft,
    Code::RepeatRight,
    Code::ConflictLeft,
    Code::ConflictRight,
    Code::NoKeyLeft,
    Code::NoKeyRight,
    Code::KeyWritten,
    Code::ValueOnlyLeft,
    Code::ValueOnlyRight,
    Code::Written,
    Code::Spelling(1),
    Code::Spelling(6),
    Code::Spelling(31),
    Code::NameDiffers,
    Code::DatePartialLeft,
    Code::DatePartialRight,
    Code::DateSwapped,
    Code::DateDiffers,
    Code::SexDiffers,
    Code::EthnicityDiffers,
    Code::UnitOld,
    Code::UnitSplit,
    Code::UnitUnclear,
    Code::AddressPartial,
    Code::AddressDetail,
    Code::CommuneDiffers,
    Code::AreaRounded,
    Code::NumberDiffers,
    Code::IdRepaired,
    Code::IdNineTwelve,
    Code::IdDiffers,
    Code::TextDiffers,
    Code::Unread,
    Code::Spelling(0),
];

#[test]
fn every_difference_is_told_in_words_that_stay() {
    let line = |code: &Code| {
        let (vi, en) = code.reason();
        let marks = (code.level(), code.is_listed(), code.is_of_row());
        format!("{} {marks:?}: {vi} / {en}", code.as_str())
    };
    is_on_record("answers/codes.txt", &CODES.iter().map(line).collect::<Vec<_>>());
}

/// Keys of both sides, and what a search of all pairs makes of them.
fn joined_by_search(left: &[u64], right: &[u64]) -> Joined {
    let first = |keys: &[u64], key: u64| keys.iter().position(|k| *k == key).map(|at| at as u32);
    let mut joined = Joined { partner: vec![NONE; left.len()], ..Joined::default() };
    let sides = [(left, right), (right, left)];
    for (side, (own, other)) in sides.into_iter().enumerate() {
        for (row, key) in own.iter().enumerate() {
            let row = row as u32;
            let (of_own, of_other) = (first(own, *key), first(other, *key));
            match (*key == MISSING, of_own == Some(row), of_other) {
                (true, ..) if side == 0 => joined.left_without_key.push(row),
                (true, ..) => joined.right_without_key.push(row),
                (_, false, _) => {
                    let repeat = Repeat { row, first: of_own.unwrap_or(NONE) };
                    if side == 0 { joined.left_repeats.push(repeat) } else { joined.right_repeats.push(repeat) }
                }
                (_, true, None) if side == 0 => joined.left_only.push(row),
                (_, true, None) => joined.right_only.push(row),
                (_, true, Some(partner)) if side == 0 => {
                    joined.partner[row as usize] = partner;
                    joined.pairs += 1;
                }
                (_, true, Some(_)) => {}
            }
        }
    }
    joined
}

#[test]
fn few_rows_and_many_are_joined_as_a_search_of_all_pairs_does() {
    let mut dice = Dice::new(5);
    for (lefts, rights, keys) in [(0, 0, 1), (0, 3, 2), (4, 0, 3), (7, 9, 4), (60, 50, 30), (60, 50, 400)] {
        let mut side = |rows: usize| -> Vec<u64> { (0..rows).map(|_| dice.below(keys) as u64).collect() };
        let (left, right) = (side(lefts), side(rights));
        for threads in [1, 3] {
            assert_eq!(join(&left, &right, threads), joined_by_search(&left, &right), "{left:?} {right:?}");
        }
    }
    // So many that they are cut into parts.
    let big = |seed: u64| -> Vec<u64> { (0..12_000u64).map(|n| (n * 7 + seed) % 9_001 * 64).collect() };
    let (left, right) = (big(3), big(1_000));
    let expected = joined_by_search(&left, &right);
    for threads in [1, 2] {
        assert!(join(&left, &right, threads) == expected, "{threads}");
    }
}

#[test]
fn a_key_has_its_normal_text_its_number_and_its_bucket() {
    for (text, person, plain) in [
        ("099085000123", "099085000123", "099085000123"),
        ("99085000123", "099085000123", "99085000123"),
        ("9985000123", "009985000123", "9985000123"),
        ("990000001", "990000001", "990000001"),
        ("90000001", "090000001", "90000001"),
        ("9000001", "9000001", "9000001"),
        ("0990850001234", "0990850001234", "0990850001234"),
        (" 099.085-000'123\u{feff}", "099085000123", "099.085-000'123"),
        ("o99o85ooo1l3", "099085000113", "o99o85ooo1l3"),
        ("HS 01", "HS01", "HS01"),
        ("HS\u{200b}01", "HS01", "HS01"),
        ("12345678901234567", "12345678901234567", "12345678901234567"),
        ("123456789012345678", "123456789012345678", "123456789012345678"),
        ("0", "0", "0"),
        ("", "", ""),
        (" ", "", ""),
    ] {
        for (is_person, expected) in [(true, person), (false, plain)] {
            assert_eq!(keys::normal(text, is_person), expected, "{text} {is_person}");
            let keys = keys::Keys::new(is_person);
            keys.number("another-one");
            let (number, otherwise) = keys.number(text);
            assert_eq!(keys.text(number), expected, "{text}");
            assert_eq!(otherwise, !expected.is_empty() && expected != text, "{text}");
            assert_eq!(number == MISSING, expected.is_empty(), "{text}");
            assert_eq!(keys.number(text), (number, otherwise), "asked again");
            assert_eq!(keys.bucket(text, 64), keys.bucket(expected, 64), "{text}");
        }
    }
    let keys = keys::Keys::new(false);
    let numbers: Vec<u64> =
        ["0", "00", "000", "1", "01", "10", "x", "y"].iter().map(|text| keys.number(text).0).collect();
    let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len(), "zeros count");
    let mut buckets = [0; 16];
    (0..1_600).for_each(|n| buckets[keys.bucket(&format!("HS-{n}"), 16)] += 1);
    assert!(buckets.iter().all(|count| (50..200).contains(count)), "{buckets:?}");
    assert_eq!(keys.bucket("HS-1", 0), 0);
}
