//! `doisoat replay`: the verdict of an earlier night again.

use crate::support::{Sandbox, digest, json, run, stderr, stdout, text};
use serde_json::Value;

fn replay(sandbox: &Sandbox, run_id: &str, more: &[&str]) -> std::process::Output {
    let config = sandbox.settings();
    run(&[&["replay", run_id, "--config", text(&config)], more].concat())
}

#[test]
fn an_old_night_gives_its_verdict_again_also_after_the_rules_have_changed() {
    let sandbox = Sandbox::serve(&["--persons", "400", "--seed", "11", "--faults", "0"]);
    let first = json(&sandbox.run().output().expect("runs"), 0);
    let old = first["run_id"].as_str().expect("a run");
    let again = json(&replay(&sandbox, old, &["--json"]), 0);
    assert_eq!((&again["same"], again["findings_digest"].as_str()), (&Value::Bool(true), Some(&*digest(&first))));
    assert_eq!((&again["rules_changed"], &again["units_changed"]), (&Value::Bool(false), &Value::Bool(false)));

    // The province makes a spelling more serious: the next night says so, the old one does not.
    let rules = config::rules::EMBEDDED.replacen("severity = \"note\"", "severity = \"check\"", 1);
    std::fs::write(sandbox.folder.path().join("s/rules.toml"), rules).expect("written");
    let mut settings: toml::Table =
        std::fs::read_to_string(sandbox.settings()).expect("settings").parse().expect("TOML");
    settings["data"].as_table_mut().expect("a table").insert("rules_file".into(), "rules.toml".into());
    std::fs::write(sandbox.settings(), settings.to_string()).expect("written");
    let second = json(&sandbox.run().output().expect("runs"), 0);
    assert_ne!(digest(&second), digest(&first));
    let again = json(&replay(&sandbox, old, &["--json"]), 0);
    assert_eq!((&again["same"], &again["rules_changed"]), (&Value::Bool(true), &Value::Bool(true)));
    let new = json(&replay(&sandbox, second["run_id"].as_str().expect("a run"), &["--json"]), 0);
    assert_eq!((&new["same"], &new["rules_changed"]), (&Value::Bool(true), &Value::Bool(false)));

    let said = stdout(&replay(&sandbox, old, &[]));
    assert!(said.contains("Kết quả giống hệt đêm đó") && said.contains("dùng quy tắc của đêm đó"), "{said}");
}

#[test]
fn one_subject_is_told_in_words_and_a_run_without_snapshots_is_refused_with_the_reason() {
    let sandbox = Sandbox::serve(&["--persons", "400", "--seed", "12", "--faults", "0"]);
    let report = json(&sandbox.run().output().expect("runs"), 0);
    let old = report["run_id"].as_str().expect("a run");
    let config = sandbox.settings();
    let listed = json(&run(&["findings", "list", "--json", "--limit", "1", "--config", text(&config)]), 0);
    let id = listed[0]["finding_id"].as_str().expect("an id");
    let finding = json(&run(&["findings", "show", id, "--json", "--config", text(&config)]), 0);
    let subject = finding["subject"].as_str().expect("a subject");
    let again = json(&replay(&sandbox, old, &["--json", "--subject", subject]), 0);
    let of_subject = again["subject_findings"].as_array().expect("findings");
    assert!(of_subject.iter().any(|one| one["explanation_vi"] == finding["explanation_vi"]), "{again}");
    let said = stdout(&replay(&sandbox, old, &["--subject", subject]));
    assert!(said.contains(finding["explanation_vi"].as_str().expect("a text")), "{said}");
    let nobody = stdout(&replay(&sandbox, old, &["--subject", "person:099000000000"]));
    assert!(nobody.contains("không có sai lệch nào"), "{nobody}");

    std::fs::remove_dir_all(sandbox.folder.path().join("s/data/snapshots/land")).expect("removed");
    let gone = replay(&sandbox, old, &[]);
    assert_eq!(gone.status.code(), Some(3));
    assert!(stderr(&gone).contains("[SNAPSHOT_GONE]") && stderr(&gone).contains("keep_snapshots"), "{}", stderr(&gone));
    let unknown = replay(&sandbox, "20200101-000000", &[]);
    assert_eq!(unknown.status.code(), Some(3), "{}", stderr(&unknown));
}
