//! Scoring drops pairs before it has compared their letters: it must not drop one that is asked for.

use config::linkage::LinkageSpec;
use reconcile::linkage::{Column, Fields, Model, Scored, candidates, learn, score};
use std::path::Path;

const SPEC: &str = r#"
exchanged = [["surname", "given"], ["code", "number"]]
[[fields]]
name = "surname"
compare = "name"
[[fields]]
name = "given"
compare = "name"
[[fields]]
name = "born"
compare = "date"
[[fields]]
name = "mother"
compare = "person_name"
[[fields]]
name = "sex"
compare = "exact"
[[fields]]
name = "code"
compare = "digits"
[[fields]]
name = "number"
compare = "digits"
[[fields]]
name = "street"
compare = "text"
frequency = false
[[fields]]
name = "village"
compare = "text"
"#;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len()).min(self.below(words.len()))]
    }
}

const NAMES: [&str; 10] = ["Nguyễn", "Nguyen", "Trần", "Trân", "Lê", "Lý", "Hà", "", "An", "Ân"];
const MOTHERS: [&str; 8] =
    ["Lê Thị Hà", "LêThị Hà", "Lê Thị Hạ", "Lê Hà", "Le Thi Ha", "", "Trần Thị Mai", "Maria Tran"];
const STREETS: [&str; 6] = ["12 Trần Phú", "21 Trần Phú", "12 Tran Phu", "", "Thôn Đông", "Thôn Đoàn"];

fn row(dice: &mut Dice) -> Vec<String> {
    let born = format!("{}-{:02}-{:02}", 1980 + dice.below(6), 1 + dice.below(12), 1 + dice.below(12));
    let number = |dice: &mut Dice| (100 + dice.below(40)).to_string();
    vec![
        dice.pick(&NAMES).into(),
        dice.pick(&NAMES).into(),
        if dice.below(9) == 0 { String::new() } else { born },
        dice.pick(&MOTHERS).into(),
        dice.pick(&["m", "f", ""]).into(),
        number(dice),
        number(dice),
        dice.pick(&STREETS).into(),
        dice.pick(&STREETS).into(),
    ]
}

/// A row as somebody else wrote it.
fn again(row: &[String], dice: &mut Dice) -> Vec<String> {
    let (mut row, other) = (row.to_vec(), self::row(dice));
    for _ in 0..dice.below(4) {
        let at = dice.below(row.len());
        row[at].clone_from(&other[at]);
    }
    if dice.below(5) == 0 {
        row.swap(0, 1);
    }
    row
}

fn columns(rows: &[Vec<String>]) -> Vec<Column> {
    (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at].as_str()).collect()).collect()
}

/// The specification and two tables of so many rows, the second written again by somebody else.
pub fn made_up(seed: u64, rows: usize) -> (LinkageSpec, Vec<Column>, Vec<Column>) {
    let spec = LinkageSpec::parse(SPEC, Path::new("spec.toml")).expect("a specification");
    let mut dice = Dice(seed);
    let left: Vec<Vec<String>> = (0..rows).map(|_| row(&mut dice)).collect();
    let right: Vec<Vec<String>> = left.iter().map(|row| again(row, &mut dice)).collect();
    (spec, columns(&left), columns(&right))
}

#[test]
fn a_pair_that_is_asked_for_is_never_dropped_and_weighs_the_same_to_the_bit() {
    let mut asked_for = 0;
    for seed in 0..6 {
        let (spec, left, right) = made_up(seed, 300);
        let right = (seed % 3 > 0).then_some(right.as_slice());
        let fields = Fields::new(&spec, &left, right, 2);
        let pairs = candidates(&spec, &fields, 2);
        let model = learn(&spec, &fields, &pairs, 2);
        let from = |least: f64| score(&spec, &fields, &model, &pairs, least, 2);
        // So little is asked for that nothing can fall below it.
        let all = from(1e-300);
        assert_eq!(all.len(), pairs.len(), "seed {seed}");
        for least in [1e-9f64, 1e-4, 0.1, 0.5, 0.99] {
            let wanted: Vec<Scored> =
                all.iter().copied().filter(|pair| pair.weight >= (least / (1.0 - least)).ln()).collect();
            asked_for += wanted.len();
            assert!(wanted == from(least), "seed {seed}, {least}");
        }
    }
    assert!(asked_for > 1_000, "{asked_for}");
}

#[test]
fn whatever_a_model_says_a_pair_is_dropped_only_below_its_own_weight() {
    let mut asked_for = 0;
    let mut model: Option<Model> = None;
    for seed in 0..10 {
        let (spec, left, right) = made_up(100 + seed, 24);
        let fields = Fields::new(&spec, &left, Some(&right), 1);
        let pairs = candidates(&spec, &fields, 1);
        // Only its shape is of use.
        let model = model.get_or_insert_with(|| learn(&spec, &fields, &pairs, 1));
        let mut dice = Dice(seed);
        for level in model.comparisons.iter_mut().flat_map(|comparison| &mut comparison.levels) {
            let mut share = || (1 + dice.below(98)) as f64 / 100.0;
            (level.m, level.u) = (share(), share());
        }
        let all = score(&spec, &fields, model, &pairs, 1e-300, 1);
        for pair in all.iter().step_by(3).filter(|pair| pair.weight.abs() < 25.0) {
            let least = 1.0 / (1.0 + (1e-6 - pair.weight).exp());
            let found = score(&spec, &fields, model, &pairs, least, 1);
            assert!(found.contains(pair), "seed {seed}, {} {}", pair.left, pair.right);
            asked_for += 1;
        }
    }
    assert!(asked_for > 300, "{asked_for}");
}
