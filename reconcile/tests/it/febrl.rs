//! The linker on the published FEBRL sets, with one specification that is tuned to none of them.

use config::linkage::{Comparator, FieldSpec, LinkageSpec};
use reconcile::linkage::{Column, Decision, Explainer, Fields, Linked, Model, candidates, learn, link, score};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const WORKERS: usize = 2;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/linkage")
}

fn spec(with_id: bool) -> LinkageSpec {
    let mut spec = LinkageSpec::load(&data().join("febrl.toml")).expect("the specification");
    if with_id {
        let compare = Comparator::Digits;
        spec.fields.push(FieldSpec { name: "soc_sec_id".into(), left: None, right: None, compare, frequency: true });
    }
    spec
}

/// A set: its rows by column, and the person of each row.
struct Set {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Set {
    fn read(name: &str) -> Self {
        let path = data().join(format!("febrl/{name}.csv"));
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).expect("the set");
        let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        Self { header, rows }
    }

    fn columns(&self, spec: &LinkageSpec) -> Vec<Column> {
        let column = |name: &str| self.header.iter().position(|h| h == name).expect("the column");
        let places = spec.fields.iter().map(|field| column(field.left()));
        places.map(|at| self.rows.iter().map(|row| row[at].as_str()).collect()).collect()
    }

    fn person(&self, row: u32) -> &str {
        self.rows[row as usize][0].split('-').nth(1).expect("rec-N-…")
    }
}

struct Figures {
    precision: f64,
    recall: f64,
    f1: f64,
}

fn figures(found: &[(u32, u32)], is_true: impl Fn(u32, u32) -> bool, truth: usize) -> Figures {
    let right = found.iter().filter(|(a, b)| is_true(*a, *b)).count() as f64;
    let (precision, recall) = (right / found.len() as f64, right / truth as f64);
    Figures { precision, recall, f1: 2.0 * precision * recall / (precision + recall) }
}

fn links(linked: &Linked) -> Vec<(u32, u32)> {
    let links = linked.pairs.iter().filter(|d| d.decision == Decision::Link);
    links.map(|d| (d.pair.left, d.pair.right)).collect()
}

fn two_tables(with_id: bool) -> Figures {
    let (spec, a, b) = (spec(with_id), Set::read("dataset4a"), Set::read("dataset4b"));
    let fields = Fields::new(&spec, &a.columns(&spec), Some(&b.columns(&spec)), WORKERS);
    let links = links(&link(&spec, &fields, None, WORKERS));
    // Every person of 4b is in 4a.
    figures(&links, |x, y| a.person(x) == b.person(y), b.rows.len())
}

fn one_table() -> Figures {
    let (spec, set) = (spec(false), Set::read("dataset3"));
    let fields = Fields::new(&spec, &set.columns(&spec), None, WORKERS);
    let links = links(&link(&spec, &fields, None, WORKERS));
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    (0..set.rows.len() as u32).for_each(|row| *sizes.entry(set.person(row)).or_default() += 1);
    let truth = sizes.values().map(|n| n * (n - 1) / 2).sum();
    figures(&links, |x, y| set.person(x) == set.person(y), truth)
}

#[test]
fn febrl_4_without_a_number_is_linked_nearly_whole_and_without_an_invented_link() {
    let Figures { precision, recall, f1 } = two_tables(false);
    println!("FEBRL 4: precision {precision:.4} recall {recall:.4} F1 {f1:.4}");
    assert!(f1 >= 0.993 && precision >= 0.999, "precision {precision} recall {recall} F1 {f1}");
}

#[test]
fn febrl_4_with_a_number_is_linked_whole() {
    let Figures { precision, recall, f1 } = two_tables(true);
    println!("FEBRL 4 with its number: precision {precision:.4} recall {recall:.4} F1 {f1:.4}");
    assert!(f1 >= 0.9995, "precision {precision} recall {recall} F1 {f1}");
}

#[test]
fn febrl_3_falls_into_its_groups() {
    let Figures { precision, recall, f1 } = one_table();
    println!("FEBRL 3: precision {precision:.4} recall {recall:.4} F1 {f1:.4}");
    assert!(f1 >= 0.985, "precision {precision} recall {recall} F1 {f1}");
}

#[test]
fn the_same_tables_give_the_same_model_and_pairs_to_the_bit_on_any_number_of_threads() {
    let (spec, set) = (spec(false), Set::read("dataset3"));
    let fields = Fields::new(&spec, &set.columns(&spec), None, WORKERS);
    let run = |workers| {
        let pairs = candidates(&spec, &fields, workers);
        let model = learn(&spec, &fields, &pairs, workers);
        let scored = score(&spec, &fields, &model, &pairs, 0.5, workers);
        (model.to_json(), scored)
    };
    let (model, scored) = run(1);
    assert!(run(3) == (model.clone(), scored.clone()), "three threads");
    let read = Model::from_json(&model, &spec).expect("reads");
    assert_eq!(read.to_json(), model);
    // The explanation of a pair adds up to its weight.
    let explainer = Explainer::new(&spec, &fields, &read);
    for pair in scored.iter().step_by(500) {
        let sum = explainer.weight(pair.left, pair.right);
        assert!((sum - pair.weight).abs() < 1e-9, "{sum} against {}", pair.weight);
    }
}
