//! `doisoat link` on files in hand.

use crate::support::{json, run, stderr, text};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reconcile/tests/data/linkage").join(name)
}

/// The pairs of a file, by the names of its columns.
fn pairs(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the pairs");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn is_true(pair: &BTreeMap<String, String>) -> bool {
    let person = |key: &str| pair[key].split('-').nth(1).map(str::to_owned);
    person("left_key") == person("right_key")
}

#[test]
fn two_tables_are_linked_by_what_the_specification_says_and_a_model_can_be_used_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let (left, right, spec) = (data("febrl/dataset4a.csv"), data("febrl/dataset4b.csv"), data("febrl.toml"));
    let link = |out: &str, more: &[&str]| {
        let out = place(out);
        let arguments =
            ["link", text(&left), text(&right), "--spec", text(&spec), "--key", "rec_id", "--json", "--out"];
        json(&run(&[&arguments, [text(&out)].as_slice(), more].concat()), 0)
    };
    let model = place("model.json");
    let summary = link("pairs.csv", &["--save-model", text(&model)]);
    let found = pairs(&place("pairs.csv"));
    let links: Vec<_> = found.iter().filter(|pair| pair["decision"] == "link").collect();
    assert_eq!(summary["links"].as_u64(), Some(links.len() as u64));
    assert!(links.len() > 4_950 && links.iter().all(|pair| is_true(pair)), "{summary}");
    let first = links[0];
    assert!(["same", "close", "similar", "different", ""].contains(&first["surname"].as_str()), "{first:?}");
    link("again.csv", &["--model", text(&model)]);
    let bytes = |name: &str| std::fs::read(place(name)).expect("the pairs");
    assert!(bytes("pairs.csv") == bytes("again.csv"), "the model says all that was learned");
}

#[test]
fn one_table_falls_into_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("pairs.csv");
    let (table, spec) = (data("febrl/dataset3.csv"), data("febrl.toml"));
    let output = run(&["link", text(&table), "--spec", text(&spec), "--key", "rec_id", "--json", "--out", text(&out)]);
    let summary = json(&output, 0);
    assert!(summary["groups"].as_u64() > Some(1_000), "{summary}");
    let links: Vec<_> = pairs(&out).into_iter().filter(|pair| pair["decision"] == "link").collect();
    assert!(links.len() > 6_400 && links.iter().filter(|pair| !is_true(pair)).count() < 10, "{summary}");
}

#[test]
fn a_column_that_is_not_there_and_a_model_for_other_fields_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("a.csv"), "\u{feff}Họ tên;Ngày sinh\nNguyễn Văn Mẫu;05/03/1985\n").expect("a table");
    let spec = "[[fields]]\nname = \"họ tên\"\ncompare = \"name\"\n[[fields]]\nname = \"ngày\"\ncompare = \"date\"\n";
    std::fs::write(place("spec.toml"), spec).expect("a specification");
    let link = |more: &[&str]| {
        let (table, spec, out) = (place("a.csv"), place("spec.toml"), place("out.csv"));
        run(&[&["link", text(&table), "--spec", text(&spec), "--out", text(&out)], more].concat())
    };
    let output = link(&[]);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(said.contains("[NO_COLUMN]") && said.contains("ngày") && said.contains("Ngày sinh"), "{said}");
    std::fs::write(place("spec.toml"), spec.replace("\"ngày\"", "\"ngày sinh\"")).expect("a specification");
    std::fs::write(place("model.json"), "{\"format\": 9, \"prior\": 0.1, \"comparisons\": []}").expect("a model");
    let output = link(&["--model", text(&place("model.json"))]);
    assert!(stderr(&output).contains("[MODEL]") && stderr(&output).contains("format 9"), "{}", stderr(&output));
    assert!(!place("out.csv").exists(), "nothing half-made");
}
