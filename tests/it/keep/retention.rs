//! What is old goes at the end of a night, and is told of; what cannot go stops no night.

use super::place::{BOTH, NOW, Place, files, province};
use crate::support::{stderr, stdout};
use serde_json::Value;

const LATER: &str = "2027-06-01T15:00:00Z";

fn kinds(removed: &Value) -> Vec<(&str, u64)> {
    // Files that went back have the time of this machine, not of the night: they are tried elsewhere.
    let kinds = removed["kinds"].as_array().expect("kinds").iter().filter(|one| one["kind"] != "files_returned");
    kinds.map(|one| (one["kind"].as_str().expect("a kind"), one["count"].as_u64().expect("a count"))).collect()
}

/// In the longest list of a commune: a day that there is not.
fn a_row_that_cannot_be_read(place: &Place) {
    let lists =
        files(&place.folder().join("inbox")).into_iter().filter(|file| file.extension().is_some_and(|e| e == "csv"));
    let longest = lists.max_by_key(|file| std::fs::metadata(file).expect("a file").len()).expect("a list");
    let mut list = std::fs::read(&longest).expect("read");
    let separator = if list.windows(4).any(|window| window == b"STT;") { ";" } else { "," };
    list.extend(format!("\r\n{}\r\n", ["9999", "099085000999", "x", "", "31/02/1956"].join(separator)).bytes());
    std::fs::write(&longest, list).expect("written");
    place.edit(|settings| {
        settings["run"].as_table_mut().expect("a table").insert("max_quarantine_share".into(), 1.0.into());
    });
}

#[test]
fn a_dry_run_tells_what_would_go_and_the_command_removes_it_once() {
    for kind in BOTH {
        let (_sandbox, place) = province(kind, 13);
        a_row_that_cannot_be_read(&place);
        place.night(NOW);
        place.edit(|settings| {
            settings.insert(
                "retention".into(),
                "quarantine_days = 30\nfile_days = 60".parse::<toml::Table>().expect("TOML").into(),
            );
        });
        let taken = place.folder().join("inbox/da-nhan/2026-11-24");
        let taken_files = files(&taken).len() as u64;
        let young = place.answer(&["retention", "--as-if", "2026-11-25T15:00:00Z"], 0);
        assert_eq!(kinds(&young), [], "{kind}: a day later nothing is old");

        let dry = place.answer(&["retention", "--dry-run", "--as-if", LATER], 0);
        let would_go = kinds(&dry);
        assert!(would_go.contains(&("files_taken", taken_files)), "{kind}: {dry}");
        assert!(would_go.iter().any(|(kind, count)| *kind == "quarantine" && *count > 0), "{kind}: {dry}");
        assert!(
            dry.to_string().contains(r#""kind":"files_taken","newest":"2026-11-24","oldest":"2026-11-24""#),
            "{dry}"
        );
        assert!(taken.exists() && !place.answer(&["quarantine", "list"], 0).as_array().expect("a list").is_empty());

        let done = place.answer(&["retention", "--as-if", LATER], 0);
        assert_eq!(kinds(&done), would_go, "{kind}");
        assert!(!taken.exists(), "{kind}");
        assert_eq!(place.answer(&["quarantine", "list"], 0), Value::Array(Vec::new()), "{kind}");
        let again = place.ask(&["retention", "--as-if", LATER]);
        assert_eq!(stdout(&again).trim(), "Không có gì quá hạn.", "{kind}");
        // What serves is never old.
        assert_eq!(place.answer(&["runs", "list"], 0).as_array().map(Vec::len), Some(1), "{kind}");
        place.answer(&["audit", "verify"], 0);
    }
}

#[test]
fn a_night_ends_with_what_it_removed_in_its_report_and_a_kind_that_stays_is_a_warning() {
    for kind in BOTH {
        let (_sandbox, place) = province(kind, 14);
        place.night(NOW);
        // The archive cannot be listed, as on a share that is gone.
        let archive = place.folder().join("inbox/da-nhan");
        std::fs::remove_dir_all(&archive).expect("removed");
        std::os::unix::fs::symlink(&place.config, &archive).expect("linked");
        place.edit(|settings| {
            settings.insert("retention".into(), "run_days = 100".parse::<toml::Table>().expect("TOML").into());
            for source in settings["sources"].as_table_mut().expect("sources").iter_mut().map(|(_, source)| source) {
                source.as_table_mut().expect("a table").insert("freshness_hours".into(), 8760.into());
            }
        });
        let night = place.night(LATER);
        let removed = &night["removed"];
        assert!(kinds(removed).iter().any(|(kind, _)| *kind == "usage"), "{kind}: {removed}");
        assert_eq!(removed["failed"][0]["kind"], "files_taken", "{kind}: {removed}");
        let run = place.answer(&["runs", "show", night["run_id"].as_str().expect("a run")], 0);
        assert_eq!(&run["report"]["removed"], removed, "{kind}: it is kept with the run");
        let page = stdout(&place.ask(&["runs", "show", night["run_id"].as_str().expect("a run")]));
        assert!(page.contains("Quá thời hạn giữ") && page.contains("CHƯA xóa được"), "{page}");
        let alone = place.ask(&["retention", "--as-if", LATER]);
        assert_eq!(alone.status.code(), Some(3), "asked for by itself it has failed: {}", stderr(&alone));
    }
}
