//! Candidate pairs against a search of all pairs, and what is left out where there would be too many.

use super::spelling::Dice;
use config::linkage::LinkageSpec;
use reconcile::linkage::{Candidates, Column, Fields, candidates};
use std::collections::BTreeSet;
use std::path::Path;

fn spec(rules: &str, pairs_per_row: u32) -> LinkageSpec {
    let field = |name: &str| format!("[[fields]]\nname = \"{name}\"\ncompare = \"name\"\n");
    let fields: String = ["a", "b", "c"].into_iter().map(field).collect();
    let text = format!("{fields}[blocking]\nrules = {rules}\npairs_per_row = {pairs_per_row}\n");
    LinkageSpec::parse(&text, Path::new("spec.toml")).expect("a specification")
}

type Rows = Vec<[&'static str; 3]>;

fn columns(rows: &Rows) -> Vec<Column> {
    (0..3).map(|at| rows.iter().map(|row| row[at]).collect()).collect()
}

fn found(spec: &LinkageSpec, left: &Rows, right: Option<&Rows>) -> (Candidates, BTreeSet<(usize, usize)>) {
    let fields = Fields::new(spec, &columns(left), right.map(columns).as_deref(), 2);
    let pairs = candidates(spec, &fields, 2);
    assert_eq!(pairs.left_rows(), left.len());
    let set: BTreeSet<(usize, usize)> =
        (0..left.len()).flat_map(|at| pairs.of(at).iter().map(move |right| (at, *right as usize))).collect();
    assert_eq!(set.len(), pairs.len(), "each pair once");
    assert_eq!(pairs.is_empty(), set.is_empty());
    assert!((0..left.len()).all(|at| pairs.of(at).is_sorted()), "in order");
    (pairs, set)
}

/// What a part of a rule looks at: the value, its first letters, or its first consonants.
fn key(value: &str, of: &str) -> String {
    match of.strip_prefix("prefix") {
        Some(length) => value.chars().take(length.parse().expect("a number")).collect(),
        None if of == "sound" => {
            let mut consonants = String::new();
            let mut last = ' ';
            for letter in value.chars() {
                if !"aeiouyhw ".contains(letter) && letter != last && consonants.len() < 4 {
                    consonants.push(letter);
                }
                last = letter;
            }
            consonants
        }
        None => value.to_owned(),
    }
}

fn agree(rule: &[&str], left: &[&str; 3], right: &[&str; 3]) -> bool {
    rule.iter().all(|part| {
        let (name, of) = part.split_once(':').unwrap_or((part, ""));
        let at = usize::from(name.as_bytes()[0] - b'a');
        !left[at].is_empty() && !right[at].is_empty() && key(left[at], of) == key(right[at], of)
    })
}

const WORDS: [&str; 12] =
    ["", "nam", "nan", "nammm", "nguyen", "nguyem", "ngoan", "tran", "trang", "an anh", "hien", "hy"];

fn rows(dice: &mut Dice, count: usize) -> Rows {
    (0..count).map(|_| std::array::from_fn(|_| WORDS[dice.below(WORDS.len())])).collect()
}

#[test]
fn pairs_are_those_that_agree_on_all_parts_of_a_rule_and_no_others() {
    let rules: [&[&[&str]]; 9] = [
        &[&["a"]],
        &[&["a", "b"]],
        &[&["a", "b", "c"]],
        &[&["a:prefix2"]],
        &[&["a:prefix3", "b:prefix1"]],
        &[&["c:sound"]],
        &[&["a:sound", "b"]],
        &[&["a", "c"], &["b:prefix4"], &["b:sound", "c:prefix5"]],
        &[&["b"], &["b", "c"], &["b"]],
    ];
    for (seed, rules) in rules.into_iter().enumerate() {
        let spec = spec(&format!("{rules:?}"), 10_000);
        let mut dice = Dice::new(7 + seed as u64);
        let (left, right) = (rows(&mut dice, 60), rows(&mut dice, 47));
        let fits = |a: &[&str; 3], b: &[&str; 3]| rules.iter().any(|rule| agree(rule, a, b));
        let all = |rights: usize| (0..left.len()).flat_map(move |a| (0..rights).map(move |b| (a, b)));
        let expected = all(right.len()).filter(|(a, b)| fits(&left[*a], &right[*b])).collect();
        assert_eq!(found(&spec, &left, Some(&right)).1, expected, "{rules:?}");
        let expected = all(left.len()).filter(|(a, b)| a < b && fits(&left[*a], &left[*b])).collect();
        assert_eq!(found(&spec, &left, None).1, expected, "{rules:?}, one table");
    }
}

#[test]
fn without_rules_every_field_and_every_two_bring_pairs() {
    let spec = spec("[]", 10_000);
    let mut dice = Dice::new(3);
    let (left, right) = (rows(&mut dice, 30), rows(&mut dice, 30));
    let expected = (0..30)
        .flat_map(|a| (0..30).map(move |b| (a, b)))
        .filter(|(a, b)| ["a", "b", "c"].iter().any(|field| agree(&[field], &left[*a], &right[*b])))
        .collect();
    assert_eq!(found(&spec, &left, Some(&right)).1, expected);
}

/// `values`: a value of the field a, and how many rows of each side have it.
fn blocks(values: &[(&'static str, usize)]) -> Rows {
    values.iter().flat_map(|(value, count)| vec![[*value, "", ""]; *count]).collect()
}

#[test]
fn where_there_are_too_many_pairs_the_rarest_agreements_come_first() {
    // Blocks of 1, 4 and 9 pairs, and one more row on each side.
    let rows = blocks(&[("nam", 1), ("lan", 2), ("tran", 3), ("", 1)]);
    for (pairs_per_row, expected) in [(1, 5), (2, 14), (3, 14)] {
        let found = found(&spec("[[\"a\"]]", pairs_per_row), &rows, Some(&rows)).1;
        assert_eq!(found.len(), expected, "{pairs_per_row}");
    }
    // Exactly as many as are allowed.
    let five = blocks(&[("nam", 1), ("lan", 2), ("", 2)]);
    assert_eq!(found(&spec("[[\"a\"]]", 1), &five, Some(&five)).1.len(), 5);
    let four = blocks(&[("nam", 1), ("lan", 2), ("", 1)]);
    assert_eq!(found(&spec("[[\"a\"]]", 1), &four, Some(&four)).1.len(), 1);
    // In one table blocks have half the pairs: 0, 1 and 3.
    assert_eq!(found(&spec("[[\"a\"]]", 1), &rows, None).1.len(), 4);
    assert_eq!(found(&spec("[[\"a\"]]", 1), &blocks(&[("lan", 2), ("tran", 3)]), None).1.len(), 4);
    assert_eq!(found(&spec("[[\"a\"]]", 1), &blocks(&[("lan", 4)]), None).1.len(), 0);
}

#[test]
fn pairs_that_are_alone_in_their_block_are_always_compared() {
    let names: [&'static str; 4] = ["nam", "lan", "tran", "hien"];
    let rows: Rows = names.map(|name| [name; 3]).to_vec();
    // Three rules bring each pair: three times as many as are allowed.
    let found = found(&spec("[[\"a\"], [\"b\"], [\"c\"]]", 1), &rows, Some(&rows)).1;
    assert_eq!(found, (0..4).map(|at| (at, at)).collect());
}

#[test]
fn a_rule_that_brings_nearly_everybody_together_is_left_out_whole() {
    let names: Vec<&'static str> = (0..60).map(|n| &*Box::leak(format!("n{n}").into_boxed_str())).collect();
    let rows = |common: usize| -> Rows {
        let mut rows = blocks(&[("nguyen", common)]);
        rows.extend(names.iter().take(100 - common).map(|name| [*name, "", ""]));
        rows
    };
    // Of a hundred rows 70 with one name: half of all pairs agree, and the rare names bring theirs.
    assert_eq!(found(&spec("[[\"a\"]]", 1), &rows(70), Some(&rows(70))).1.len(), 30);
    assert_eq!(found(&spec("[[\"a\"]]", 1), &rows(72), Some(&rows(72))).1.len(), 0);
    // Twice as many pairs may be compared.
    assert_eq!(found(&spec("[[\"a\"]]", 2), &rows(72), Some(&rows(72))).1.len(), 28);
    // Parts of values are judged by their blocks alone.
    assert_eq!(found(&spec("[[\"a:prefix9\"]]", 1), &rows(72), Some(&rows(72))).1.len(), 28);
}

#[test]
fn evenly_chosen_pairs_are_every_so_many_from_a_place_on() {
    let mut dice = Dice::new(11);
    let (left, right) = (rows(&mut dice, 40), rows(&mut dice, 40));
    let (pairs, _) = found(&spec("[[\"a\"]]", 10_000), &left, Some(&right));
    let all: Vec<(u32, u32)> =
        (0..left.len()).flat_map(|at| pairs.of(at).iter().map(move |right| (at as u32, *right))).collect();
    for (from, step) in [(0, 1), (0, 3), (5, 2), (17, 7), (all.len() - 1, 1)] {
        let expected: Vec<(u32, u32)> = all.iter().skip(from).step_by(step).copied().collect();
        assert_eq!(pairs.stepping(from, step).collect::<Vec<_>>(), expected, "{from} {step}");
    }
}
