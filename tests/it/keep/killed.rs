//! Killed in the middle, a backup is not there, and a restore can be begun again.

use super::place::{NOW, Place, names, province};
use crate::support::{doisoat, json, stderr, text};
use std::path::Path;

fn killed(place: &Place, arguments: &[&str], point: &str) {
    let command = [arguments, &["--config", text(&place.config)]].concat();
    let died = doisoat().args(command).env("DOISOAT_FAILPOINT", format!("{point}:1")).output().expect("runs");
    assert_eq!(died.status.code(), None, "{point}: it lived; {}", stderr(&died));
}

#[test]
fn a_killed_backup_leaves_nothing_that_looks_like_one_and_the_next_clears_up() {
    for kind in super::place::BOTH {
        let (_sandbox, place) = province(kind, 9);
        place.night(NOW);
        let home = tempfile::tempdir().expect("a folder");
        let to = ["backup", "--to", text(home.path())];
        for point in ["backup.ledger_copied", "backup.files_copied", "backup.sealed"] {
            killed(&place, &to, point);
            let left = names(home.path());
            assert!(left.iter().all(|name| name.starts_with('.')), "{kind}, {point}: {left:?}");
            assert!(left.iter().any(|name| name.starts_with(".unfinished-")), "{kind}, {point}: {left:?}");
        }
        let backup = place.back_up(home.path());
        assert_eq!(names(home.path()), [".lock", "doisoat-20261124T150000Z"], "{kind}");
        place.answer(&["backup", "--verify", text(&backup)], 0);
    }
}

fn restore(backup: &Path) -> [&str; 4] {
    ["restore", "--yes", "--from", text(backup)]
}

#[test]
fn a_killed_restore_is_begun_again_and_a_database_that_was_filled_is_never_filled_twice() {
    let (_sandbox, place) = province("sqlite", 10);
    place.night(NOW);
    let home = tempfile::tempdir().expect("a folder");
    let backup = place.back_up(home.path());
    let other = Place::empty(&backup, &place, "sqlite");
    for point in ["restore.staged", "restore.database_filled"] {
        killed(&other, &restore(&backup), point);
        assert_eq!(names(&other.data()), [".restoring"], "{point}: nothing has its name yet");
    }
    json(&other.restore(&backup), 0);
    assert!(!other.data().join(".restoring").exists());
    other.answer(&["audit", "verify"], 0);

    let (_sandbox, place) = province("postgres", 10);
    place.night(NOW);
    let backup = place.back_up(&home.path().join("postgres"));
    let other = Place::empty(&backup, &place, "postgres");
    killed(&other, &restore(&backup), "restore.staged");
    killed(&other, &restore(&backup), "restore.database_filled");
    let refused = stderr(&other.restore(&backup));
    assert!(refused.contains("[RESTORE_NOT_EMPTY]") && refused.contains("database"), "{refused}");
    // As the next step says: a new database.
    other.edit(|settings| settings["ledger"]["url"] = crate::postgres::Cluster::shared().database().into());
    json(&other.restore(&backup), 0);
    other.answer(&["audit", "verify"], 0);
}
