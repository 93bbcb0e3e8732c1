//! `doisoat rules`: checked when loaded, tried on the records of one person.

use crate::support::{json, run, stderr, stdout, text};
use std::path::{Path, PathBuf};

fn person() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/rules/wife.json")
}

fn severities(arguments: &[&str]) -> Vec<(String, String)> {
    let file = person();
    let tried = json(&run(&[&["rules", "try", "--json", "--record", text(&file)], arguments].concat()), 0);
    let findings = tried["findings"].as_array().expect("findings");
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().expect("a word").to_owned();
    let mut all: Vec<_> = findings.iter().map(|f| (word(f, "kind"), word(f, "severity"))).collect();
    all.dedup();
    all
}

fn expected(marital: &str) -> Vec<(String, String)> {
    [("DOB_PARTIAL", "note"), ("DOB_SWAP", "check"), ("MARITAL_STALE", marital), ("NAME_DIACRITIC", "note")]
        .map(|(kind, severity)| (kind.to_owned(), severity.to_owned()))
        .to_vec()
}

#[test]
fn the_same_person_is_stopped_for_a_marriage_and_not_for_another_procedure() {
    assert_eq!(severities(&[]), expected("check"));
    assert_eq!(severities(&["--procedure", "1.000894"]), expected("stop"));
    assert_eq!(severities(&["--procedure", "1.012784"]), expected("check"));
}

#[test]
fn a_trial_tells_in_words_what_a_clerk_would_read_and_on_what_it_rests() {
    let file = person();
    let said = stdout(&run(&["rules", "try", "--record", text(&file), "--procedure", "1.000894"]));
    for words in ["Thủ tục: 1.000894 Thủ tục đăng ký kết hôn", "MARITAL_STALE · dừng", "Việc cần làm: ", "Căn cứ: "]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn rules_that_are_not_in_force_yet_are_tried_without_touching_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.toml");
    let at = config::rules::EMBEDDED.find("kind = \"DOB_SWAP\"").expect("the rule");
    let (before, after) = config::rules::EMBEDDED.split_at(at);
    std::fs::write(&file, format!("{before}{}", after.replacen("enabled = true", "enabled = false", 1)))
        .expect("written");
    assert!(!severities(&["--rules", text(&file)]).iter().any(|(kind, _)| kind == "DOB_SWAP"));
    let listed = json(&run(&["rules", "check", text(&file), "--json"]), 0);
    let off = listed["rules"].as_array().expect("rules").iter().filter(|rule| rule["enabled"] == false);
    assert_eq!(off.map(|rule| rule["kind"].as_str()).collect::<Vec<_>>(), [Some("DOB_SWAP")]);
}

#[test]
fn what_cannot_be_used_is_refused_with_the_place_and_the_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x");
    let refused = |content: &str, arguments: &[&str]| {
        std::fs::write(&file, content).expect("written");
        let output = run(&[arguments, &[text(&file)]].concat());
        assert_ne!(output.status.code(), Some(0));
        stderr(&output)
    };
    let rules = config::rules::EMBEDDED.replacen("\"1.000894\"", "\"9.999999\"", 1);
    let said = refused(&rules, &["rules", "check"]);
    assert!(said.contains("CONFIG_VALUE") && said.contains("9.999999 is not in the catalogue"), "{said}");
    let attempt = ["rules", "try", "--record"];
    let column = r#"{"date": "2026-11-24", "records": [{"source": "land", "dataset": "land_right", "key": "l1", "values": {"nme": "x"}}]}"#;
    for (content, words) in [
        ("{", "EOF while parsing"),
        (r#"{"date": "2026-11-24", "records": []}"#, "there are no records"),
        (column, "record l1: land_right has no column \"nme\"; it has"),
    ] {
        let said = refused(content, &attempt);
        assert!(said.contains("TRIAL_FILE") && said.contains(words) && said.contains("docs/quy-tac.md"), "{said}");
    }
    let known = person();
    let output = run(&["rules", "try", "--record", text(&known), "--procedure", "9.999999"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).contains("9.999999 is not in the catalogue of procedures"));
}

#[test]
fn the_example_of_the_guide_is_the_file_that_these_tests_try() {
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/quy-tac.md")).expect("the guide");
    let block = guide.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(read(block), read(&std::fs::read_to_string(person()).expect("the file")));
}
