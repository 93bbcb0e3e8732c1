//! The levels of each comparator, and what they weigh, by hand.

use config::linkage::LinkageSpec;
use reconcile::linkage::{Column, Explainer, Fields, Model, ModelError, candidates, score};
use serde_json::json;
use std::path::Path;

#[derive(serde::Deserialize)]
struct Cases {
    cases: Vec<[String; 4]>,
}

fn spec(text: &str) -> LinkageSpec {
    LinkageSpec::parse(text, Path::new("spec.toml")).expect("a specification")
}

fn column(values: &[&str]) -> Column {
    values.iter().copied().collect()
}

/// The names of the levels, from any model of the specification.
fn level_names(compare: &str) -> Vec<&'static str> {
    match compare {
        "exact" => vec!["same", "different"],
        "digits" => vec!["same", "one digit", "different"],
        "date" => vec!["same", "one digit", "two parts", "different"],
        "person_name" => vec!["same", "writing", "compatible", "close", "similar", "different"],
        _ => vec!["same", "close", "similar", "different"],
    }
}

fn comparison(name: &str, levels: &[&str], shares: &[[f64; 2]]) -> serde_json::Value {
    let level = |(name, [m, u]): (&&str, &[f64; 2])| json!({"name": name, "m": m, "u": u});
    json!({"name": name, "levels": levels.iter().zip(shares).map(level).collect::<Vec<_>>()})
}

fn even(name: &str, levels: &[&str]) -> serde_json::Value {
    comparison(name, levels, &vec![[0.5, 0.25]; levels.len()])
}

fn model(spec: &LinkageSpec, prior: f64, comparisons: &[serde_json::Value]) -> Model {
    let text = json!({"format": 1, "prior": prior, "comparisons": comparisons}).to_string();
    Model::from_json(&text, spec).expect("a model")
}

