use reconcile::linkage::person_name::{Likeness, Reason, compare_person_names};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

struct Pair {
    left: String,
    right: String,
    level: String,
    reason: String,
}

/// Made-up names; what a Vietnamese reader says of each pair.
fn pairs() -> Vec<Pair> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/names/pairs.csv");
    let mut reader = csv::Reader::from_path(file).expect("readable");
    let text = |row: &csv::StringRecord, at: usize| row.get(at).expect("a column").to_owned();
    reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| Pair { left: text(&row, 0), right: text(&row, 1), level: text(&row, 2), reason: text(&row, 3) })
        .collect()
}

#[test]
fn every_pair_of_the_table_has_the_level_and_the_reason_that_a_reader_gives() {
    let pairs = pairs();
    assert!(pairs.len() >= 150, "only {}", pairs.len());
    let wrong: Vec<String> = pairs
        .iter()
        .filter_map(|pair| {
            let found = compare_person_names(&pair.left, &pair.right);
            let right = found.likeness.as_str() == pair.level && found.reason.as_str() == pair.reason;
            (!right).then(|| {
                let found = (found.likeness.as_str(), found.reason.as_str());
                format!("{} / {}: {found:?}, expected {} ({})", pair.left, pair.right, pair.level, pair.reason)
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} pairs:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_level_stands_in_the_table() {
    let levels: BTreeSet<String> = pairs().into_iter().map(|pair| pair.level).collect();
    assert_eq!(levels, Likeness::NAMES.iter().map(|name| (*name).to_owned()).collect());
}

/// Each name of the table against each other one: far more pairs than anybody judged.
pub fn names() -> Vec<String> {
    let all: BTreeSet<String> = pairs().into_iter().flat_map(|pair| [pair.left, pair.right]).collect();
    all.into_iter().collect()
}

#[test]
fn it_makes_no_difference_which_name_comes_first() {
    let names = names();
    for a in &names {
        assert_eq!(compare_person_names(a, a).likeness, Likeness::Same, "{a}");
        for b in &names {
            assert_eq!(compare_person_names(a, b), compare_person_names(b, a), "{a} / {b}");
        }
    }
}

#[test]
fn case_and_composition_never_change_the_answer() {
    let names = names();
    let forms: [fn(&str) -> String; 4] = [
        |text| text.nfd().collect(),
        |text| text.nfc().collect(),
        |text| text.to_uppercase(),
        |text| text.to_lowercase().nfd().collect(),
    ];
    for a in &names {
        for b in names.iter().step_by(7) {
            let expected = compare_person_names(a, b);
            for form in forms {
                assert_eq!(compare_person_names(&form(a), b), expected, "{a} / {b}");
                assert_eq!(compare_person_names(a, &form(b)), expected, "{a} / {b}");
            }
        }
    }
}

#[test]
fn no_name_is_nobodys_and_two_of_them_are_the_same_letters() {
    for (a, b, likeness, reason) in [
        ("", "Nguyễn Văn An", Likeness::Different, Reason::OtherName),
        ("-", "An", Likeness::Different, Reason::OtherName),
        (" ", "A", Likeness::Different, Reason::OtherName),
        ("", " ", Likeness::Same, Reason::SameLetters),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            let found = compare_person_names(a, b);
            assert_eq!((found.likeness, found.reason), (likeness, reason), "{a:?} {b:?}");
        }
    }
}
