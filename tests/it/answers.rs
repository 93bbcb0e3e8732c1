//! Answers about single citizens are kept for a time, conclusions for longer.

use crate::support::{Sandbox, doisoat, json, run, stderr, stdout, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use store::snapshots::{RecordView, SnapshotReader};

fn serve() -> Sandbox {
    Sandbox::serve(&["--persons", "300", "--seed", "5", "--faults", "0", "--population", "lookup"])
}

/// A night on a day of our choice; what ends incomplete is a night as well.
fn night(sandbox: &Sandbox, day: &str, resume: bool) -> Command {
    let mut command = doisoat();
    command.args(["run", "--json", "--config", text(&sandbox.settings()), "--as-if", &format!("{day}T15:00:00Z")]);
    if resume {
        command.arg("--resume");
    }
    command
}

fn report(mut night: Command) -> Value {
    let output = night.output().expect("runs");
    assert!(matches!(output.status.code(), Some(0 | 2)), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("a report")
}

/// The population source goes away, or comes back.
fn move_population(sandbox: &Sandbox, edit: impl FnOnce(&mut toml::Table)) {
    let file = sandbox.settings();
    let mut settings: toml::Table = std::fs::read_to_string(&file).expect("settings").parse().expect("TOML");
    edit(settings["sources"]["population"].as_table_mut().expect("population"));
    std::fs::write(&file, settings.to_string()).expect("settings");
}

fn away(source: &mut toml::Table) -> String {
    let before = source.insert("base_url".into(), "http://127.0.0.1:9".into()).expect("an address");
    let retry: toml::Table = "attempts = 2\nfirst_delay_ms = 1\nmax_delay_ms = 2\nbudget = 4".parse().expect("TOML");
    source.insert("retry".into(), retry.into());
    before.as_str().expect("an address").to_owned()
}

/// Every finding that stands, by its identity.
fn findings(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    let settings = sandbox.settings();
    let ask = |arguments: &[&str]| json(&run(&[arguments, &["--json", "--config", text(&settings)]].concat()), 0);
    let list = ask(&["findings", "list", "--limit", "0"]);
    let ids = list.as_array().expect("a list").iter().map(|f| f["finding_id"].as_str().expect("an id").to_owned());
    ids.map(|id| (id.clone(), ask(&["findings", "show", &id]))).collect()
}

fn of_population(finding: &Value) -> Vec<&Value> {
    finding["values"].as_array().expect("values").iter().filter(|v| v["source"] == "population").collect()
}

/// Answers in the snapshots of the population source: with values, and without.
fn answers(sandbox: &Sandbox) -> (usize, usize) {
    let home = sandbox.folder.path().join("s/data/snapshots/population/person");
    let (mut with, mut without) = (0, 0);
    for snapshot in std::fs::read_dir(home).expect("snapshots") {
        let reader = SnapshotReader::open(Path::new(&snapshot.expect("a snapshot").path())).expect("opens");
        for bucket in 0..reader.manifest().buckets {
            for row in reader.bucket(bucket, None).expect("a bucket").iter() {
                let RecordView::Person(person) = row.record else { panic!("a person") };
                let empty = person.to_owned().values().iter().all(Option::is_none);
                *(if empty { &mut without } else { &mut with }) += 1;
            }
        }
    }
    (with, without)
}

#[test]
fn when_an_answers_time_is_up_its_values_go_and_the_verdict_stays() {
    let sandbox = serve();
    report(night(&sandbox, "2026-11-24", false));
    let (answered, _) = answers(&sandbox);
    let before = findings(&sandbox);
    let resting: Vec<&String> = before
        .iter()
        .filter(|(_, f)| of_population(f).iter().any(|v| !v["value"].is_null()))
        .map(|(id, _)| id)
        .collect();
    assert!(answered > 50 && resting.len() > 5, "{answered} answers, {} findings", resting.len());

    let mut address = String::new();
    move_population(&sandbox, |source| address = away(source));
    let second = report(night(&sandbox, "2026-12-20", false));
    assert!(second["forgotten"].is_null(), "26 days are within the 30: {}", second["forgotten"]);
    assert_eq!(answers(&sandbox), (answered, 0));

    let third = report(night(&sandbox, "2026-12-26", false));
    assert_eq!(third["forgotten"]["answers"].as_u64(), Some(answered as u64));
    assert_eq!(answers(&sandbox), (0, answered), "no older snapshot keeps them");
    let after = findings(&sandbox);
    for id in resting.iter().copied() {
        let (was, is) = (&before[id], after.get(id).unwrap_or_else(|| panic!("{id} is gone: {}", before[id])));
        for kept in ["kind", "severity", "subject", "source", "owner", "next_step_vi"] {
            assert_eq!(was[kept], is[kept], "{id}: {kept}");
        }
        let values = of_population(is);
        assert!(values.iter().all(|v| v["value"].is_null()), "{is}");
        assert!(values.iter().any(|v| v["forgotten"] == true), "{is}");
        let texts = [&is["explanation_vi"], &is["explanation_en"], &is["suggestion"]].map(ToString::to_string).concat();
        for value in of_population(was).iter().filter_map(|v| v["value"].as_str()).filter(|v| v.len() > 2) {
            assert!(!texts.contains(value), "{id}: a text still quotes what was answered");
        }
    }
    assert_eq!(third["forgotten"]["findings"].as_u64(), Some(resting.len() as u64));

    move_population(&sandbox, |source| {
        source.insert("base_url".into(), address.into());
    });
    let fourth = report(night(&sandbox, "2026-12-27", false));
    // Whoever is registered under another number by now, or not at all, is not answered for again.
    let not_again = fourth["forgotten"]["findings"].as_u64().unwrap_or(0);
    assert!(not_again * 20 < resting.len() as u64, "{}", fourth["forgotten"]);
    let again = findings(&sandbox);
    let mut said_again = 0;
    for id in resting.iter().copied() {
        let events: Vec<&str> =
            again[id]["history"].as_array().expect("history").iter().filter_map(|e| e["event"].as_str()).collect();
        assert!(!events.contains(&"gone") && !events.contains(&"reopened"), "{id}: {events:?}");
        said_again += u64::from(of_population(&before[id]) == of_population(&again[id]));
    }
    assert_eq!(said_again + not_again, resting.len() as u64, "the source says the same again");
}

#[test]
fn a_night_that_dies_while_it_forgets_ends_as_if_nothing_had_happened() {
    let (whole, broken) = (serve(), serve());
    for sandbox in [&whole, &broken] {
        report(night(sandbox, "2026-11-24", false));
        move_population(sandbox, |source| {
            away(source);
        });
    }
    let expected = report(night(&whole, "2026-12-26", false));
    for (point, resume) in [("answers.forgotten:1", false), ("findings.held:1", true)] {
        let died = night(&broken, "2026-12-26", resume).env("DOISOAT_FAILPOINT", point).output().expect("runs");
        assert_eq!(died.status.code(), None, "{point}: {}", stderr(&died));
    }
    let ended = report(night(&broken, "2026-12-26", true));
    assert_eq!(ended["findings_digest"], expected["findings_digest"]);
    assert_eq!(ended["findings"], expected["findings"]);
    assert_eq!(ended["forgotten"]["findings"], expected["forgotten"]["findings"]);
    assert_eq!(answers(&broken), answers(&whole));
}

#[test]
fn answers_of_a_source_that_was_taken_out_of_the_settings_are_not_kept_longer_for_that() {
    let sandbox = serve();
    report(night(&sandbox, "2026-11-24", false));
    let (answered, _) = answers(&sandbox);
    let file = sandbox.settings();
    let mut settings: toml::Table = std::fs::read_to_string(&file).expect("settings").parse().expect("TOML");
    settings["sources"].as_table_mut().expect("sources").remove("population").expect("population");
    std::fs::write(&file, settings.to_string()).expect("settings");
    let report = report(night(&sandbox, "2026-12-26", false));
    assert_eq!(report["forgotten"]["answers"].as_u64(), Some(answered as u64));
    assert_eq!(answers(&sandbox), (0, answered));
}