#[test]
fn two_values_have_the_level_of_the_table_from_either_side() {
    let cases: Cases = toml::from_str(include_str!("../data/linkage/levels.toml")).expect("the cases");
    let mut wrong = Vec::new();
    for [compare, left, right, level] in &cases.cases {
        let spec = spec(&format!("[[fields]]\nname = \"x\"\ncompare = \"{compare}\"\n"));
        let model = model(&spec, 0.5, &[even("x", &level_names(compare))]);
        for (a, b) in [(left, right), (right, left)] {
            let fields = Fields::new(&spec, &[column(&[a])], Some(&[column(&[b])]), 1);
            let explainer = Explainer::new(&spec, &fields, &model);
            let found = explainer.levels(0, 0).next().expect("one field").unwrap_or("-").to_owned();
            if found != *level {
                wrong.push(format!("{compare}: {a} / {b}: {found}, expected {level}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TWO: &str = r#"
[[fields]]
name = "surname"
compare = "name"
[[fields]]
name = "sex"
compare = "exact"
frequency = false
[blocking]
rules = [["sex"], ["surname:prefix1"]]
"#;

fn two_fields() -> (LinkageSpec, Fields, Model) {
    let spec = spec(TWO);
    // Six values of each field; Lý is a third of the surnames, m half of the sexes.
    let left = [column(&["Lý", "Trần", "Lê"]), column(&["m", "f", ""])];
    let right = [column(&["Lý", "Trân", "Mạc"]), column(&["m", "m", "f"])];
    let fields = Fields::new(&spec, &left, Some(&right), 1);
    let surname = comparison("surname", &level_names("name"), &[[0.8, 0.1], [0.1, 0.05], [0.05, 0.05], [0.05, 0.8]]);
    let sex = comparison("sex", &level_names("exact"), &[[0.9, 0.5], [0.1, 0.5]]);
    let model = model(&spec, 0.2, &[surname, sex]);
    (spec, fields, model)
}

#[test]
fn a_pair_weighs_what_its_levels_say_and_a_rare_value_says_more() {
    let (spec, fields, model) = two_fields();
    let explainer = Explainer::new(&spec, &fields, &model);
    let prior = (0.2f64 / 0.8).ln();
    let surname = (0.8f64 / 0.1).ln();
    // The share of Lý is 2 of 6, and agreement by chance was 0.1.
    let rarity = (0.1f64 / (2.0 / 6.0)).ln();
    for (left, right, steps) in [
        (0, 0, [prior, surname + rarity, (0.9f64 / 0.5).ln()]),
        (1, 1, [prior, (0.1f64 / 0.05).ln(), (0.1f64 / 0.5).ln()]),
        (2, 2, [prior, (0.05f64 / 0.8).ln(), 0.0]),
        (1, 2, [prior, (0.05f64 / 0.8).ln(), (0.9f64 / 0.5).ln()]),
    ] {
        let found = explainer.explain(left, right);
        let weights: Vec<f64> = found.iter().map(|step| step.weight).collect();
        assert!(weights.iter().zip(steps).all(|(a, b)| (a - b).abs() < 1e-12), "{left} {right}: {weights:?} {steps:?}");
        assert!((explainer.weight(left, right) - steps.iter().sum::<f64>()).abs() < 1e-12);
    }
    let first = explainer.explain(0, 0);
    let names: Vec<(&str, Option<&str>)> = first.iter().map(|s| (s.name.as_str(), s.level.as_deref())).collect();
    assert_eq!(names, [("prior", None), ("surname", Some("same")), ("sex", Some("same"))]);
    assert!((first[1].rarity - rarity).abs() < 1e-12 && first[2].rarity == 0.0 && first[0].rarity == 0.0);
    assert_eq!(explainer.explain(2, 2)[2].level, None, "no sex, no evidence");
}

#[test]
fn scoring_weighs_as_the_explanation_does_and_a_probability_is_that_of_the_odds() {
    let (spec, fields, model) = two_fields();
    let pairs = candidates(&spec, &fields, 1);
    let explainer = Explainer::new(&spec, &fields, &model);
    let all = score(&spec, &fields, &model, &pairs, 1e-12, 1);
    assert_eq!(all.len(), pairs.len());
    for pair in &all {
        assert!((pair.weight - explainer.weight(pair.left, pair.right)).abs() < 1e-9);
        let odds = pair.weight.exp();
        assert!((pair.probability() - odds / (1.0 + odds)).abs() < 1e-12);
    }
    // What is as probable as is asked for is there, what is less is not.
    let mut weights: Vec<f64> = all.iter().map(|pair| pair.weight).collect();
    weights.sort_by(f64::total_cmp);
    let middle = weights[weights.len() / 2];
    let least = 1.0 / (1.0 + (-(middle + 1e-9)).exp());
    let above = weights.iter().filter(|weight| **weight > middle + 1e-9).count();
    assert_eq!(score(&spec, &fields, &model, &pairs, least, 1).len(), above);
}

#[test]
fn values_the_wrong_way_round_are_told_only_where_they_are_closer_so() {
    let text = "exchanged = [[\"a\", \"b\"]]\n[[fields]]\nname = \"a\"\ncompare = \"name\"\n\
                [[fields]]\nname = \"b\"\ncompare = \"name\"\n";
    let spec = spec(text);
    let levels = level_names("name");
    let exchange = comparison("a ⇄ b", &["in place", "exchanged"], &[[0.9, 0.99], [0.1, 0.01]]);
    let model = model(&spec, 0.5, &[even("a", &levels), even("b", &levels), exchange]);
    for (left, right, expected) in [
        (["lan", "khanh"], ["lan", "khanh"], [Some("same"), Some("same"), Some("in place")]),
        (["lan", "khanh"], ["khanh", "lan"], [Some("same"), Some("same"), Some("exchanged")]),
        // Exchanged and a slip of the pen on one side.
        (["lan", "khanh"], ["khanhh", "lan"], [Some("same"), Some("close"), Some("exchanged")]),
        (["lan", "khanh"], ["khanhh", "laan"], [Some("close"), Some("close"), Some("exchanged")]),
        // As close in place as exchanged.
        (["lan", "lan"], ["lan", "laan"], [Some("same"), Some("close"), Some("in place")]),
        (["lan", "khanh"], ["phuong", "bich"], [Some("different"), Some("different"), Some("in place")]),
        (["lan", ""], ["lan", "khanh"], [Some("same"), None, None]),
        // One value is there, on the other side.
        (["lan", ""], ["", "lan"], [Some("same"), None, Some("exchanged")]),
        (["", ""], ["lan", "khanh"], [None, None, None]),
    ] {
        let columns = |row: [&str; 2]| row.map(|value| column(&[value]));
        let fields = Fields::new(&spec, &columns(left), Some(&columns(right)), 1);
        let explainer = Explainer::new(&spec, &fields, &model);
        assert_eq!(explainer.levels(0, 0).collect::<Vec<_>>(), expected, "{left:?} {right:?}");
    }
}

#[test]
fn only_a_model_of_the_same_fields_and_of_probabilities_is_read() {
    let spec = spec(TWO);
    let (name, exact) = (level_names("name"), level_names("exact"));
    let good = [even("surname", &name), even("sex", &exact)];
    let read = |format: u32, prior: f64, comparisons: &[serde_json::Value]| {
        let text = json!({"format": format, "prior": prior, "comparisons": comparisons}).to_string();
        Model::from_json(&text, &spec).map(|_| ())
    };
    let other = |what: &str| Err(ModelError::OtherFields(what.to_owned()));
    let improbable = |what: &str| Err(ModelError::NoProbability(what.to_owned()));
    assert_eq!(read(1, 0.5, &good), Ok(()));
    assert_eq!(read(2, 0.5, &good), Err(ModelError::Format(2)));
    assert_eq!(read(1, 0.5, &[good[1].clone(), good[0].clone()]), other("another order"));
    assert_eq!(read(1, 0.5, &good[..1]), other("sex"));
    assert_eq!(read(1, 0.5, &[good[0].clone(), good[1].clone(), even("village", &exact)]), other("village"));
    assert_eq!(read(1, 0.5, &[even("surname", &exact), good[1].clone()]), other("surname"));
    for prior in [0.0, 1.0, -0.5, 1.5] {
        assert_eq!(read(1, prior, &good), improbable("prior"), "{prior}");
    }
    for wrong in [[0.0, 0.5], [1.0, 0.5], [0.5, 0.0], [0.5, 1.0]] {
        let sex = comparison("sex", &exact, &[[0.5, 0.5], wrong]);
        assert_eq!(read(1, 0.5, &[good[0].clone(), sex]), improbable("sex"), "{wrong:?}");
    }
    assert!(matches!(Model::from_json("{", &spec), Err(ModelError::Syntax(_))));
    assert!(matches!(Model::from_json(r#"{"format": 1, "more": 2}"#, &spec), Err(ModelError::Syntax(_))));
}
