//! Looks at citizens leave a trace that shows when somebody tampers with it.

use crate::support::{Sandbox, json, run, stderr, stdout, text};
use std::process::Command;

/// Somebody who can write the database does so.
fn change(sandbox: &Sandbox, sql: &str) {
    let ledger = sandbox.folder.path().join("s/data/ledger.sqlite");
    let script = format!("import sqlite3; c = sqlite3.connect({:?}); c.execute({sql:?}); c.commit()", text(&ledger));
    assert!(Command::new("python3").args(["-c", &script]).status().expect("python runs").success());
}

#[test]
fn a_night_of_look_ups_is_written_down_and_tampering_is_named() {
    let sandbox = Sandbox::serve(&["--persons", "300", "--seed", "5", "--faults", "0", "--population", "lookup"]);
    let report = sandbox.run().output().expect("runs");
    assert!(matches!(report.status.code(), Some(0 | 2)), "{}", stderr(&report));
    let report: serde_json::Value = serde_json::from_str(&stdout(&report)).expect("a report");
    let population =
        report["sources"].as_array().and_then(|s| s.iter().find(|s| s["name"] == "population")).expect("it");
    let asked = ["found", "not_found"].iter().filter_map(|key| population["answers"][key].as_i64()).sum::<i64>();
    assert!(asked > 50, "{population}");

    let settings = sandbox.settings();
    let verify = || run(&["audit", "verify", "--json", "--config", text(&settings)]);
    let whole = json(&verify(), 0);
    assert!(whole["entries"].as_i64() >= Some(2 * asked), "an opening and a closing for each of {asked}: {whole}");
    let list = stdout(&run(&["audit", "list", "--limit", "5", "--json", "--config", text(&settings)]));
    let first: serde_json::Value = serde_json::from_str(list.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["event"], &first["detail"]["source"]), (&"lookup.open".into(), &"population".into()));
    assert_eq!(first["subject"].as_str().map(str::len), Some(64), "a keyed hash, not a number");

    let statement = |sql: &str| change(&sandbox, sql);
    let broken = |what: &str| {
        let output = verify();
        assert_eq!(output.status.code(), Some(3), "{what}");
        assert!(stderr(&output).contains("[AUDIT_BROKEN]"), "{what}: {}", stderr(&output));
    };
    statement("UPDATE audit SET actor = 'x' || actor WHERE number = 3");
    broken("flipped");
    statement("UPDATE audit SET actor = substr(actor, 2) WHERE number = 3");
    assert_eq!(verify().status.code(), Some(0), "as it was");
    statement("DELETE FROM audit WHERE number > 10");
    broken("cut");
}

#[test]
fn nobody_is_looked_at_behind_a_log_whose_end_was_cut_off_however_often_it_is_tried() {
    let sandbox = Sandbox::serve(&["--persons", "300", "--seed", "5", "--faults", "0"]);
    let settings = sandbox.settings();
    let at = |arguments: &[&str]| run(&[arguments, &["--config", text(&settings)]].concat());
    let check = || at(&["check", "099085000123", "--officer", "lan", "--as-if", "2026-11-24T15:00:00Z"]);
    for _ in 0..3 {
        let asked = check();
        assert!(!stderr(&asked).contains("[AUDIT_"), "{}", stderr(&asked));
    }
    let entries = || json(&at(&["audit", "verify", "--json"]), 0)["entries"].as_i64().expect("a count");
    let whole = entries();
    assert_eq!(whole, 6, "an opening and a closing for each look");
    let kept = settings.with_file_name("kept.sqlite");
    let ledger = sandbox.folder.path().join("s/data/ledger.sqlite");
    std::fs::copy(&ledger, &kept).expect("a copy");

    change(&sandbox, "DELETE FROM audit WHERE number > 3");
    // Each refused look that left an entry would let the log grow over the place where it was cut.
    for _ in 0..5 {
        let refused = check();
        assert_eq!(refused.status.code(), Some(3), "{}", stderr(&refused));
        assert!(stderr(&refused).contains("[AUDIT_BROKEN]"), "{}", stderr(&refused));
    }
    let cut = at(&["audit", "verify"]);
    assert_eq!(cut.status.code(), Some(3));
    assert!(stderr(&cut).contains('3') && stderr(&cut).contains('6'), "how much is missing: {}", stderr(&cut));

    // With the log as it was, looking goes on.
    std::fs::copy(&kept, &ledger).expect("restored");
    assert!(!stderr(&check()).contains("[AUDIT_"));
    assert_eq!(entries(), whole + 2);
}
