//! What the difference of two values is, from a table of cases.

use config::comparing::Kind;
use config::units::Units;
use reconcile::tables::{Judge, Memory};
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
