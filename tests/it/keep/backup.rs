//! What was backed up comes back, whole and the same.

use super::place::{BOTH, NOW, Place, files, names, province};
use crate::support::{digest, json, stderr, stdout, text};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

/// What a clerk is told of the first person with a finding.
fn verdict(place: &Place) -> Value {
    let listed = place.answer(&["findings", "list", "--limit", "1000"], 0);
    let of_person = listed.as_array().expect("findings").iter().find_map(|one| {
        let shown = place.answer(&["findings", "show", one["finding_id"].as_str().expect("an id")], 0);
        shown["subject"].as_str().and_then(|subject| subject.strip_prefix("person:")).map(str::to_owned)
    });
    let checked = place.ask(&["check", &of_person.expect("a person"), "--officer", "canbo1", "--as-if", NOW, "--json"]);
    let checked: Value = serde_json::from_str(&stdout(&checked)).expect("a verdict");
    let kept = ["person", "verdict", "findings", "answers", "records", "fields"];
    kept.iter().map(|key| (key.to_string(), checked[key].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn a_backup_put_back_elsewhere_gives_the_same_findings_the_same_verdict_and_a_whole_log() {
    for kind in BOTH {
        let (_sandbox, place) = province(kind, 3);
        let night = place.night(NOW);
        let run_id = night["run_id"].as_str().expect("a run");
        let told = verdict(&place);
        assert_eq!(told["person"].as_str().map(str::len), Some(12), "{kind}: {told}");
        let entries = |place: &Place| place.answer(&["audit", "verify"], 0)["entries"].as_i64().expect("a count");
        let before = entries(&place);

        let home = tempfile::tempdir().expect("a folder");
        let backup = place.back_up(home.path());
        assert_eq!(backup.file_name().and_then(|name| name.to_str()), Some("doisoat-20261124T150000Z"));
        for file in files(&backup) {
            let mode = std::fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{kind}: {} is its owner's alone", file.display());
        }
        let looked_at = place.answer(&["backup", "--verify", text(&backup)], 0);
        assert_eq!((looked_at["ledger"].as_str(), looked_at["province"].as_str()), (Some(kind), Some("08")));

        let other = Place::empty(&backup, &place, kind);
        let rehearsed = other.ask(&["restore", "--from", text(&backup)]);
        assert_eq!(rehearsed.status.code(), Some(2), "{kind}: {}", stderr(&rehearsed));
        assert!(stdout(&rehearsed).contains("Chưa đụng gì cả"), "{}", stdout(&rehearsed));
        assert!(!other.data().exists(), "{kind}: nothing was touched");
        json(&other.restore(&backup), 0);

        let again = other.answer(&["replay", run_id], 0);
        assert_eq!((&again["same"], again["findings_digest"].as_str()), (&Value::Bool(true), Some(&*digest(&night))));
        assert_eq!(entries(&other), before + 2, "{kind}: that it was backed up, and that it was put back");
        assert_eq!(verdict(&other), told, "{kind}");
        let listed = |place: &Place| place.answer(&["findings", "list", "--limit", "9999"], 0);
        assert_eq!(listed(&other), listed(&place), "{kind}");

        let refused = other.restore(&backup);
        assert_eq!(refused.status.code(), Some(3), "{kind}");
        assert!(stderr(&refused).contains("[RESTORE_NOT_EMPTY]"), "{kind}: {}", stderr(&refused));

        // The next night goes on from there: feeds from where they stood, findings known, none new.
        let next = other.night("2026-11-24T16:00:00Z");
        assert_eq!(next["finding_states"]["new"], Value::Null, "{kind}");
        let population = next["sources"].as_array().expect("sources").iter().find(|s| s["name"] == "population");
        assert_eq!(population.expect("it")["records"], 0, "{kind}: only what changed was asked for");
    }
}

#[test]
fn secrets_are_in_no_backup_and_the_report_says_which_must_come_back_by_hand() {
    let (_sandbox, place) = province("sqlite", 4);
    place.night(NOW);
    let rules = config::rules::EMBEDDED.replacen("severity = \"note\"", "severity = \"check\"", 1);
    std::fs::write(place.folder().join("quy-tac.toml"), &rules).expect("written");
    place.edit(|settings| {
        settings["data"].as_table_mut().expect("a table").insert("rules_file".into(), "quy-tac.toml".into());
    });
    let home = tempfile::tempdir().expect("a folder");
    let made = place.ask(&["backup", "--to", text(home.path())]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let said = stdout(&made);
    for key in ["sources.land.auth.client_secret", "sources.population.purpose.officer", "secrets/land"] {
        assert!(said.contains(key), "{key}: {said}");
    }
    assert!(!said.contains("quy-tac.toml"), "what is in the backup need not be brought back: {said}");
    let backup =
        home.path().join(names(home.path()).into_iter().find(|name| name.starts_with("doisoat-")).expect("one"));
    let secrets: Vec<String> = files(&place.folder().join("secrets"))
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("a secret").trim().to_owned())
        // Officers' numbers stand in the audit log, where they belong.
        .filter(|secret| secret.len() >= 8 && !secret.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    assert!(secrets.len() >= 4, "there are secrets to look for");
    for file in files(&backup) {
        let bytes = std::fs::read(&file).expect("read");
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret stands in {}", file.display());
        }
    }
    assert_eq!(std::fs::read_to_string(backup.join("settings/rules.toml")).expect("the rules"), rules);
}

#[test]
fn only_so_many_whole_backups_stay_as_are_wanted() {
    let (_sandbox, place) = province("sqlite", 5);
    place.night(NOW);
    let home = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(home.path().join("ảnh")).expect("a folder of somebody else");
    for day in 24..=26 {
        let at = format!("2026-11-{day}T18:00:00Z");
        place.answer(&["backup", "--to", text(home.path()), "--keep", "2", "--as-if", &at], 0);
    }
    let left = ["doisoat-20261125T180000Z", "doisoat-20261126T180000Z", "ảnh"];
    assert_eq!(names(home.path()), [&[".lock"], &left[..]].concat());
    for backup in &left[..2] {
        place.answer(&["backup", "--verify", text(&home.path().join(backup))], 0);
    }
    let several = place.ask(&["backup", "--verify", text(home.path())]);
    assert_eq!(several.status.code(), Some(64));
    assert!(stderr(&several).contains("doisoat-20261126T180000Z"), "the newest is named: {}", stderr(&several));
    let none = place.ask(&["backup", "--to", text(home.path()), "--keep", "0"]);
    assert_eq!(none.status.code(), Some(64), "a backup that keeps none is a mistake");
}
