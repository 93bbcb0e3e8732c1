//! What must not be put back, or not there, is refused before anything is touched.

use super::place::{NOW, Place, files, province};
use crate::postgres::{Cluster, PASSWORD};
use crate::support::{doisoat, stderr, text};
use sha2::{Digest, Sha256};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// One byte is another one.
fn flip(file: &Path) {
    let mut bytes = std::fs::read(file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).expect("written");
}

#[test]
fn a_flipped_byte_in_any_file_is_refused_by_name() {
    let (_sandbox, place) = province("sqlite", 6);
    place.night(NOW);
    let home = tempfile::tempdir().expect("a folder");
    let backup = place.back_up(home.path());
    let all = files(&backup);
    assert!(all.len() > 50, "{all:?}");
    for file in &all {
        flip(file);
        let refused = place.ask(&["backup", "--verify", text(&backup)]);
        assert_eq!(refused.status.code(), Some(3), "{}", file.display());
        let name = text(file.strip_prefix(&backup).expect("below it")).trim_end_matches(".sha256");
        let said = stderr(&refused);
        assert!(said.contains("[BACKUP_DAMAGED]") && said.contains(name), "{name}: {said}");
        flip(file);
    }
    assert_eq!(place.ask(&["backup", "--verify", text(&backup)]).status.code(), Some(0), "as it was");

    let other = Place::empty(&backup, &place, "sqlite");
    let snapshot = all.iter().find(|file| text(file).contains("data/snapshots")).expect("a snapshot");
    flip(snapshot);
    let refused = other.restore(&backup);
    assert!(stderr(&refused).contains("[BACKUP_DAMAGED]"), "{}", stderr(&refused));
    flip(snapshot);
    std::fs::remove_file(snapshot).expect("lost");
    let refused = other.restore(&backup);
    assert!(stderr(&refused).contains("[BACKUP_DAMAGED]"), "{}", stderr(&refused));
    assert!(!other.data().exists(), "nothing was touched");
}

/// Writes something else into the manifest, with its checksum.
fn rewrite(backup: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let file = backup.join("manifest.json");
    let mut manifest = serde_json::from_slice(&std::fs::read(&file).expect("read")).expect("JSON");
    change(&mut manifest);
    let text = serde_json::to_vec_pretty(&manifest).expect("JSON");
    let checksum = format!("{}  manifest.json\n", hex::encode(Sha256::digest(&text)));
    std::fs::write(&file, text).expect("written");
    std::fs::write(backup.join("manifest.json.sha256"), checksum).expect("written");
}

#[test]
fn a_newer_backup_another_province_and_another_kind_of_ledger_are_refused_and_nothing_is_touched() {
    let (_sandbox, place) = province("sqlite", 7);
    place.night(NOW);
    let home = tempfile::tempdir().expect("a folder");
    let backup = place.back_up(home.path());
    let other = Place::empty(&backup, &place, "sqlite");
    let refused = |code: &str| {
        let refused = other.restore(&backup);
        assert_eq!(refused.status.code(), Some(3), "{code}");
        assert!(stderr(&refused).contains(code), "{code}: {}", stderr(&refused));
        assert!(!other.data().exists(), "{code}: nothing was touched");
    };
    rewrite(&backup, |manifest| manifest["ledger_version"] = 9999.into());
    refused("[BACKUP_NEWER]");
    rewrite(&backup, |manifest| manifest["ledger_version"] = 1.into());
    other.edit(|settings| settings["province"]["code"] = "01".into());
    refused("[RESTORE_OTHER]");
    other.edit(|settings| {
        settings["province"]["code"] = "08".into();
        let ledger = format!("url = \"{}\"", Cluster::shared().database());
        settings.insert("ledger".into(), ledger.parse::<toml::Table>().expect("TOML").into());
    });
    refused("[RESTORE_OTHER]");

    let bare = tempfile::tempdir().expect("a folder");
    let arguments = ["restore", "--yes", "--from", text(&backup)];
    let without = doisoat().args(arguments).current_dir(bare.path()).output().expect("runs");
    let said = stderr(&without);
    assert!(said.contains("[RESTORE_OTHER]") && said.contains("settings/doisoat.toml"), "{said}");
    assert!(std::fs::read_dir(bare.path()).expect("listed").next().is_none(), "nothing was made");

    std::fs::create_dir(other.data()).expect("made");
    std::fs::write(other.data().join("thu.txt"), "dear").expect("written");
    other.edit(|settings| {
        settings.remove("ledger");
    });
    let occupied = stderr(&other.restore(&backup));
    assert!(occupied.contains("[RESTORE_NOT_EMPTY]") && occupied.contains("thu.txt"), "{occupied}");
}

#[test]
fn the_password_of_the_ledger_is_told_to_the_tools_and_to_nobody_who_lists_processes() {
    let (_sandbox, place) = province("postgres", 8);
    assert_eq!(place.ask(&["db", "migrate"]).status.code(), Some(0));
    let folder = tempfile::tempdir().expect("a folder");
    let said = folder.path().join("said");
    for tool in ["pg_dump", "pg_restore"] {
        let script = format!("#!/bin/sh\necho \"$PGPASSWORD | $0 $*\" > {}\necho broken >&2\nexit 1\n", text(&said));
        let place = folder.path().join(tool);
        std::fs::write(&place, script).expect("written");
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let path = format!("{}:{}", text(folder.path()), std::env::var("PATH").expect("a path"));
    let home = tempfile::tempdir().expect("a folder");
    let arguments = ["backup", "--to", text(home.path()), "--config", text(&place.config)];
    let failed = doisoat().args(arguments).env("PATH", path).output().expect("runs");
    assert_eq!(failed.status.code(), Some(3));
    let problem = stderr(&failed);
    assert!(problem.contains("[BACKUP_TOOL_FAILED]") && problem.contains("broken"), "{problem}");
    let said = std::fs::read_to_string(&said).expect("it was asked");
    let (password, command) = said.split_once(" | ").expect("both");
    assert_eq!(password, PASSWORD);
    assert!(command.contains("--format=custom") && !command.contains(PASSWORD), "{command}");
    assert!(!problem.contains(PASSWORD), "{problem}");
    assert_eq!(super::place::names(home.path()), [".lock"], "nothing is left of it");
}
