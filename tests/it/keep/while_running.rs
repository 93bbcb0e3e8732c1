//! A backup is of one instant, whatever goes on meanwhile.

use super::place::{BOTH, NOW, Place, province};
use crate::support::{digest, doisoat, json, stderr, text};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn night(place: &Place, at: &str) -> Command {
    let mut command = doisoat();
    command.args(["run", "--json", "--as-if", at, "--config", text(&place.config)]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn set_pace(place: &Place, requests_per_second: i64) {
    place.edit(|settings| {
        for name in ["population", "civil_status", "land", "one_stop"] {
            settings["sources"][name]["requests_per_second"] = requests_per_second.into();
        }
    });
}

/// Waits until the newest run has staged something and has more to ask for.
fn wait_for_pages(place: &Place, child: &mut Child) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let runs = place.answer(&["runs", "list"], 0);
        if let Some(run) = runs[0]["run_id"].as_str() {
            let run = place.answer(&["runs", "show", run], 0);
            let partitions = run["partitions"].as_array().expect("partitions");
            let pages: i64 = partitions.iter().filter_map(|partition| partition["pages"].as_i64()).sum();
            if pages >= 5 && run["stage"] == "pull" {
                return;
            }
        }
        assert_eq!(child.try_wait().expect("asked"), None, "the run ended before it was backed up");
        assert!(Instant::now() < deadline, "the run never staged a page");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_night_that_was_under_way_goes_on_where_the_backup_was_put_back() {
    for kind in BOTH {
        let (sandbox, place) = province(kind, 11);
        let reference = digest(&place.night(NOW));
        sandbox.bring_files_back();
        let _ = std::fs::remove_dir_all(place.data());
        if kind == "postgres" {
            place.edit(|settings| settings["ledger"]["url"] = crate::postgres::Cluster::shared().database().into());
        }
        set_pace(&place, 10);
        let mut child = night(&place, NOW).spawn().expect("starts");
        wait_for_pages(&place, &mut child);
        let home = tempfile::tempdir().expect("a folder");
        let backup = place.back_up(home.path());
        assert_eq!(child.try_wait().expect("asked"), None, "{kind}: it was under way all the time");
        child.kill().expect("the machine is lost");
        child.wait().expect("gone");

        let other = Place::empty(&backup, &place, kind);
        set_pace(&other, 100_000);
        json(&other.restore(&backup), 0);
        // The communes' files are no part of a backup; here they are still in the inbox.
        let inbox = place.folder().join("inbox");
        for file in std::fs::read_dir(&inbox).expect("the inbox").flatten().filter(|file| file.path().is_file()) {
            std::fs::copy(file.path(), other.folder().join("inbox").join(file.file_name())).expect("brought");
        }
        let before = other.answer(&["runs", "list"], 0);
        let resumed = other.answer(&["run", "--resume", "--as-if", NOW], 0);
        assert_eq!(digest(&resumed), reference, "{kind}");
        assert_eq!(resumed["run_id"], before[0]["run_id"], "{kind}: the night that was under way");
    }
}

#[test]
fn while_nights_remove_what_the_one_before_left_a_backup_is_whole_or_says_that_it_is_none() {
    let (_sandbox, place) = province("sqlite", 12);
    place.edit(|settings| {
        settings["run"].as_table_mut().expect("a table").insert("keep_snapshots".into(), 1.into());
    });
    place.night(NOW);
    let home = tempfile::tempdir().expect("a folder");
    let mut whole = 0;
    for hour in 16..18 {
        let mut child = night(&place, &format!("2026-11-24T{hour}:00:00Z")).spawn().expect("starts");
        loop {
            let made = place.ask(&["backup", "--to", text(home.path()), "--json"]);
            if made.status.code() == Some(0) {
                let made = json(&made, 0);
                place.answer(&["backup", "--verify", made["backup"].as_str().expect("a folder")], 0);
                whole += 1;
            } else {
                assert!(stderr(&made).contains("[BACKUP_MOVED]"), "{}", stderr(&made));
            }
            if child.try_wait().expect("asked").is_some() {
                break;
            }
        }
    }
    assert!(whole >= 2, "{whole} backups");
    // Each of them can be put back; the last one is tried.
    let newest = super::place::names(home.path()).pop().expect("one");
    let backup = home.path().join(newest);
    let other = Place::empty(&backup, &place, "sqlite");
    json(&other.restore(&backup), 0);
    let next = "2026-11-24T20:00:00Z";
    assert_eq!(digest(&other.night(next)), digest(&place.night(next)), "the next night finds the same there as here");
}
